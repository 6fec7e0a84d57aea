#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "connectors/scim/profile_fields.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

using nlohmann::json;

bool is_text_list(const json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const json& each) { return each.is_string(); });
}

bool is_text_map(const json& value) {
  return value.is_object() &&
         std::all_of(value.begin(), value.end(), [](const json& each) { return each.is_string(); });
}

bool is_count(const json& value) {
  return value.is_number_integer() && value >= 0 && value <= std::numeric_limits<int>::max();
}

// --- Values into slots -------------------------------------------------------------------------

/// Puts `value` where the slot points to. What it returns says what is wanted instead; empty: done.
struct Assign {
  const json& value;

  std::string operator()(bool* slot) const {
    if (!value.is_boolean()) return "true or false is wanted";
    *slot = value.get<bool>();
    return {};
  }

  std::string operator()(int* slot) const {
    if (!is_count(value)) return "a whole number from 0 is wanted";
    *slot = value.get<int>();
    return {};
  }

  std::string operator()(std::string* slot) const {
    if (!value.is_string() || value.get_ref<const std::string&>().empty())
      return "a text is wanted";
    *slot = value.get<std::string>();
    return {};
  }

  std::string operator()(Texts* slot) const {
    if (!is_text_list(value)) return "a list of texts is wanted";
    *slot = value.get<Texts>();
    return {};
  }

  std::string operator()(SettingValues::Pairs* slot) const {
    if (!is_text_map(value)) return "an object of texts is wanted";
    slot->clear();
    for (const auto& [name, text] : value.items()) slot->emplace_back(name, text);
    return {};
  }

  std::string operator()(const ChoiceSlot& slot) const {
    auto wanted = fmt::format("one of {} is wanted", fmt::join(slot.words, ", "));
    if (!value.is_string()) return wanted;
    const auto& word = value.get_ref<const std::string&>();
    const auto at = std::find(slot.words.begin(), slot.words.end(), word);
    if (at == slot.words.end()) return wanted + did_you_mean(word, slot.words);
    slot.choose(static_cast<std::size_t>(at - slot.words.begin()));
    return {};
  }

  std::string operator()(std::vector<RateClass>* slot) const;
};

bool is_word(const json& value, std::initializer_list<std::string_view> words) {
  return value.is_string() && std::find(words.begin(), words.end(), value) != words.end();
}

/// Nothing when `value` is no rate class.
std::optional<RateClass> to_rate_class(const json& value) {
  if (!value.is_object() || !value.contains("methods") || !value.contains("count")) return {};
  RateClass rate;
  for (const auto& [name, member] : value.items()) {
    if (name == "methods" && is_text_list(member)) {
      rate.methods = member.get<Texts>();
    } else if (name == "on" && is_word(member, {"users", "groups", "any"})) {
      rate.on = member;
    } else if (name == "what" && is_word(member, {"list", "one", "any"})) {
      rate.what = member;
    } else if (name == "body_over" && is_count(member)) {
      rate.body_over = member;
    } else if (name == "count" && is_count(member) && member > 0) {
      rate.count = member;
    } else if (name == "seconds" && is_count(member) && member > 0) {
      rate.seconds = member;
    } else if (name == "burst" && is_count(member)) {
      rate.burst = member;
    } else {
      return {};
    }
  }
  return rate;
}

std::string Assign::operator()(std::vector<RateClass>* slot) const {
  constexpr std::string_view kWanted =
      R"(a list such as [{"methods": ["GET"], "on": "users", "what": "list", "count": 300, )"
      R"("seconds": 60, "burst": 20, "body_over": 0}] is wanted)";
  if (!value.is_array()) return std::string(kWanted);
  std::vector<RateClass> rates;
  for (const auto& each : value) {
    auto rate = to_rate_class(each);
    if (!rate) return std::string(kWanted);
    rates.push_back(*std::move(rate));
  }
  *slot = std::move(rates);
  return {};
}

// --- Text of a configuration to a value ----------------------------------------------------------

/// Splits at commas; blanks around the parts do not count.
Texts split_list(std::string_view text) {
  Texts parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (const auto part = trim(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// What the text stands for; where it cannot be that, the text itself, which `Assign` refuses.
struct FromText {
  const std::string& text;

  json operator()(bool*) const {
    return text == "true" ? json(true) : text == "false" ? json(false) : json(text);
  }
  json operator()(int*) const {
    int number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stop == end ? json(number) : json(text);
  }
  json operator()(Texts*) const { return split_list(text); }
  json operator()(SettingValues::Pairs*) const {
    auto object = json::object();
    for (const auto& part : split_list(text)) {
      const auto equals = part.find('=');
      if (equals == std::string::npos) return text;
      object[std::string(trim(part.substr(0, equals)))] = trim(part.substr(equals + 1));
    }
    return object;
  }
  template <typename Slot>
  json operator()(const Slot&) const {
    return text;
  }
};

}  // namespace

std::string assign_json(const ProfileSlot& slot, const json& value) {
  return std::visit(Assign{value}, slot);
}

json json_of_text(const ProfileSlot& slot, const std::string& text) {
  return std::visit(FromText{text}, slot);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const auto near = nearest(word, std::vector<std::string>(candidates.begin(), candidates.end()));
  return near.empty() ? std::string() : fmt::format(": did you mean `{}`?", near);
}

}  // namespace usher::scim
