// One recursive walk over a section and its table. A dot in a setting's name is one level of
// nesting in the file; a scalar may stand in place of a group that has a setting of its own name
// (`rate: off` beside `rate.per_second`).

#include "config/setting_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/setting_value.h"
#include "config/variables.h"
#include "mapping/text.h"

namespace usher {
namespace {

std::string joined(std::string_view prefix, std::string_view key) {
  return prefix.empty() ? std::string(key) : fmt::format("{}.{}", prefix, key);
}

bool is_below(std::string_view name, std::string_view group) {
  return name.size() > group.size() && name.starts_with(group) && name[group.size()] == '.';
}

std::string shown(const YamlNode& node) {
  return node.is_scalar() ? in_quotes(node.text) : std::string(kind_name(node));
}

class SectionReader {
 public:
  SectionReader(const Reading& reading, const SectionShape& shape)
      : reading_(reading), shape_(shape) {}

  SectionValues read(const YamlNode& node) {
    read_level(node, "");
    if (shape_.completeness == Completeness::kWhole) {
      for (const SettingSpec& spec : shape_.keys) check_required(spec);
    }
    for (const SettingSpec& spec : shape_.keys) fill_in(spec);
    if (is_sound_ && shape_.completeness == Completeness::kWhole) check_together();
    return std::move(result_);
  }

 private:
  void read_level(const YamlNode& map, std::string_view prefix) {
    for (const YamlEntry& entry : map.entries) {
      const std::string name = joined(prefix, entry.key);
      const SettingSpec* spec = find_spec(name);
      const bool is_group = has_group(name);
      if (spec != nullptr && (!is_group || is_short_form(*spec, *entry.value))) {
        read_setting(*spec, entry);
      } else if (is_group) {
        read_group(name, entry);
      } else if (!prefix.empty() || !contains(shape_.other_keys, entry.key)) {
        report_unknown(entry, prefix);
      }
    }
  }

  /// Whether this is the one word that may stand in place of a group.
  static bool is_short_form(const SettingSpec& spec, const YamlNode& value) {
    return value.is_scalar() &&
           std::find(spec.choices.begin(), spec.choices.end(), value.text) != spec.choices.end();
  }

  void read_setting(const SettingSpec& spec, const YamlEntry& entry) {
    // What a variable makes of a template or credential is known where it is used.
    if (shape_.completeness == Completeness::kPart && has_variables(*entry.value)) return;
    result_.found.insert_or_assign(std::string(spec.name), FoundSetting{entry.offset, entry.value});
    auto value = read_setting_value(reading_, spec, *entry.value, shape_.urls, shape_.completeness);
    if (value) {
      result_.values.set(spec.name, *std::move(value));
      if (spec.kind == SettingKind::kPath) result_.values.set_written(spec.name, entry.value->text);
    } else {
      is_sound_ = false;
    }
  }

  void read_group(const std::string& name, const YamlEntry& entry) {
    if (entry.value->is_map()) {
      result_.found.insert_or_assign(name, FoundSetting{entry.offset, entry.value});
      return read_level(*entry.value, name);
    }
    is_sound_ = false;
    Texts forms = keys_at(name);
    for (std::string& key : forms) key += ":";
    const SettingSpec* short_form = find_spec(name);
    std::string alternative;
    if (short_form != nullptr)
      alternative = fmt::format(", or '{}: {}'", entry.key, short_form->choices[0]);
    reading_.problems.error(
        entry.value->offset,
        fmt::format("'{}' is {}, but it is a section; write {} indented below it{}", name,
                    shown(*entry.value), either(forms), alternative));
  }

  void report_unknown(const YamlEntry& entry, std::string_view prefix) {
    if (reading_.problems.reported(entry.offset)) return;
    is_sound_ = false;
    const Texts known = keys_at(prefix);
    std::string cure = did_you_mean(entry.key, known);
    if (cure.empty()) {
      cure = known.size() <= 12 ? fmt::format("; the keys here are {}", either(known))
                                : std::string("; remove it, or see docs/configuration.md");
    }
    const std::string in = prefix.empty() ? shape_.title : fmt::format("'{}'", prefix);
    reading_.problems.error(entry.offset,
                            fmt::format("unknown key {} in {}{}", in_quotes(entry.key), in, cure));
  }

  /// What may be written directly below `prefix`.
  [[nodiscard]] Texts keys_at(std::string_view prefix) const {
    Texts keys;
    for (const SettingSpec& spec : shape_.keys) {
      if (!prefix.empty() && !is_below(spec.name, prefix)) continue;
      const std::string_view rest =
          prefix.empty() ? spec.name : spec.name.substr(prefix.size() + 1);
      std::string key(rest.substr(0, rest.find('.')));
      if (!contains(keys, key)) keys.push_back(std::move(key));
    }
    if (prefix.empty()) keys.insert(keys.end(), shape_.other_keys.begin(), shape_.other_keys.end());
    return keys;
  }

  /// A required key inside a group is missed only where the group is written.
  void check_required(const SettingSpec& spec) {
    if (!spec.required || result_.found.contains(spec.name)) return;
    std::size_t offset = shape_.offset;
    if (const std::size_t dot = spec.name.rfind('.'); dot != spec.name.npos) {
      const FoundSetting* group = result_.find(spec.name.substr(0, dot));
      if (group == nullptr) return;
      offset = group->key_offset;
    }
    is_sound_ = false;
    reading_.problems.error(
        offset, fmt::format("{} lacks '{}' ({}); add it", shape_.title, spec.name, spec.help));
  }

  void check_together() {
    if (shape_.check == nullptr) return;
    for (const SettingFault& fault : faults()) {
      const FoundSetting* found = result_.find(fault.setting);
      reading_.problems.error(found == nullptr ? shape_.offset : found->key_offset, fault.message);
    }
  }

  /// The check may be a plug-in's.
  [[nodiscard]] std::vector<SettingFault> faults() const {
    try {
      return shape_.check(result_.values);
    } catch (const std::exception& error) {
      return {{"", fmt::format("{} could not be checked: {}", shape_.title, error.what())}};
    } catch (...) {
      return {{"", fmt::format("{} could not be checked", shape_.title)}};
    }
  }

  void fill_in(const SettingSpec& spec) {
    if (spec.fallback.empty() || result_.found.contains(spec.name)) return;
    // `rate: off` must not bring back the members of `rate`.
    const std::size_t dot = spec.name.rfind('.');
    if (dot != spec.name.npos && result_.values.has(spec.name.substr(0, dot))) return;
    result_.values.set(spec.name, fallback_value(reading_, spec, shape_.urls));
  }

  [[nodiscard]] const SettingSpec* find_spec(std::string_view name) const {
    const auto at = std::find_if(shape_.keys.begin(), shape_.keys.end(),
                                 [name](const SettingSpec& spec) { return spec.name == name; });
    return at == shape_.keys.end() ? nullptr : &*at;
  }

  [[nodiscard]] bool has_group(std::string_view name) const {
    return std::any_of(shape_.keys.begin(), shape_.keys.end(),
                       [name](const SettingSpec& spec) { return is_below(spec.name, name); });
  }

  static bool contains(const Texts& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  }

  const Reading& reading_;
  const SectionShape& shape_;
  SectionValues result_;
  bool is_sound_ = true;  ///< nothing was reported so far
};

}  // namespace

const FoundSetting* SectionValues::find(std::string_view name) const {
  const auto at = found.find(name);
  return at == found.end() ? nullptr : &at->second;
}

SectionValues read_section(const Reading& reading, const SectionShape& shape,
                           const YamlNode& node) {
  if (node.is_map()) return SectionReader(reading, shape).read(node);
  reading.problems.error(node.offset, fmt::format("{} must be a mapping of keys to values, but "
                                                  "this is {}",
                                                  shape.title, kind_name(node)));
  return {};
}

}  // namespace usher
