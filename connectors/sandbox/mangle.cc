// Replies that are JSON, but not the JSON that was promised.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/faults.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

/// Calls `visit(object, name)` for every member of every object, deepest first. `visit` may erase
/// the member.
template <typename Visit>
void for_each_member(json& value, const Visit& visit) {
  if (value.is_array()) {
    for (auto& element : value) {
      for_each_member(element, visit);
    }
  } else if (value.is_object()) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : value.items()) {
      names.push_back(name);
    }
    for (const auto& name : names) {
      for_each_member(value[name], visit);
      visit(value, name);
    }
  }
}

template <typename Change>
void change_members(json& document, const std::vector<std::string>& names, const Change& change) {
  for_each_member(document, [&](json& object, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      change(object, name);
    }
  });
}

json other_type(const json& value) {
  if (value.is_number() || value.is_boolean()) {
    return value.dump();
  }
  if (value.is_array()) {
    return json{{"0", value}};
  }
  return value.is_object() ? json::array({value}) : json(7);
}

// The users of page `page`, when the list is cut into pages of `page_size`.
void leave_out_page(const Fault& fault, json& list) {
  const auto size = static_cast<std::int64_t>(list.size());
  const auto page_size = fault.page_size > 0 ? fault.page_size : (size + 1) / 2;
  const auto begin = std::min(size, (fault.page - 1) * page_size);
  const auto end = std::min(size, begin + page_size);
  list.erase(list.begin() + begin, list.begin() + end);
}

void add_strange_members(json& value) {
  if (value.is_array()) {
    for (auto& element : value) {
      add_strange_members(element);
    }
  } else if (value.is_object()) {
    for (auto& element : value) {
      add_strange_members(element);
    }
    value["a_new_member"] = {{"nested", {1, nullptr, "two"}}, {"flag", true}};
  }
}

/// The row that the fault means; null: the list has none, or there is no list.
json* find_row(json& value, const std::string& list_member, std::int64_t row) {
  if (!value.is_structured()) return nullptr;
  for (auto& [name, inner] : value.items()) {
    if (value.is_object() && name == list_member && inner.is_array()) {
      const auto at = static_cast<std::size_t>(row - 1);
      return at < inner.size() ? &inner[at] : nullptr;
    }
    if (json* found = find_row(inner, list_member, row)) return found;
  }
  return nullptr;
}

void change_document(const Fault& fault, const std::string& list_member, json& document) {
  const auto named = [&](const std::vector<std::string>& otherwise) {
    return fault.members.empty() ? otherwise : fault.members;
  };
  switch (fault.action) {
    case FaultAction::kEmptyList:
      return change_members(document, named({list_member}),
                            [](json& object, const auto& name) { object[name] = json::array(); });
    case FaultAction::kMissingPage:
      return change_members(document, named({list_member}), [&](json& object, const auto& name) {
        if (object[name].is_array()) {
          leave_out_page(fault, object[name]);
        }
      });
    case FaultAction::kWrongJsonType:
      return change_members(document, named({list_member}), [&](json& object, const auto& name) {
        object[name] = fault.value.is_null() ? other_type(object[name]) : fault.value;
      });
    case FaultAction::kNullMembers:
      return change_members(document, named({"team", "whatsapp_accounts", "invitation_status"}),
                            [](json& object, const auto& name) { object[name] = nullptr; });
    case FaultAction::kMissingMembers:
      return change_members(document, named({"team", "role", "invitation_status"}),
                            [](json& object, const auto& name) { object.erase(name); });
    case FaultAction::kExtraMembers:
      return add_strange_members(document);
    default:
      return;
  }
}

}  // namespace

void mangle(const Fault& fault, std::string_view list_member, Response& response) {
  if (!response.body || response.content_type.find("json") == std::string::npos) {
    return;
  }
  auto document = json::parse(*response.body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    return;
  }
  // A bare list is dressed as the member that is named like nothing.
  const bool is_bare = list_member.empty() && document.is_array();
  if (is_bare) document = json{{"", std::move(document)}};
  const std::string list(list_member);
  json* const part = fault.row > 0 ? find_row(document, list, fault.row) : &document;
  if (part != nullptr) change_document(fault, list, *part);
  if (is_bare) document = json(std::move(document[""]));
  response.body = std::make_shared<const std::string>(document.dump());
}

}  // namespace usher::sandbox
