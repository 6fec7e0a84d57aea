#include "connectors/timelines_partner/settings.h"

#include <fmt/format.h>

namespace usher::timelines_partner {
namespace {

constexpr std::string_view kUrl = "https://app.timelines.ai/partner/api/v1";

// The limit counts addresses, not credentials: all partners and workspaces behind one origin share
// it.
std::string origin(const std::string& url) {
  const std::size_t host = url.find("://");
  return url.substr(0, url.find('/', host == std::string::npos ? 0 : host + 3));
}

}  // namespace

std::vector<SettingSpec> setting_specs() {
  std::vector<SettingSpec> specs = http_settings(kUrl, kRequestsPerSecond, kBurst);
  specs.push_back({.name = "partner_id",
                   .kind = SettingKind::kText,
                   .required = true,
                   .help = "the partner's id, as the vendor's support gave it"});
  specs.push_back({.name = "partner_secret",
                   .kind = SettingKind::kSecret,
                   .required = true,
                   .help = "the secret that belongs to it; signs every request"});
  specs.push_back({.name = "workspace",
                   .kind = SettingKind::kText,
                   .required = true,
                   .help = "the workspace's id (`northwind-eu`), not its display name"});
  specs.push_back({.name = "reuse",
                   .kind = SettingKind::kBoolean,
                   .fallback = "false",
                   .help = "whether a leaver's placeholder may be given to somebody else"});
  specs.push_back({.name = "reuse_after",
                   .kind = SettingKind::kDuration,
                   .fallback = "7d",
                   .help = "how long a released placeholder rests before that"});
  return specs;
}

Settings read_settings(const SettingValues& values) {
  Settings settings;
  settings.http = http_options(values);
  settings.partner_id = values.text("partner_id");
  settings.partner_secret = values.secret("partner_secret");
  settings.workspace = values.text("workspace");
  settings.http.limit_scope = origin(settings.http.base_url);
  settings.http.retry_html_forbidden = true;
  settings.http.secrets = {settings.partner_secret.reveal()};
  return settings;
}

Capabilities capabilities(double requests_per_second) {
  Capabilities can;
  AttributeSpec label{.name = "label"};
  label.local = true;
  label.returned = false;
  can.attributes = {label};
  can.creation = Action::kCreate;
  can.assigns = true;
  can.can_update = false;
  can.can_deactivate = true;
  can.removal_frees_seat = false;
  can.batch = kBatch;
  can.requests_per_batch = 2;  // the free seats are counted right before
  can.requests_per_second = requests_per_second;
  can.manual_removal =
      "TimelinesAI's Partner API cannot delete a user or free a seat. Use `leavers: { do: "
      "deactivate "
      "}`, which disconnects WhatsApp, or ask support@timelines.ai to delete the user.";
  return can;
}

}  // namespace usher::timelines_partner
