#include "config/reading.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace usher {
namespace {

constexpr std::size_t kLongestName = 63;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// kNamePattern, by hand.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && is_letter_or_digit(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

std::string absolute_path(const Reading& reading, const std::string& text) {
  return (std::filesystem::path(reading.directory) / text).lexically_normal().string();
}

bool check_name(const Reading& reading, const YamlEntry& entry, std::string_view what) {
  if (is_name(entry.key)) return true;
  reading.problems.error(entry.offset,
                         fmt::format("{} cannot be the name of a {}; use at most {} letters, "
                                     "digits, '.', '_' and '-', beginning with a letter or digit",
                                     in_quotes(entry.key), what, kLongestName));
  return false;
}

}  // namespace usher
