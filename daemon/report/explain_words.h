#pragma once

#include <string_view>

#include "mapping/filter.h"
#include "mapping/link.h"

namespace usher {

/// `yes`, `no`, `unknown`.
[[nodiscard]] constexpr std::string_view word_of(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return "yes";
    case Truth::kFalse:
      return "no";
    case Truth::kUnknown:
      return "unknown";
  }
  return "unknown";
}

/// `created`, `adopted`.
[[nodiscard]] constexpr std::string_view word_of(Origin origin) {
  return origin == Origin::kCreated ? "created" : "adopted";
}

}  // namespace usher
