#include "mapping/person.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace usher {
namespace {

constexpr std::string_view kActive = "active";
constexpr std::string_view kUserAccountControl = "userAccountControl";

bool is_active(std::string_view name) {
  return compare_names(name, kActive) == 0;
}

bool contains_name(const Texts& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& candidate) {
    return compare_names(candidate, name) == 0;
  });
}

const Texts* find_values(const Attributes& attributes, std::string_view name) {
  const Texts* values = attributes.find(name);
  return values != nullptr && !values->empty() ? values : nullptr;
}

/// Active Directory keeps "disabled" as bit 2 of a number written in decimal.
const Texts* active_from_account_control(const Attributes& attributes) {
  static const Texts kTrue{"true"};
  static const Texts kFalse{"false"};
  constexpr std::int64_t kAccountDisabled = 0x2;
  const Texts* control = find_values(attributes, kUserAccountControl);
  if (control == nullptr) return nullptr;
  const std::string& text = control->front();
  std::int64_t flags = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), flags);
  if (error != std::errc{} || end != text.data() + text.size()) return nullptr;
  return (flags & kAccountDisabled) != 0 ? &kFalse : &kTrue;
}

struct BooleanWord {
  std::string_view word;
  bool value;
};

constexpr std::array kBooleanWords{
    BooleanWord{"true", true},      BooleanWord{"false", false},  BooleanWord{"yes", true},
    BooleanWord{"no", false},       BooleanWord{"1", true},       BooleanWord{"0", false},
    BooleanWord{"on", true},        BooleanWord{"off", false},    BooleanWord{"active", true},
    BooleanWord{"inactive", false}, BooleanWord{"enabled", true}, BooleanWord{"disabled", false}};

}  // namespace

const Texts* Person::find(std::string_view name) const {
  if (const Texts* values = find_values(attributes, name)) return values;
  return is_active(name) ? active_from_account_control(attributes) : nullptr;
}

bool Person::is_unread(std::string_view name) const {
  if (unread.empty()) return false;
  if (contains_name(unread, name)) return true;
  return is_active(name) && find_values(attributes, name) == nullptr &&
         contains_name(unread, kUserAccountControl);
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (const auto& [word, value] : kBooleanWords) {
    if (compare_names(text, word) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace usher
