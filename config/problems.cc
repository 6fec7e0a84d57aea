#include "config/problems.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::size_t kLongestShown = 80;  // bytes of a value in a message
constexpr std::size_t kShortestGuess = 3;  // anything is near to a shorter word

}  // namespace

void Problems::add(Found found) {
  if (!found.warning) has_errors_ = true;
  offsets_.insert(found.offset);
  found_.insert(std::move(found));
}

void Problems::add_elsewhere(ConfigProblem problem) {
  if (!problem.warning) has_errors_ = true;
  elsewhere_.push_back(std::move(problem));
}

std::vector<ConfigProblem> Problems::sorted() const {
  std::vector<ConfigProblem> sorted;
  for (const auto& [offset, warning, message] : found_) {
    const Place at = text_.place(offset);
    sorted.push_back({text_.file(), at.line, at.column, warning, message});
  }
  sorted.insert(sorted.end(), elsewhere_.begin(), elsewhere_.end());
  return sorted;
}

std::string in_quotes(std::string_view word) {
  if (word.size() <= kLongestShown) return fmt::format("'{}'", escape_for_display(word));
  std::size_t end = kLongestShown;
  while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) --end;
  return fmt::format("'{}…'", escape_for_display(word.substr(0, end)));
}

std::string did_you_mean(std::string_view word, const Texts& candidates) {
  if (word.size() < kShortestGuess) return {};
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

std::string either(const Texts& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace usher
