#include "config/yaml_node.h"

#include <algorithm>

#include "config/source_text.h"

namespace usher {
namespace {

constexpr std::string_view kOneByteEscapes = "0abtnvfre\"/\\ \t";

/// Length of what one character of the value takes in the file at `at`; 0: not a simple case.
std::size_t written_length(std::string_view text, std::size_t at, char quote) {
  if (text[at] == '\n') return 0;  // folded: what follows cannot be counted simply
  if (quote == '\'' && text[at] == '\'') return 2;
  if (quote == '"' && text[at] == '\\') {
    const bool simple = at + 1 < text.size() && kOneByteEscapes.find(text[at + 1]) != text.npos;
    return simple ? 2 : 0;
  }
  return 1;
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto at = std::find_if(entries.begin(), entries.end(),
                               [key](const YamlEntry& entry) { return entry.key == key; });
  return at == entries.end() ? nullptr : &*at;
}

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a text";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a mapping";
  }
  return "";
}

std::size_t find_closing_quote(std::string_view text, std::size_t open) {
  const char quote = text[open];
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t offset_in_file(const SourceText& source, const YamlNode& scalar,
                           std::size_t offset_in_value) {
  const std::string_view text = source.text();
  if (scalar.generated || scalar.offset >= text.size()) return scalar.offset;
  const char first = text[scalar.offset];
  if (first != '"' && first != '\'') {
    const bool as_written = text.substr(scalar.offset, scalar.text.size()) == scalar.text;
    return as_written ? scalar.offset + offset_in_value : scalar.offset;
  }
  std::size_t at = scalar.offset + 1;
  for (std::size_t i = 0; i < offset_in_value && at < text.size(); ++i) {
    const std::size_t length = written_length(text, at, first);
    if (length == 0) return scalar.offset;
    at += length;
  }
  return at;
}

}  // namespace usher
