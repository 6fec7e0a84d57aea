#pragma once

#include <string>

#include "tests/support/process.h"

namespace usher::e2e {

/// The same program with kill_at.cc in front of it: `orders` is its $KILL_AT (`any:300:before`), or
/// empty for nothing but counting.
[[nodiscard]] ProcessOptions struck(ProcessOptions options, const std::string& orders);

}  // namespace usher::e2e
