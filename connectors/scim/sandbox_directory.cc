#include "connectors/scim/sandbox_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/format.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view kNumberPlace = "{n}";

std::string text_member(const json& content, const char* name) {
  const auto found = content.find(name);
  return found != content.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Takes over what the indexes and the rules look at.
void read_keys(ScimResource& resource, const json& content) {
  const auto name =
      text_member(content, resource.kind == ScimKind::kUser ? "userName" : "displayName");
  resource.key = fold_key(name);
  resource.label = name == resource.key ? std::string() : name;
  resource.external_id = text_member(content, "externalId");
  resource.active = content.value("active", true);
}

/// `"urn:…:User","urn:…"`: the core schema and each extension that has data.
std::string schema_list(ScimKind kind, const json& content) {
  auto list = fmt::format("\"{}\"", ScimShape(kind, {}).core().urn);
  for (const auto& [name, unused] : content.items()) {
    if (name.starts_with("urn:")) list += fmt::format(",\"{}\"", name);
  }
  return list;
}

/// `attributes`: the members of the content, without the braces around them.
std::string render(const ScimResource& resource, std::string_view schemas,
                   std::string_view attributes) {
  std::string text = fmt::format("{{\"schemas\":[{}],\"id\":", schemas);
  append_json(text, resource.id);
  if (!attributes.empty()) text.append(",").append(attributes);
  text += fmt::format(R"(,"meta":{{"resourceType":"{}","created":"{}","lastModified":"{}",)"
                      R"("version":"W/\"{}\"","location":")",
                      scim_name(resource.kind), rfc3339(resource.created),
                      rfc3339(resource.modified), resource.version);
  text.shrink_to_fit();  // there may be a million of them
  return text;
}

std::string without_braces(const json& content) {
  const auto text = content.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);
}

void render(ScimResource& resource, const json& content) {
  resource.text = render(resource, schema_list(resource.kind, content), without_braces(content));
}

std::string with_number(std::string_view pattern, const std::string& number) {
  std::string text;
  for (auto at = pattern.find(kNumberPlace); at != std::string_view::npos;
       at = pattern.find(kNumberPlace)) {
    text.append(pattern.substr(0, at)).append(number);
    pattern.remove_prefix(at + kNumberPlace.size());
  }
  return text.append(pattern);
}

/// A bijection that makes 1, 2, 3 … look like nothing.
std::uint64_t scramble(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

template <typename Index>
void erase_from(Index& index, std::string_view key, const ScimResource* resource) {
  auto [at, end] = index.equal_range(key);
  for (; at != end; ++at) {
    if (at->second == resource) {
      index.erase(at);
      return;
    }
  }
}

template <typename Index>
std::vector<ScimResource*> all_of(const Index& index, std::string_view key) {
  std::vector<ScimResource*> found;
  const auto [begin, end] = index.equal_range(key);
  for (auto at = begin; at != end; ++at) found.push_back(at->second);
  std::sort(found.begin(), found.end(),
            [](const auto* a, const auto* b) { return a->number < b->number; });
  return found;
}

}  // namespace

json scim_content(const ScimResource& resource) {
  auto content = json::parse(resource.text + "\"}}");
  for (const char* name : {"schemas", "id", "meta"}) content.erase(name);
  return content;
}

json scim_relations(const ScimResource& resource) {
  auto list = json::array();
  for (const auto& [number, member] : resource.members) {
    list.push_back(
        {{"value", member->id}, {"type", scim_name(member->kind)}, {"display", member->name()}});
  }
  for (const auto* group : resource.groups) {
    list.push_back({{"value", group->id}, {"type", "direct"}, {"display", group->name()}});
  }
  return list;
}

void ScimDirectory::clear() {
  users_ = {};
  groups_ = {};
  last_number_ = 0;
  ++revision_;
}

std::string ScimDirectory::make_id(const ScimResource& resource) const {
  if (ids_ == ScimIds::kInteger) return std::to_string(resource.number);
  if (ids_ == ScimIds::kExternal && !resource.external_id.empty()) return resource.external_id;
  // Fifteen digits: as much as a std::string holds without asking for memory.
  return fmt::format("{:015x}", scramble(resource.number) >> 4U);
}

void ScimDirectory::index(ScimResource& resource) {
  auto& indexes = table(resource.kind);
  indexes.by_id.emplace(resource.id, &resource);
  indexes.by_key.emplace(resource.key, &resource);
  if (!resource.external_id.empty()) {
    indexes.by_external_id.emplace(resource.external_id, &resource);
  }
}

void ScimDirectory::unindex(ScimResource& resource) {
  auto& indexes = table(resource.kind);
  erase_from(indexes.by_id, resource.id, &resource);
  erase_from(indexes.by_key, resource.key, &resource);
  erase_from(indexes.by_external_id, resource.external_id, &resource);
}

ScimResource& ScimDirectory::insert(std::unique_ptr<ScimResource> resource) {
  auto& added = *resource;
  auto& where = table(added.kind);
  where.order.push_back(&added);
  where.owned.emplace(added.number, std::move(resource));
  index(added);
  ++revision_;
  return added;
}

ScimResource& ScimDirectory::add(ScimKind kind, std::string id, const json& content,
                                 std::int64_t now) {
  auto resource = std::make_unique<ScimResource>();
  resource->kind = kind;
  resource->number = ++last_number_;
  resource->created = now;
  resource->modified = now;
  read_keys(*resource, content);
  resource->own_id = !id.empty();
  resource->id = resource->own_id ? std::move(id) : make_id(*resource);
  render(*resource, content);
  return insert(std::move(resource));
}

void ScimDirectory::generate(const json& content, std::int64_t first, std::int64_t count,
                             std::int64_t now) {
  ScimResource pattern;
  read_keys(pattern, content);
  const auto schemas = schema_list(ScimKind::kUser, content);
  const auto attributes = without_braces(content);
  users_.order.reserve(users_.order.size() + static_cast<std::size_t>(count));
  for (auto n = first; n < first + count; ++n) {
    const auto number = std::to_string(n);
    auto resource = std::make_unique<ScimResource>();
    resource->number = ++last_number_;
    resource->created = now;
    resource->modified = now;
    resource->active = pattern.active;
    resource->key = with_number(pattern.key, number);
    resource->label = with_number(pattern.label, number);
    resource->external_id = with_number(pattern.external_id, number);
    resource->id = make_id(*resource);
    resource->text = render(*resource, schemas, with_number(attributes, number));
    insert(std::move(resource));
  }
}

void ScimDirectory::touch(ScimResource& resource, std::int64_t now) {
  ++resource.version;
  resource.modified = now;
  ++revision_;
}

void ScimDirectory::rewrite(ScimResource& resource, const json& content, std::int64_t now) {
  unindex(resource);
  touch(resource, now);
  read_keys(resource, content);
  if (ids_ == ScimIds::kExternal && !resource.own_id) resource.id = make_id(resource);
  render(resource, content);
  index(resource);
}

void ScimDirectory::set_members(ScimResource& group, const ScimMembers& members, std::int64_t now) {
  for (const auto& [number, member] : group.members) {
    if (!members.contains(number)) std::erase(member->groups, &group);
  }
  for (const auto& [number, member] : members) {
    if (!group.members.contains(number)) member->groups.push_back(&group);
  }
  group.members = members;
  rewrite(group, scim_content(group), now);
}

void ScimDirectory::leave_groups(ScimResource& resource, std::int64_t now) {
  for (auto* group : resource.groups) {
    group->members.erase(resource.number);
    rewrite(*group, scim_content(*group), now);
  }
  resource.groups.clear();
}

void ScimDirectory::remove(ScimResource& resource, std::int64_t now) {
  auto& where = table(resource.kind);
  leave_groups(resource, now);
  for (const auto& [number, member] : resource.members) std::erase(member->groups, &resource);
  set_hidden(resource, false);
  unindex(resource);
  const auto at = std::lower_bound(
      where.order.begin(), where.order.end(), resource.number,
      [](const auto* each, std::uint64_t number) { return each->number < number; });
  where.order.erase(at);
  where.owned.erase(resource.number);
  ++revision_;
}

void ScimDirectory::set_hidden(ScimResource& resource, bool hidden) {
  if (resource.hidden == hidden) return;
  resource.hidden = hidden;
  table(resource.kind).hidden += hidden ? 1 : -1;
  ++revision_;
}

void ScimDirectory::use_ids(ScimIds style) {
  if (style == ids_) return;
  ids_ = style;
  for (const auto kind : {ScimKind::kUser, ScimKind::kGroup}) {
    for (auto* resource : table(kind).order) {
      if (resource->own_id) continue;
      const auto content = scim_content(*resource);
      unindex(*resource);
      resource->id = make_id(*resource);
      render(*resource, content);
      index(*resource);
    }
  }
  ++revision_;
}

ScimResource* ScimDirectory::find(ScimKind kind, std::string_view id) const {
  const auto at = table(kind).by_id.find(id);
  return at == table(kind).by_id.end() ? nullptr : at->second;
}

ScimResource* ScimDirectory::find_any(std::string_view id) const {
  auto* user = find(ScimKind::kUser, id);
  return user != nullptr ? user : find(ScimKind::kGroup, id);
}

std::vector<ScimResource*> ScimDirectory::with_key(ScimKind kind, std::string_view folded) const {
  return all_of(table(kind).by_key, folded);
}

std::vector<ScimResource*> ScimDirectory::with_external_id(ScimKind kind,
                                                           std::string_view external_id) const {
  return all_of(table(kind).by_external_id, external_id);
}

}  // namespace usher::sandbox
