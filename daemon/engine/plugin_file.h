#pragma once

#include <string>

namespace usher {

/// Why a shared object must not be loaded: what is in it runs with everything usher may do, so
/// nobody but root and the user who runs usher may be able to change it, or what lies on the way to
/// it. With what to do about it; empty: it may be.
[[nodiscard]] std::string plugin_file_problem(const std::string& path);

}  // namespace usher
