#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace usher {

class Problems;
class SourceText;
struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;

/// One `key: value` of a mapping.
struct YamlEntry {
  std::string key;
  std::size_t offset = 0;  ///< of the key
  YamlNodePtr value;       ///< never null
};

/// A YAML value that remembers where it stands. Keys of a mapping are unique texts. An alias shares
/// the node of its anchor.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  std::size_t offset = 0;  ///< of its first character; of its key where nothing is written
  std::string text;        ///< of a scalar
  bool quoted = false;     ///< a scalar in quotes or a block: never a number or boolean
  bool generated = false;  ///< `text` was made from what the file has there; see variables.h
  std::vector<YamlNodePtr> items;
  std::vector<YamlEntry> entries;

  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::kSequence; }
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }

  /// The entry of a mapping; null when it has no such key.
  [[nodiscard]] const YamlEntry* find(std::string_view key) const;
};

/// What a node is, for messages: `a list`, `a mapping`, `nothing`, `a text`.
[[nodiscard]] std::string_view kind_name(const YamlNode& node);

/// Reads one YAML document. Null when it cannot be read at all (the problem says why). Keys given
/// twice, `<<`, keys that are not texts, foreign tags and quotes left open are problems.
[[nodiscard]] YamlNodePtr parse_yaml(const SourceText& text, Problems& problems);

/// The place in the file of byte `offset_in_value` of a scalar's value: exact for a plain or quoted
/// scalar on one line, else where the scalar begins.
[[nodiscard]] std::size_t offset_in_file(const SourceText& text, const YamlNode& scalar,
                                         std::size_t offset_in_value);

/// Offset just behind the quote that closes the quoted scalar beginning at `open`; npos: none does.
[[nodiscard]] std::size_t find_closing_quote(std::string_view text, std::size_t open);

}  // namespace usher
