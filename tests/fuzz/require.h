#pragma once

#include <cstdio>
#include <cstdlib>

namespace usher {

/// What must hold for every input. Aborts, which is how a fuzz target reports a find.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

}  // namespace usher
