#include "config/overlay.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace usher {
namespace {

/// `{ env: NAME }` over `{ file: PATH }` must not become both.
bool is_secret(const YamlNode& node) {
  return !node.entries.empty() &&
         std::all_of(node.entries.begin(), node.entries.end(), [](const YamlEntry& entry) {
           return entry.key == "env" || entry.key == "file" || entry.key == "credential";
         });
}

bool are_merged(const YamlNode& base, const YamlNode& over) {
  return base.is_map() && over.is_map() && !is_secret(base) && !is_secret(over);
}

/// A copy that may be changed.
std::shared_ptr<YamlNode> copy_of(const YamlNode& node) {
  return std::make_shared<YamlNode>(node);
}

/// The name that a key like `extends` gives; null where it gives none or no text (reported later,
/// when the section is read).
const YamlNode* name_under(const YamlNode& node, std::string_view key) {
  const YamlEntry* entry = node.find(key);
  const bool named = entry != nullptr && entry->value->is_scalar() && !entry->value->text.empty();
  return named ? entry->value.get() : nullptr;
}

class Inheritance {
 public:
  Inheritance(const Reading& reading, const YamlNode& root) : reading_(reading), root_(root) {}

  YamlNodePtr extended(const YamlNodePtr& node) {
    const YamlNode* name = name_under(*node, "extends");
    if (name == nullptr) return node;
    const YamlNodePtr base = find(*name, "templates", "template");
    if (!base || !enter(*name)) return without_key(node, "extends");
    return overlay(extended(base), without_key(node, "extends"));
  }

  YamlNodePtr with_credential(const YamlNodePtr& node) {
    const YamlNode* name = name_under(*node, "credential");
    if (name == nullptr) return node;
    const YamlNodePtr credential = find(*name, "credentials", "credential");
    return credential ? overlay(credential, node) : node;
  }

 private:
  YamlNodePtr find(const YamlNode& name, std::string_view section, std::string_view what) {
    const YamlNode* entries = find_section(root_, section);
    const YamlEntry* entry = entries == nullptr ? nullptr : entries->find(name.text);
    if (entry == nullptr) {
      std::string cure = did_you_mean(name.text, names_in(root_, section));
      if (cure.empty()) cure = fmt::format("; add it under '{}'", section);
      reading_.problems.error(name.offset,
                              fmt::format("there is no {} {}{}", what, in_quotes(name.text), cure));
      return nullptr;
    }
    return entry->value->is_map() ? entry->value : nullptr;
  }

  bool enter(const YamlNode& name) {
    const bool seen = std::find(chain_.begin(), chain_.end(), name.text) != chain_.end();
    chain_.push_back(name.text);
    if (!seen) return true;
    reading_.problems.error(name.offset,
                            fmt::format("templates extend each other in a circle ({}); remove "
                                        "one 'extends'",
                                        fmt::join(chain_, " → ")));
    return false;
  }

  const Reading& reading_;
  const YamlNode& root_;
  Texts chain_;
};

}  // namespace

YamlNodePtr overlay(const YamlNodePtr& base, const YamlNodePtr& over) {
  auto merged = copy_of(*base);
  merged->offset = over->offset;
  for (const YamlEntry& entry : over->entries) {
    const auto at = std::find_if(merged->entries.begin(), merged->entries.end(),
                                 [&entry](const YamlEntry& have) { return have.key == entry.key; });
    if (at == merged->entries.end()) {
      merged->entries.push_back(entry);
    } else {
      *at = {entry.key, entry.offset,
             are_merged(*at->value, *entry.value) ? overlay(at->value, entry.value) : entry.value};
    }
  }
  return merged;
}

YamlNodePtr with_templates(const Reading& reading, const YamlNode& root,
                           const YamlNodePtr& target) {
  return target->is_map() ? Inheritance(reading, root).extended(target) : target;
}

YamlNodePtr with_credential(const Reading& reading, const YamlNode& root,
                            const YamlNodePtr& target) {
  return target->is_map() ? Inheritance(reading, root).with_credential(target) : target;
}

YamlNodePtr without_key(const YamlNodePtr& map, std::string_view key) {
  if (map->find(key) == nullptr) return map;
  auto copy = copy_of(*map);
  std::erase_if(copy->entries, [key](const YamlEntry& entry) { return entry.key == key; });
  return copy;
}

const YamlNode* find_section(const YamlNode& root, std::string_view name) {
  const YamlEntry* entry = root.find(name);
  return entry != nullptr && entry->value->is_map() ? entry->value.get() : nullptr;
}

Texts names_in(const YamlNode& root, std::string_view section) {
  Texts names;
  const YamlNode* entries = find_section(root, section);
  if (entries == nullptr) return names;
  for (const YamlEntry& entry : entries->entries) names.push_back(entry.key);
  return names;
}

}  // namespace usher
