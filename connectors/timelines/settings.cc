#include "connectors/timelines/settings.h"

#include <fmt/format.h>

#include <array>
#include <functional>

namespace usher::timelines {
namespace {

constexpr std::string_view kUrl = "https://app.timelines.ai/integrations/api";
constexpr std::array<std::string_view, 1> kDemotions{"collaborator"};

// Weakest first, as the vendor's page on roles orders them. `owner` is missing on purpose: there is
// one in a workspace, and only the vendor's support moves it.
const Texts kRoles{"collaborator", "agent", "teammate", "team_supervisor", "admin"};

std::vector<AttributeSpec> attributes() {
  AttributeSpec email{.name = "email", .required = true, .updatable = false, .ignores_case = true};
  email.max_length = 254;
  AttributeSpec first{.name = "first_name", .returned = false, .updatable = false, .is_name = true};
  first.max_length = 150;
  AttributeSpec last = first;
  last.name = "last_name";
  AttributeSpec team{.name = "team"};
  AttributeSpec role{.name = "role", .values = kRoles, .entitlement = true, .ranks = kRoles};
  return {email, first, last, team, role};
}

// Two workspaces have two tokens; targets that share a token share its 50 requests a minute. The
// token itself must not show up in a label, so its hash stands for it.
std::string limit_scope(const Settings& settings) {
  return fmt::format("{}#{:016x}", settings.http.base_url,
                     std::hash<std::string>{}(settings.token.reveal()));
}

}  // namespace

std::vector<SettingSpec> setting_specs() {
  std::vector<SettingSpec> specs = http_settings(kUrl, kRequestsPerSecond, kBurst);
  specs.push_back(
      {.name = "token",
       .kind = SettingKind::kSecret,
       .required = true,
       .help = "API token of the workspace (Integrations → Public API), of an Owner or Admin"});
  specs.push_back({.name = "demote_to",
                   .kind = SettingKind::kChoice,
                   .help = "role that an active leaver is lowered to until a human removes them",
                   .choices = kDemotions});
  return specs;
}

Settings read_settings(const SettingValues& values) {
  Settings settings;
  settings.http = http_options(values);
  settings.token = values.secret("token");
  settings.demote_to = values.text_or("demote_to", "");
  settings.http.parallel = 1;  // the vendor's own advice for one workspace
  settings.http.limit_scope = limit_scope(settings);
  settings.http.retry_html_forbidden = true;
  settings.http.secrets = {settings.token.reveal()};
  return settings;
}

Capabilities capabilities(const std::string& demote_to, double requests_per_second) {
  Capabilities can;
  can.attributes = attributes();
  can.key = "email";
  can.creation = Action::kInvite;
  can.creation_mails = true;
  can.can_revoke = true;
  can.can_reinvite = true;
  can.update_of_invited_mails = true;
  can.upserts = true;
  can.requests_per_list = 3;
  can.requests_per_second = requests_per_second;
  can.manual_removal =
      "TimelinesAI has no API to remove an active member. As the workspace's Owner open "
      "app.timelines.ai, Account → Team, select {key}, click Delete and confirm with OK (Suspend, "
      "the lock, keeps the account but locks it). The next run notices that the member is gone.";
  can.manual_rename =
      "TimelinesAI cannot change the address of a member. Invite {new_key} and delete {key}, both "
      "under Account → Team at app.timelines.ai; deleting first frees the seat.";
  if (!demote_to.empty()) can.demotion.set("role", demote_to);
  return can;
}

}  // namespace usher::timelines
