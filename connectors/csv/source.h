#pragma once

#include "connectors/kind.h"

namespace usher::csv {

/// People from a CSV file, or from a directory of them.
[[nodiscard]] const SourceKind& kind();

}  // namespace usher::csv
