#include "connectors/scim/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/scim/profile_fields.h"
#include "mapping/text.h"

namespace usher::scim {

namespace {

using nlohmann::json;
using Problems = std::vector<ProfileProblem>;

std::string shown(const json& value) {
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return escape_for_display(text.size() > 60 ? text.substr(0, 60) + "…" : text);
}

// --- The file ------------------------------------------------------------------------------------

const ProfileField* find_field(std::string_view key) {
  const auto fields = profile_fields();
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [&](const ProfileField& field) { return field.key == key; });
  return at == fields.end() ? nullptr : &*at;
}

std::string unknown_key(std::string_view key) {
  std::vector<std::string_view> keys;
  for (const auto& field : profile_fields()) keys.push_back(field.key);
  return "is no key of a profile" + did_you_mean(key, keys);
}

void assign(Profile& profile, const ProfileField& field, const json& value, Problems& problems) {
  const auto wanted = assign_json(field.slot(profile), value);
  if (!wanted.empty()) {
    problems.push_back({std::string(field.key), fmt::format("{}, not {}", wanted, shown(value))});
  }
}

/// Notes every member that an object has twice: the library keeps the last one silently.
class RepeatedKeys {
 public:
  explicit RepeatedKeys(Problems& problems) : problems_(problems) {}

  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    const auto level = static_cast<std::size_t>(depth);
    if (event == json::parse_event_t::object_start) {
      seen_.resize(level + 2);
      seen_[level + 1].clear();
    } else if (event == json::parse_event_t::key && !seen_[level].insert(parsed).second) {
      problems_.push_back({parsed, "is given twice"});
    }
    return true;
  }

 private:
  Problems& problems_;
  std::vector<std::set<std::string>> seen_;
};

/// One `"key": {"value": …, "why": …}`.
void read_override(Profile& profile, const std::string& key, const json& entry,
                   Problems& problems) {
  const auto* field = find_field(key);
  if (field == nullptr) {
    problems.push_back({key, unknown_key(key)});
    return;
  }
  const bool complete = entry.is_object() && entry.size() == 2 && entry.contains("value") &&
                        entry.contains("why") && entry["why"].is_string() &&
                        !entry["why"].get_ref<const std::string&>().empty();
  if (!complete) {
    problems.push_back({key, R"({"value": …, "why": "the reason"} is wanted, and nothing else)"});
    return;
  }
  assign(profile, *field, entry["value"], problems);
  profile.reasons[key] = entry["why"];
}

void read_file(Profile& profile, const json& file, Problems& problems) {
  if (!file.is_object()) {
    problems.push_back({{}, "an object is wanted, not " + shown(file)});
    return;
  }
  for (const auto& [key, value] : file.items()) {
    if (key == "title" && value.is_string()) {
      profile.title = value;
    } else if (key == "overrides" && value.is_object()) {
      for (const auto& [name, entry] : value.items()) {
        read_override(profile, name, entry, problems);
      }
    } else {
      problems.push_back(
          {key, R"(is not understood: a profile has a text "title" and an object "overrides")"});
    }
  }
  if (profile.title.empty()) problems.push_back({"title", "is missing"});
}

std::string all_of(std::string_view source, const Problems& problems) {
  std::string text;
  for (const auto& [key, message] : problems) {
    text += fmt::format("{}{}: {}{}", text.empty() ? "" : "\n", source,
                        key.empty() ? "" : fmt::format("`{}` ", escape_for_display(key)), message);
  }
  return text;
}

std::vector<Profile> read_embedded() {
  std::vector<Profile> profiles;
  for (const auto& [name, text] : kEmbeddedProfiles) profiles.push_back(parse_profile(name, text));
  return profiles;
}

}  // namespace

ProfileError::ProfileError(std::string_view source, std::vector<ProfileProblem> found)
    : std::runtime_error(all_of(source, found)), problems(std::move(found)) {}

Profile parse_profile(std::string_view name, std::string_view text) {
  const auto source = fmt::format("SCIM profile {}", escape_for_display(name));
  Problems problems;
  json file;
  try {
    file = json::parse(text, RepeatedKeys(problems));
  } catch (const json::parse_error& error) {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: …"
    const std::string_view message = error.what();
    throw ProfileError(
        source, {{{}, "not JSON: " + escape_for_display(message.substr(message.find("] ") + 2))}});
  }
  Profile profile;
  profile.name = name;
  read_file(profile, file, problems);
  if (!problems.empty()) throw ProfileError(source, std::move(problems));
  return profile;
}

Profile merged(Profile profile, const SettingValues::Pairs& overrides) {
  Problems problems;
  for (const auto& [key, text] : overrides) {
    const auto* field = find_field(key);
    if (field == nullptr) {
      problems.push_back({key, unknown_key(key)});
      continue;
    }
    assign(profile, *field, json_of_text(field->slot(profile), text), problems);
    profile.reasons[key] = "set in the configuration";
  }
  if (!problems.empty()) {
    throw ProfileError("changes to SCIM profile " + profile.name, std::move(problems));
  }
  return profile;
}

std::span<const Profile> builtin_profiles() {
  static const std::vector<Profile> kProfiles = read_embedded();
  return kProfiles;
}

const Profile* find_profile(std::string_view name) {
  for (const auto& profile : builtin_profiles()) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

}  // namespace usher::scim
