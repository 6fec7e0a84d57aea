#include "connectors/sandbox/switches.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

#include "connectors/sandbox/rate.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

bool is_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

bool accepts(std::string_view values, std::string_view value) {
  if (values == "rate") {
    static_cast<void>(parse_rate(value));  // throws its own message
    return true;
  }
  if (values == "text") {
    return true;
  }
  if (values == "number") {
    return is_number(value);
  }
  while (!values.empty()) {
    const auto end = std::min(values.find('|'), values.size());
    if (values.substr(0, end) == value) {
      return true;
    }
    values.remove_prefix(std::min(end + 1, values.size()));
  }
  return false;
}

}  // namespace

void Switches::declare(std::span<const SwitchSpec> specs) {
  for (const auto& spec : specs) {
    entries_.try_emplace(std::string(spec.name), Entry{spec, std::string(spec.initial)});
  }
}

void Switches::set(std::string_view name, std::string_view value) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    std::vector<std::string> names;
    for (const auto& known : entries_) {
      names.push_back(known.first);
    }
    const auto near = nearest(name, names);
    throw BadRequest(fmt::format(
        "there is no switch `{}`{} (`usher-sandbox --list-switches` shows them all)",
        escape_for_display(name), near.empty() ? "" : fmt::format(": did you mean `{}`?", near)));
  }
  if (!accepts(found->second.spec.values, value)) {
    throw BadRequest(fmt::format("switch `{}` takes {}, not `{}`", name, found->second.spec.values,
                                 escape_for_display(value)));
  }
  found->second.value = value;
  ++revision_;
}

void Switches::set_all(const nlohmann::json& values) {
  if (!values.is_object()) {
    throw BadRequest("switches are set by an object such as {\"unknown_team\": \"create\"}");
  }
  for (const auto& [name, value] : values.items()) {
    if (value.is_boolean()) {
      set(name, value.get<bool>() ? "yes" : "no");
    } else {
      set(name, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
}

void Switches::reset() {
  for (auto& entry : entries_) {
    entry.second.value = entry.second.spec.initial;
  }
  ++revision_;
}

const Switches::Entry& Switches::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    throw std::logic_error(fmt::format("switch `{}` was never declared", name));
  }
  return found->second;
}

const std::string& Switches::get(std::string_view name) const {
  return entry(name).value;
}

bool Switches::is(std::string_view name, std::string_view value) const {
  return get(name) == value;
}

std::int64_t Switches::number(std::string_view name) const {
  const auto& text = get(name);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

nlohmann::json Switches::to_json() const {
  auto result = nlohmann::json::object();
  for (const auto& [name, entry] : entries_) {
    result[name] = entry.value;
  }
  return result;
}

std::string Switches::help() const {
  std::string result;
  for (const auto& [name, entry] : entries_) {
    result += fmt::format("{} = {} (now {})\n    {}\n", name, entry.spec.values, entry.value,
                          entry.spec.meaning);
  }
  return result;
}

}  // namespace usher::sandbox
