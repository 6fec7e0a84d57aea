#pragma once

#include <memory>

#include "connectors/sandbox/api.h"

namespace usher::sandbox {

/// The reference service under `/memory/v1`; README.md lists its requests.
[[nodiscard]] std::unique_ptr<Api> make_memory_api();

}  // namespace usher::sandbox
