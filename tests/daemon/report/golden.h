#pragma once

#include <string>

namespace usher {

/// Expects `text` to be exactly the file tests/golden/report/`name`. With USHER_UPDATE_GOLDEN=1 in
/// the environment the file is written instead; look at the difference before you commit it.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace usher
