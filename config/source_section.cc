#include "config/source_section.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "config/address.h"
#include "config/hash.h"
#include "config/keys.h"
#include "config/overlay.h"
#include "config/setting_reader.h"

namespace usher {
namespace {

const SourceSpec* find_type(const Catalogue& catalogue, std::string_view name) {
  const auto at = std::find_if(catalogue.sources.begin(), catalogue.sources.end(),
                               [name](const SourceSpec& spec) { return spec.name == name; });
  return at == catalogue.sources.end() ? nullptr : &*at;
}

const SourceSpec* read_type(const Reading& reading, const YamlEntry& entry) {
  const YamlEntry* type = entry.value->find("type");
  Texts known;
  for (const SourceSpec& spec : reading.catalogue.sources) known.emplace_back(spec.name);
  if (type == nullptr) {
    reading.problems.error(
        entry.offset, fmt::format("source '{}' lacks 'type'; write {}", entry.key, either(known)));
    return nullptr;
  }
  const SourceSpec* spec = find_type(reading.catalogue, type->value->text);
  if (spec == nullptr) {
    reading.problems.error(
        type->value->offset,
        fmt::format("there is no source type {}; write {}{}", in_quotes(type->value->text),
                    either(known), did_you_mean(type->value->text, known)));
  }
  return spec;
}

/// ldap:// with `start_tls` is as good as ldaps://; without it, it is not.
void check_protection(const Reading& reading, const SourceSpec& spec, const SectionValues& read) {
  if (read.find("start_tls") != nullptr && !read.values.has("start_tls")) return;  // reported
  const bool protects = read.values.has("start_tls") && read.values.flag("start_tls");
  for (const SettingSpec& key : spec.settings) {
    const FoundSetting* found = read.find(key.name);
    if (key.kind != SettingKind::kUrl || found == nullptr || !read.values.has(key.name)) continue;
    const std::string& url = read.values.text(key.name);
    if (!is_unprotected_ldap(url) || protects) continue;
    reading.problems.error(
        found->value->offset,
        fmt::format("'{}' is {}: plain ldap would show the password and the people to everyone on "
                    "the way; write ldaps://, or add 'start_tls: true'",
                    key.name, in_quotes(url)));
  }
}

SettingValues own_settings(const SourceSpec& spec, const SettingValues& values) {
  SettingValues own;
  for (const SettingSpec& key : spec.settings) values.copy_to(own, key.name);
  return own;
}

std::optional<SourceConfig> read_source(const Reading& reading, const YamlEntry& entry) {
  const std::string title = fmt::format("source '{}'", entry.key);
  if (!check_name(reading, entry, "source")) return std::nullopt;
  if (!entry.value->is_map()) {
    reading.problems.error(entry.value->offset,
                           fmt::format("{} is {}, but it is a section; begin with 'type:' below it",
                                       title, kind_name(*entry.value)));
    return std::nullopt;
  }
  const SourceSpec* spec = read_type(reading, entry);
  if (spec == nullptr) return std::nullopt;
  SectionShape shape{title, entry.offset, source_keys(*spec), {}, UrlFamily::kLdap};
  shape.check = spec->check;
  const SectionValues read = read_section(reading, shape, *entry.value);
  check_protection(reading, *spec, read);

  SourceConfig source;
  source.name = entry.key;
  source.type = spec->name;
  source.where = reading.problems.text().where(entry.offset);
  source.settings = own_settings(*spec, read.values);
  source.parts_stable = read.values.text_or("files", "stable") == "stable";
  source.id_attribute = read.values.text_or("id", "");
  if (read.values.has("sentinels")) source.sentinels = read.values.texts("sentinels");
  source.hash = hash_of(source.type, source.settings, spec->settings);
  return source;
}

}  // namespace

std::vector<SourceConfig> read_sources(const Reading& reading, const YamlNode& root) {
  std::vector<SourceConfig> sources;
  const YamlNode* section = find_section(root, "sources");
  if (section == nullptr) return sources;
  for (const YamlEntry& entry : section->entries) {
    auto source = read_source(reading, entry);
    if (source) sources.push_back(*std::move(source));
  }
  return sources;
}

}  // namespace usher
