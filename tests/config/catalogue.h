#pragma once

#include "config/settings.h"

namespace usher::test {

/// A catalogue of its own, so that these tests say what the reader does and not what a provider
/// needs: sources `csv` and `ldap`; connectors `chat` (invitations, roles), `seats` (placeholders
/// that nothing is sent to) and `open` (any sub-key of `metadata`, typed `active`).
[[nodiscard]] const Catalogue& catalogue();

}  // namespace usher::test
