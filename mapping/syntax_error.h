#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace usher {

/// A template or filter that cannot be read. `offset` is the byte at which it goes wrong.
class SyntaxError : public std::runtime_error {
 public:
  SyntaxError(std::size_t at, const std::string& message)
      : std::runtime_error(message), offset(at) {}
  std::size_t offset;
};

}  // namespace usher
