// What a SCIM service can do, by its profile.

#include <fmt/format.h>

#include <algorithm>

#include "connectors/scim/attributes.h"
#include "connectors/scim/settings.h"

namespace usher::scim {
namespace {

constexpr std::size_t kMemberBatch = 100;  ///< where the profile names no limit

bool is_served(const Profile& profile, const Attribute& attribute) {
  if (names_it(profile.unsupported, attribute) || is_surplus(profile, attribute)) return false;
  return attribute.schema.empty() || contains_name(profile.extensions, attribute.schema);
}

/// A parent that is read flattened shows one of its sub-attributes and hides the others.
bool is_hidden(const Profile& profile, const Attribute& attribute) {
  return !attribute.sub.empty() && !contains_name(profile.flattened, attribute.path) &&
         std::ranges::any_of(profile.flattened, [&](const std::string& path) {
           return path.starts_with(attribute.attribute + ".");
         });
}

bool is_fixed(const Profile& profile, const Attribute& attribute) {
  return std::ranges::any_of(profile.fixed_values, [&](const auto& fixed) {
    return compare_names(fixed.first, attribute.path) == 0;
  });
}

AttributeSpec to_spec(const Profile& profile, const Attribute& attribute) {
  AttributeSpec spec{.name = attribute.path};
  const bool is_user_name = attribute.path == "userName";
  const bool is_identity = attribute.path == "externalId" && profile.id_is_external_id;
  // An active user is sent as such also where `map` does not say so.
  spec.required =
      is_user_name || is_identity ||
      (contains_name(profile.required_on_create, attribute.path) && attribute.path != "active");
  spec.is_boolean = attribute.is_boolean;
  spec.is_multi = attribute.is_multi;
  spec.is_name = attribute.is_name;
  spec.returned = attribute.path != "password" && !is_fixed(profile, attribute) &&
                  !is_hidden(profile, attribute);
  spec.updatable = !is_identity && (profile.user_patch || profile.user_put) &&
                   (profile.updatable.empty() || names_it(profile.updatable, attribute));
  spec.ignores_case = is_user_name || attribute.attribute == "emails";
  spec.entitlement = attribute.is_multi || attribute.path == "active";
  if (attribute.path == "active") spec.ranks = {"false", "true"};
  return spec;
}

AttributeSpec groups_spec(const Settings& settings) {
  AttributeSpec spec{.name = "groups", .is_multi = true, .entitlement = true};
  spec.groups_setting = "groups.include";
  spec.deferred = true;
  spec.returned = settings.profile.members_readable != MembersReadable::kNo;
  if (settings.groups.remove) {
    spec.loss_means =
        "a group that usher made is deleted when it loses its last member (`groups.delete`)";
  }
  return spec;
}

std::size_t member_batch(const Profile& profile) {
  const int batch =
      profile.member_batch_add > 0 ? profile.member_batch_add : profile.member_batch_total;
  return batch > 0 ? static_cast<std::size_t>(batch) : kMemberBatch;
}

void describe_removal(const Profile& profile, Capabilities& can) {
  if (!can.can_deactivate) {
    can.manual_removal = fmt::format(
        "setting {{key}} inactive would delete the account for good at {}; remove it by hand, or "
        "let usher delete it with `leavers: {{ do: delete }}`",
        profile.title);
  }
  if (profile.delete_means == DeleteMeans::kSuspendsForever) {
    can.delete_means = fmt::format(
        "{} suspends {{key}} for good: the account can never be used again", profile.title);
  }
}

}  // namespace

Capabilities capabilities(const Settings& settings) {
  const Profile& profile = settings.profile;
  Capabilities can;
  for (const Attribute& attribute : attributes()) {
    if (is_served(profile, attribute)) can.attributes.push_back(to_spec(profile, attribute));
  }
  if (!settings.groups.include.empty()) can.attributes.push_back(groups_spec(settings));
  can.key = "userName";
  if (can.find("externalId") != nullptr) can.mark = "externalId";
  can.creation = Action::kCreate;
  const bool writes = profile.user_patch || profile.user_put;
  const bool is_reversible = profile.deactivate_means == DeactivateMeans::kReversible;
  can.can_update = writes;
  can.can_deactivate = can.can_reactivate = writes && is_reversible;
  // Where DELETE only deactivates, `active` does the same and can be seen.
  can.can_delete = profile.delete_means != DeleteMeans::kDeactivates;
  can.has_lookup = true;
  can.deferred_batch = member_batch(profile);
  can.requests_per_change = settings.update == Update::kPut ? 2 : 1;
  can.requests_per_list = settings.groups.include.empty() ? 2 : 3;
  can.requests_per_second = settings.http.rate.per_second;
  can.manual_rename =
      "the service cannot change a userName: create {new_key} and remove {key} by hand";
  describe_removal(profile, can);
  return can;
}

Capabilities all_capabilities() {
  Settings settings;
  settings.groups.include = {"*"};
  settings.profile.extensions.clear();
  for (const Profile& profile : builtin_profiles()) {
    for (const std::string& urn : profile.extensions) {
      if (!contains_name(settings.profile.extensions, urn)) {
        settings.profile.extensions.push_back(urn);
      }
    }
  }
  return capabilities(settings);
}

}  // namespace usher::scim
