#include "connectors/scim/sandbox_members.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/scim/sandbox_error.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

std::string read_id(const json& value) {
  const auto* id = &value;
  if (value.is_object()) {
    const auto found = value.find("value");
    id = found == value.end() ? nullptr : &*found;
  }
  if (id == nullptr || !id->is_string() || id->get_ref<const std::string&>().empty()) {
    throw ScimError(400, "invalidValue", "members: each one needs the id of a user or group");
  }
  return id->get<std::string>();
}

}  // namespace

std::vector<std::string> read_member_ids(const json& value) {
  if (value.is_null()) return {};
  if (!value.is_array()) return {read_id(value)};
  std::vector<std::string> ids;
  ids.reserve(value.size());
  for (const auto& each : value) ids.push_back(read_id(each));
  return ids;
}

void add_members(ScimMembers& members, const std::vector<std::string>& ids,
                 const ScimDirectory& directory, bool ignore_unknown) {
  for (const auto& id : ids) {
    auto* member = directory.find_any(id);
    if (member != nullptr && !member->hidden) {
      members.emplace(member->number, member);
    } else if (!ignore_unknown) {
      throw ScimError(400, "invalidValue",
                      fmt::format("members: {} is no user or group", escape_for_display(id)));
    }
  }
}

}  // namespace usher::sandbox
