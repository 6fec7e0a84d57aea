#include "config/target_section.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "config/hash.h"
#include "config/keys.h"
#include "config/map_section.h"
#include "config/overlay.h"
#include "config/policy_values.h"
#include "config/setting_reader.h"
#include "config/target_family.h"
#include "config/variables.h"

namespace usher {
namespace {

const ConnectorSpec* find_connector(const Catalogue& catalogue, std::string_view name) {
  const auto at = std::find_if(catalogue.connectors.begin(), catalogue.connectors.end(),
                               [name](const ConnectorSpec& spec) { return spec.name == name; });
  return at == catalogue.connectors.end() ? nullptr : &*at;
}

/// Reads one target, or one template with `kPart`. The steps report what they find and go on.
class TargetReader {
 public:
  TargetReader(const Reading& reading, const TargetNode& what)
      : reading_(reading), what_(what), node_(*what.node) {}

  std::optional<TargetConfig> read() {
    if (!node_.is_map()) {
      reading_.problems.error(node_.offset,
                              fmt::format("{} is {}, but it is a section; begin with 'connector:' "
                                          "below it",
                                          what_.title, kind_name(node_)));
      return std::nullopt;
    }
    connector_ = read_connector();
    if (connector_ == nullptr && is_whole()) return std::nullopt;
    read_values();
    check_sources();
    TargetConfig target;
    read_scope(target);
    read_map_and_match(target);
    if (is_whole()) fill(target);
    return target;
  }

 private:
  [[nodiscard]] bool is_whole() const { return what_.completeness == Completeness::kWhole; }

  const ConnectorSpec* read_connector() {
    const YamlEntry* entry = node_.find("connector");
    Texts known;
    for (const ConnectorSpec& spec : reading_.catalogue.connectors) known.emplace_back(spec.name);
    if (entry == nullptr) {
      if (is_whole()) {
        reading_.problems.error(what_.offset, fmt::format("{} lacks 'connector'; write {}",
                                                          what_.title, either(known)));
      }
      return nullptr;
    }
    if (!is_whole() && has_variables(*entry->value)) return nullptr;
    const ConnectorSpec* spec = find_connector(reading_.catalogue, entry->value->text);
    if (spec == nullptr) {
      reading_.problems.error(
          entry->value->offset,
          fmt::format("there is no connector {}; write {}{}", in_quotes(entry->value->text),
                      either(known), did_you_mean(entry->value->text, known)));
    }
    return spec;
  }

  void read_values() {
    SectionShape shape{what_.title, what_.offset, {}, {"map", "for_each"}};
    if (connector_ != nullptr) {
      shape.keys = target_keys(*connector_);
      shape.check = connector_->check;
    } else {
      shape.keys = any_target_keys(reading_.catalogue.connectors);
    }
    shape.completeness = what_.completeness;
    read_ = read_section(reading_, shape, node_);
  }

  void check_sources() {
    const FoundSetting* found = read_.find("source");
    if (found == nullptr || find_section(what_.root, "sources") == nullptr) return;
    const Texts known = names_in(what_.root, "sources");
    std::set<std::string> seen;
    check_source(*found->value, known, seen);
    for (const YamlNodePtr& item : found->value->items) check_source(*item, known, seen);
  }

  void check_source(const YamlNode& name, const Texts& known, std::set<std::string>& seen) {
    if (!name.is_scalar() || name.text.empty()) return;
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      std::string cure = did_you_mean(name.text, known);
      if (cure.empty()) cure = "; add it under 'sources'";
      reading_.problems.error(name.offset,
                              fmt::format("there is no source {}{}", in_quotes(name.text), cure));
    } else if (!seen.insert(name.text).second) {
      reading_.problems.error(name.offset, fmt::format("the source {} is listed twice; remove one",
                                                       in_quotes(name.text)));
    }
  }

  void read_scope(TargetConfig& target) {
    if (const FoundSetting* scope = read_.find("scope"); scope != nullptr) {
      const YamlNode& text = *scope->value;
      const bool is_open = !is_whole() && has_variables(text);
      if (text.is_scalar() && !text.text.empty() && !is_open) {
        target.scope = compile_filter(reading_, "scope", text);
      }
    }
  }

  void read_map_and_match(TargetConfig& target) {
    const Capabilities* can = connector_ == nullptr ? nullptr : &connector_->capabilities;
    const YamlEntry* map = node_.find("map");
    std::vector<AttributeMapping> mappings;
    if (map != nullptr) mappings = read_map(reading_, *map->value, can);
    if (can == nullptr) return;
    map_groups(mappings, *can);
    if (is_whole()) {
      const std::size_t offset = map == nullptr ? what_.offset : map->offset;
      check_required_attributes(reading_, offset, mappings, *can);
      read_match(target, mappings, *can);
    }
    target.mapper = Mapper(std::move(mappings), *can);
  }

  /// Attributes that take the person's groups unless `map` says otherwise.
  void map_groups(std::vector<AttributeMapping>& mappings, const Capabilities& can) const {
    for (const AttributeSpec& spec : can.attributes) {
      if (spec.groups_setting.empty() || !read_.values.has(spec.groups_setting)) continue;
      const bool is_mapped = std::ranges::any_of(mappings, [&](const AttributeMapping& mapping) {
        return compare_names(mapping.attribute, spec.name) == 0;
      });
      const Texts& patterns = read_.values.texts(spec.groups_setting);
      if (!is_mapped && !patterns.empty()) mappings.push_back({spec.name, {}, patterns});
    }
  }

  void read_match(TargetConfig& target, const std::vector<AttributeMapping>& mappings,
                  const Capabilities& can) {
    const FoundSetting* found = read_.find("match");
    if (found == nullptr || !read_.values.has("match")) {
      if (!can.key.empty()) target.match = {can.key};
      return;
    }
    target.match = read_.values.texts("match");
    check_match(*found->value, mappings, can);
    for (const YamlNodePtr& item : found->value->items) check_match(*item, mappings, can);
  }

  void check_match(const YamlNode& name, const std::vector<AttributeMapping>& mappings,
                   const Capabilities& can) {
    if (!name.is_scalar()) return;
    Texts mapped;
    for (const AttributeMapping& mapping : mappings) mapped.push_back(mapping.attribute);
    if (std::find(mapped.begin(), mapped.end(), name.text) == mapped.end()) {
      std::string cure = did_you_mean(name.text, mapped);
      if (cure.empty()) cure = "; add it to 'map', or match by another attribute";
      reading_.problems.error(name.offset, fmt::format("'match' names {}, which 'map' does not "
                                                       "give a value{}",
                                                       in_quotes(name.text), cure));
      return;
    }
    const AttributeSpec* spec = can.find(name.text);
    if (spec == nullptr || (spec->returned && !spec->local)) return;
    reading_.problems.error(
        name.offset,
        fmt::format("'match' names {}, which this provider never returns, so "
                    "that nothing can match; {}",
                    in_quotes(name.text),
                    can.key.empty() ? "remove 'match'" : fmt::format("use '{}'", can.key)));
  }

  void fill(TargetConfig& target) {
    target.name = what_.name;
    target.connector = connector_->name;
    target.where = reading_.problems.text().where(what_.offset);
    for (const SettingSpec& key : connector_->settings) {
      read_.values.copy_to(target.settings, key.name);
    }
    if (read_.values.has("source")) target.sources = read_.values.texts("source");
    target.mode = to_mode(read_.values);
    target.every = to_seconds(read_.values, "every");
    target.policy = to_policy(read_, reading_.problems.text(), target.where);
    target.policy.settings_hash = hash_of(target.connector, target.settings, connector_->settings);
    warn_about_deletion(target.policy.leavers);
  }

  void warn_about_deletion(const LeaverPolicy& leavers) {
    const FoundSetting* found = read_.find("leavers.delete_after");
    if (found == nullptr || leavers.action == LeaverAction::kDeactivate) return;
    reading_.problems.warning(found->key_offset,
                              "'leavers.delete_after' has no effect, because only a deactivated "
                              "account is deleted later; write 'do: deactivate', or remove it");
  }

  const Reading& reading_;
  const TargetNode& what_;
  const YamlNode& node_;
  const ConnectorSpec* connector_ = nullptr;  ///< null: not known
  SectionValues read_;
};

void check_credential(const Reading& reading, const YamlEntry& entry) {
  const SectionShape shape{fmt::format("credential '{}'", entry.key),
                           entry.offset,
                           connector_keys(reading.catalogue.connectors),
                           {},
                           UrlFamily::kHttp,
                           Completeness::kPart};
  (void)read_section(reading, shape, *entry.value);
}

void check_template(const Reading& reading, const YamlNode& root, const YamlEntry& entry) {
  const YamlNodePtr extended = with_templates(reading, root, entry.value);
  (void)read_target(reading,
                    {root, fmt::format("template '{}'", entry.key), entry.key, entry.offset,
                     with_credential(reading, root, extended), Completeness::kPart});
}

/// A target without `for_each`. `entry` has what it inherits from templates.
void read_single_target(const Reading& reading, const YamlNode& root, const YamlEntry& entry,
                        Config& config) {
  static const KnownVariables kNone{
      {},
      "stands for nothing here, because the target has no 'for_each'; attributes of people stand "
      "in 'map' only"};
  const YamlNodePtr node = with_credential(reading, root, entry.value);
  if (has_variables(*without_key(node, "map")) && !check_variables(reading, *node, kNone)) return;
  auto target = read_target(
      reading, {root, fmt::format("target '{}'", entry.key), entry.key, entry.offset, node});
  if (!target) return;
  target->hash = hash_of(*target, config);
  config.targets.push_back(*std::move(target));
}

}  // namespace

std::optional<TargetConfig> read_target(const Reading& reading, const TargetNode& what) {
  return TargetReader(reading, what).read();
}

void read_targets(const Reading& reading, const YamlNode& root, Config& config) {
  const YamlNode* section = find_section(root, "targets");
  if (section == nullptr) return;
  for (const YamlEntry& entry : section->entries) {
    if (!check_name(reading, entry, "target")) continue;
    const YamlNodePtr node = with_templates(reading, root, entry.value);
    if (node->find("for_each") != nullptr) {
      read_family(reading, root, {entry.key, entry.offset, node}, config);
    } else {
      read_single_target(reading, root, {entry.key, entry.offset, node}, config);
    }
  }
}

void check_shared_sections(const Reading& reading, const YamlNode& root) {
  if (const YamlNode* credentials = find_section(root, "credentials")) {
    for (const YamlEntry& entry : credentials->entries) check_credential(reading, entry);
  }
  if (const YamlNode* templates = find_section(root, "templates")) {
    for (const YamlEntry& entry : templates->entries) check_template(reading, root, entry);
  }
}

}  // namespace usher
