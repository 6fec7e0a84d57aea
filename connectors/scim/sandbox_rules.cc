#include "connectors/scim/sandbox_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_members.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using Op = ScimStep::Op;

[[noreturn]] void refuse(std::string_view type, const std::string& detail) {
  throw ScimError(400, type, detail);
}

bool names_attribute(const json& body, std::string_view name) {
  return std::any_of(body.items().begin(), body.items().end(), [&](const auto& item) {
    return compare_names(item.key(), name) == 0 && !item.value().is_null();
  });
}

/// Sent, even where it is not kept (a password).
bool is_sent(const ScimShape& shape, const json& body, const json& content,
             const std::string& path) {
  const auto place = shape.find(path);
  return place && (find_scim_value(content, *place) != nullptr || names_attribute(body, path));
}

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string() : ascii_lower(address.substr(at + 1));
}

void check_domains(const ScimScene& scene, const json& content) {
  const auto verified = split_scim_list(scene.switches.get("scim_verified_domains"));
  if (verified.empty()) return;
  Texts addresses = {content.value("userName", "")};
  for (const auto& email : content.value("emails", json::array())) {
    addresses.push_back(email.value("value", ""));
  }
  for (const auto& address : addresses) {
    const auto domain = domain_of(address);
    if (!domain.empty() && !contains_name(verified, domain)) {
      refuse("invalidValue",
             fmt::format("the domain of {} is not verified", escape_for_display(address)));
    }
  }
}

// --- PATCH ---------------------------------------------------------------------------------------

/// `name` for core attributes, with the URN for others: as profiles write it.
std::string path_of(const ScimPlace& place) {
  std::string path = place.extension == nullptr ? "" : std::string(place.extension->urn);
  if (place.attribute == nullptr) return path;
  path += path.empty() ? "" : ":";
  path += place.attribute->name;
  return place.sub == nullptr ? path : path.append(".").append(place.sub->name);
}

bool is_in(const Texts& names, const ScimPlace& place) {
  return contains_name(names, path_of(place)) ||
         contains_name(names, path_of({place.extension, place.attribute, nullptr}));
}

/// How the operations are spelt.
void check_spelling(const scim::Profile& profile, const json& operations) {
  if (profile.patch_max_ops > 0 &&
      operations.size() > static_cast<std::size_t>(profile.patch_max_ops)) {
    refuse("tooMany", fmt::format("more than {} operations", profile.patch_max_ops));
  }
  for (const auto& operation : operations) {
    const auto& op = operation["op"].get_ref<const std::string&>();
    if (profile.capital_ops && op != "Add" && op != "Replace" && op != "Remove") {
      refuse("invalidSyntax", "op must be Add, Replace or Remove");
    }
  }
}

void check_pathless(const scim::Profile& profile, const std::vector<ScimStep>& steps) {
  std::map<std::size_t, std::set<std::string>> attributes;
  for (const auto& step : steps) {
    if (step.pathless) {
      attributes[step.operation].insert(
          path_of({step.target.place.extension, step.target.place.attribute, nullptr}));
    }
  }
  for (const auto& [operation, names] : attributes) {
    if (profile.pathless_patch == scim::PathlessPatch::kRefused) {
      refuse("invalidSyntax", "every operation needs a path");
    }
    if (profile.pathless_patch == scim::PathlessPatch::kOneAttribute && names.size() > 1) {
      refuse("invalidSyntax", "without a path an operation changes a single attribute");
    }
  }
}

void check_user_step(const scim::Profile& profile, const ScimStep& step) {
  const auto& place = step.target.place;
  const auto path = path_of(place);
  if (!profile.updatable.empty() && !is_in(profile.updatable, place)) {
    refuse("mutability", fmt::format("{} cannot be changed", path));
  }
  if (is_in(profile.unsupported, place)) {
    refuse("invalidPath", fmt::format("{} is not supported", path));
  }
  if (step.op == Op::kRemove && is_in(profile.not_removable, place)) {
    refuse("mutability", fmt::format("{} cannot be removed", path));
  }
  const bool list = place.attribute != nullptr && place.attribute->multi;
  if (profile.multi_value_filter && list && step.target.condition == nullptr) {
    refuse("invalidPath", fmt::format("{} is changed through a filter only", path));
  }
  const bool boolean =
      place.attribute != nullptr && place.attribute->type == ScimAttribute::Type::kBoolean;
  if (profile.bool_as_string && boolean && step.value.is_boolean()) {
    refuse("invalidValue", fmt::format("{} takes \"true\" or \"false\"", path));
  }
}

void check_user_steps(const scim::Profile& profile, const std::vector<ScimStep>& steps) {
  std::map<std::string, int> count;
  for (const auto& step : steps) {
    check_user_step(profile, step);
    const auto path = path_of(step.target.place);
    if (contains_name(profile.one_op_attributes, path) && ++count[path] > 1) {
      refuse("invalidSyntax", fmt::format("more than one operation on {}", path));
    }
  }
}

/// What the steps of one request do to the membership.
struct MemberChanges {
  std::size_t added = 0;
  std::size_t removed = 0;
  std::size_t operations = 0;
  bool replaces = false;
  bool removes_all = false;
};

MemberChanges count_member_changes(const std::vector<ScimStep>& steps) {
  MemberChanges changes;
  for (const auto& step : steps) {
    if (!step.target.is_members()) continue;
    ++changes.operations;
    const bool plain = step.target.condition == nullptr && step.target.place.sub == nullptr;
    const auto ids = plain ? read_member_ids(step.value).size() : 1;
    (step.op == Op::kRemove ? changes.removed : changes.added) += ids;
    changes.replaces = changes.replaces || step.op == Op::kReplace;
    changes.removes_all =
        changes.removes_all || (plain && step.op == Op::kRemove && step.value.is_null());
  }
  return changes;
}

void check_most(std::size_t count, int most, std::string_view what) {
  if (most > 0 && count > static_cast<std::size_t>(most)) {
    refuse("tooMany", fmt::format("{} members {} in one request, more than {}", count, what, most));
  }
}

void check_group_steps(const ScimScene& scene, const std::vector<ScimStep>& steps) {
  const auto& profile = scene.profile;
  const auto changes = count_member_changes(steps);
  check_most(changes.added, profile.member_batch_add, "added");
  check_most(changes.removed, profile.member_batch_remove, "removed");
  const auto total = changes.added + changes.removed;
  const auto most = static_cast<std::size_t>(profile.member_batch_total);
  if (most > 0 && total > most) {
    const bool aws = profile.error_style == scim::ErrorStyle::kAws;
    throw ScimError(aws ? 400 : 413, "", fmt::format("more than {} membership changes", most));
  }
  if (!profile.member_ops_mixed && changes.operations > 0 && steps.size() > 1) {
    refuse("invalidSyntax", "an operation on members stands alone in its request");
  }
  if ((changes.replaces && !profile.member_replace) ||
      (changes.removes_all && !profile.member_remove_all)) {
    refuse("invalidValue", "members are added and removed one by one, never all at once");
  }
  for (const auto& step : steps) {
    if (!profile.group_rename && path_of(step.target.place) == "displayName") {
      refuse("mutability", "a group cannot be renamed");
    }
  }
}

}  // namespace

void check_scim_required(const ScimShape& shape, const json& content) {
  for (const auto& attribute : shape.core().attributes) {
    if (!attribute.required) continue;
    const auto name = content.value(std::string(attribute.name), "");
    if (trim(name).empty()) refuse("invalidValue", fmt::format("{} is required", attribute.name));
  }
}

void check_scim_content(const ScimScene& scene, ScimKind kind, const json& body,
                        const json& content, bool creation) {
  const auto& profile = scene.profile;
  const auto& shape = scene.shape(kind);
  check_scim_required(shape, content);
  if (kind == ScimKind::kGroup) return;
  for (const auto& path : profile.unsupported) {
    if (is_sent(shape, body, content, path)) {
      refuse("invalidValue", fmt::format("{} is not supported", path));
    }
  }
  for (const auto& name : profile.single_valued) {
    if (content.contains(name) && content[name].size() > 1) {
      refuse("invalidValue", fmt::format("{} takes one value", name));
    }
  }
  if (creation) {
    for (const auto& path : profile.required_on_create) {
      if (!is_sent(shape, body, content, path)) {
        refuse("invalidValue", fmt::format("{} is required", path));
      }
    }
    if (profile.id_is_external_id && !content.contains("externalId")) {
      refuse("invalidValue", "externalId is required");
    }
  }
  if (profile.verified_domains_only) check_domains(scene, content);
}

void check_scim_patch(const ScimScene& scene, ScimKind kind, const json& operations,
                      const std::vector<ScimStep>& steps) {
  check_spelling(scene.profile, operations);
  check_pathless(scene.profile, steps);
  if (kind == ScimKind::kUser) {
    check_user_steps(scene.profile, steps);
  } else {
    check_group_steps(scene, steps);
  }
}

}  // namespace usher::sandbox
