#include "connectors/polytomic/roles.h"

#include <algorithm>

#include "mapping/text.h"

namespace usher::polytomic {
namespace {

std::string folded(std::string_view text) {
  return fold_key(to_lower(trim(text)));
}

Texts in_order(Texts texts) {
  std::ranges::sort(texts);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

}  // namespace

Roles::Roles(const Json& data) {
  for (const Json& item : data.elements_or_none()) {
    Role role{item.get("id").as_text(), item.get("name").text_or("")};
    if (role.id.empty()) item.get("id").fail("an id");
    if (trim(role.name).empty()) role.name = role.id;
    if (!by_id_.emplace(folded(role.id), roles_.size()).second) continue;
    const auto [same, is_new] = by_name_.emplace(folded(role.name), roles_.size());
    if (!is_new) role.is_unique = roles_[same->second].is_unique = false;
    roles_.push_back(std::move(role));
  }
}

const Roles::Role* Roles::find(std::string_view text) const {
  const std::string wanted = folded(text);
  if (const auto at = by_id_.find(wanted); at != by_id_.end()) return &roles_[at->second];
  const auto at = by_name_.find(wanted);
  if (at == by_name_.end() || !roles_[at->second].is_unique) return nullptr;
  return &roles_[at->second];
}

std::string Roles::canonical(std::string_view text) const {
  const Role* role = find(text);
  if (role == nullptr) return std::string(text);
  return role->is_unique ? role->name : role->id;
}

Texts Roles::canonical(const Texts& texts) const {
  Texts forms;
  for (const std::string& text : texts) forms.push_back(canonical(text));
  return in_order(std::move(forms));
}

std::optional<std::string> Roles::find_id(std::string_view text) const {
  const Role* role = find(text);
  return role == nullptr ? std::nullopt : std::optional(role->id);
}

Texts Roles::names() const {
  Texts names;
  for (const Role& role : roles_) names.push_back(role.is_unique ? role.name : role.id);
  return in_order(std::move(names));
}

}  // namespace usher::polytomic
