#include "connectors/scim/sandbox_model.h"

#include <algorithm>

#include "connectors/scim/profile.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

constexpr SwitchSpec kSwitches[] = {
    {"scim_profile",
     "generic|aws-iam-identity-center|atlassian|databricks|datadog|entra-scim-api|"
     "github-enterprise|gitlab|miro|sentry|slack|snowflake",
     "generic", "the provider that is played"},
    {"scim_profile_overrides", "text", "",
     "keys of the profile that are played otherwise: `page_size=50; user_put=false`"},
    {"scim_rate_classes", "yes|no", "yes", "the limits that the profile lists are kept: 429"},
    {"scim_verified_domains", "text", "",
     "domains, with commas, where a profile takes verified ones only; empty: all are"},
    {"scim_total_results", "all|page", "all", "totalResults counts everything, or this page"},
    {"scim_filter", "exact|too_much|too_little", "exact",
     "a filter finds what it should, everybody, or nobody"},
    {"scim_put", "replace|merge", "replace", "PUT clears what it leaves out, or keeps it"},
    {"scim_ignored_writes", "none|put|patch|delete|all", "none",
     "writes that are answered as if they had been done"},
    {"scim_location", "present|absent", "present", "the Location header of a new resource"},
    {"scim_create_body", "full|empty", "full", "the body of a 201"},
    {"scim_delete_twice", "404|500|204", "404", "DELETE of what was deleted before"},
    {"scim_patch_answer", "profile|200|204|empty_object", "profile",
     "what a PATCH is answered with"},
    {"scim_consistency_seconds", "number", "0",
     "so long reads show nothing new and changed resources as they were"},
    {"scim_external_id", "stored|dropped", "stored", "whether externalId is kept"},
    {"scim_duplicate_external_id", "409|accept", "409", "an externalId that somebody else has"},
    {"scim_unknown_member", "400|ignore", "400", "a member that does not exist"},
    {"scim_unknown_attributes", "ignore|refuse", "ignore",
     "attributes and schemas that are not known"},
    {"scim_two_primaries", "400|first", "400", "a list with two primary values"},
    {"scim_missing_element", "create|refuse", "create",
     "`replace` of `emails[type eq \"work\"].value` where there is no such address"},
    {"scim_empty_operations", "400|204", "400", "a PATCH without operations"},
    {"scim_cursor_lifetime", "number", "0", "seconds after which a cursor expires; 0: never"},
    {"scim_short_pages", "number", "0", "rows by which each page is shorter than asked for"},
    {"scim_counters", "number|text", "number", "totalResults and its like as 7 or as \"7\""},
    {"scim_empty_list", "array|absent|null", "array", "Resources when there are none"},
    {"scim_error_status", "text|number", "text", "status in an error as \"404\" or as 404"},
    {"scim_spc", "present|absent|plural|garbage", "present",
     "ServiceProviderConfig: there, not there, at ServiceProviderConfigs, or not JSON"},
    {"scim_token_lifetime", "number", "3600", "seconds an OAuth access token is good for"},
};

}  // namespace

std::span<const SwitchSpec> ScimModel::switches() const {
  return kSwitches;
}

const scim::Profile& ScimModel::profile(const Switches& switches) {
  if (played_ && played_revision_ == switches.revision()) return *played_;
  SettingValues::Pairs overrides;
  std::string_view text = switches.get("scim_profile_overrides");
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    const auto part = text.substr(0, end);
    const auto equals = std::min(part.find('='), part.size());
    if (!trim(part).empty()) {
      overrides.emplace_back(trim(part.substr(0, equals)),
                             trim(part.substr(std::min(equals + 1, part.size()))));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  played_ = scim::merged(*scim::find_profile(switches.get("scim_profile")), overrides);
  played_revision_ = switches.revision();
  directory.use_ids(played_->integer_ids         ? ScimIds::kInteger
                    : played_->id_is_external_id ? ScimIds::kExternal
                                                 : ScimIds::kOpaque);
  return *played_;
}

}  // namespace usher::sandbox
