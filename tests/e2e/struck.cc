#include "tests/e2e/struck.h"

#include <cstdlib>

namespace usher::e2e {

ProcessOptions struck(ProcessOptions options, const std::string& orders) {
  options.environment["LD_PRELOAD"] = KILL_AT_LIBRARY;
  options.environment["KILL_AT"] = orders;
  // A program that is built with AddressSanitizer insists on having nothing in front of it.
  const char* asan = std::getenv("ASAN_OPTIONS");
  options.environment["ASAN_OPTIONS"] =
      (asan == nullptr ? std::string() : std::string(asan) + ":") + "verify_asan_link_order=0";
  return options;
}

}  // namespace usher::e2e
