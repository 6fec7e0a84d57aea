#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/value.h"

namespace usher::ldap {

/// The part of a long attribute that an answer holds (MS-ADTS 3.1.1.3.1.3.3):
/// `member;range=0-1499`, the last one `member;range=1500-*`.
struct Range {
  std::uint32_t low = 0;
  std::optional<std::uint32_t> high;  ///< absent: up to the last value there is

  friend bool operator==(const Range&, const Range&) = default;
};

/// One attribute of an entry as it came over the wire.
struct Attribute {
  std::string name;  ///< without the range option
  std::optional<Range> range = {};
  Texts values = {};  ///< raw bytes, not necessarily text
};

struct Entry {
  std::string dn;
  std::vector<Attribute> attributes;

  /// The first attribute of that name; null when there is none.
  [[nodiscard]] const Attribute* find(std::string_view name) const;
};

}  // namespace usher::ldap
