#pragma once

#include "connectors/kind.h"

namespace usher::ldap {

/// People from an LDAP directory, with their groups.
[[nodiscard]] const SourceKind& kind();

}  // namespace usher::ldap
