#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/value.h"

namespace usher {

/// Whether somebody or something is there. A failed look-up is `kUnknown`, and unknown never
/// becomes a removal.
enum class Presence { kPresent, kAbsent, kUnknown };

/// One record of a source.
struct Person {
  std::string source_id;  ///< immutable: entryUUID, objectGUID, employee number
  Attributes attributes;  ///< as the source names them; the group names are the attribute `groups`
  Texts unread;  ///< names of attributes that were not completely read (their value is unknown)
  bool has_groups = false;  ///< the source says who is in which group: to be in none is an answer
  std::string where;        ///< `people/hr.csv:12:1` or a DN, for messages
  std::string fault;        ///< not empty: the record is broken, nothing may be concluded from it

  /// The values of `name`; null when the person has none. `active` is derived from Active
  /// Directory's `userAccountControl` (bit 2 = disabled) where the source has no `active` itself.
  [[nodiscard]] const Texts* find(std::string_view name) const;

  /// True when `name` was not completely read, so that neither a value nor its absence counts.
  [[nodiscard]] bool is_unread(std::string_view name) const;
};

/// Reads a boolean word: true/false, yes/no, 1/0, on/off, active/inactive, enabled/disabled,
/// without regard to case. Nothing for anything else.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

}  // namespace usher
