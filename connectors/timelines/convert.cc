#include "connectors/timelines/convert.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::timelines {
namespace {

constexpr std::string_view kPlaceholderDomain = "@partners.timelines.ai";
constexpr std::string_view kDocumentedTeam = "default team";
constexpr std::array<std::string_view, 7> kKnownStatuses{
    "active", "activated", "invited", "suspended", "inactive", "deactivated", "disabled"};

std::string to_rfc3339(std::string_view time) {
  const auto seconds = parse_time(time);
  if (!seconds) return {};
  return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(*seconds),
                                         "%Y-%m-%dT%H:%M:%SZ");
}

// Optional in the schema. Numbers below zero are no count of seats.
std::optional<Seats> to_seats(const Json& quota) {
  if (!quota.has_value()) return std::nullopt;
  const Seats seats{quota.get("total").as_int(), quota.get("used").as_int()};
  if (seats.total < 0 || seats.used < 0) return std::nullopt;
  return seats;
}

// Titles only help to check the mapping early, so what cannot be read is left out.
Texts read_titles(const Json& teams) {
  Texts titles;
  if (!teams.is_array()) return titles;
  for (const Json& team : teams.elements()) {
    const Json title = team.is_object() ? team.get("title") : Json();
    if (title.is_text() && !title.as_text().empty()) titles.push_back(title.as_text());
  }
  return titles;
}

std::string field_text(const Fields& fields, std::string_view name) {
  const Value* value = fields.find(name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

std::string field_text(const std::optional<Fields>& fields, std::string_view name) {
  return fields ? field_text(*fields, name) : std::string();
}

std::string wanted_or_present(const Change& change, const Fields& present, std::string_view name) {
  for (const auto& fields : {change.after, change.before}) {
    if (std::string text = field_text(fields, name); !text.empty()) return text;
  }
  return field_text(present, name);
}

// Who is there is named by the address that the provider has, to the letter: whether it tells
// letter cases apart is not known, and another spelling might invite a second person.
std::string address(const Change& change, const Fields& present) {
  std::string wanted = field_text(change.after, "email");
  if (wanted.empty() || change.action == Action::kUpdate) wanted = change.key;
  std::string existing = field_text(change.before, "email");
  if (existing.empty()) existing = field_text(present, "email");
  const bool stays = change.action == Action::kUpdate || fold_key(existing) == fold_key(wanted);
  return stays && !existing.empty() ? existing : wanted;
}

[[noreturn]] void refuse(const std::string& why) {
  throw ConnectorError(ErrorKind::kRejected, "not sent: " + why);
}

void check_text(std::string_view name, const std::string& text) {
  if (text.find('\0') == std::string::npos && find_invalid_utf8(text) == std::string::npos) return;
  refuse(
      fmt::format("{} '{}' has a NUL or ill-formed UTF-8, which TimelinesAI refuses; repair it "
                  "in the source",
                  name, escape_for_display(text)));
}

void check(const Invitation& invitation, Action action) {
  const std::string who = escape_for_display(invitation.email);
  if (who.empty()) refuse("there is no e-mail address");
  if (is_placeholder(invitation.email)) {
    refuse(who + " is a placeholder of the Partner API, nobody reads its mail");
  }
  if (invitation.role == "owner") {
    refuse(who +
           " would be or become owner, whom only the vendor's support changes; map another role");
  }
  if (invitation.role.empty() && action != Action::kInvite) {
    refuse("the role of " + who +
           " is neither mapped nor known, and what an update leaves out may be reset; map `role`");
  }
  check_text("email", invitation.email);
  check_text("first_name", invitation.first_name);
  check_text("last_name", invitation.last_name);
  check_text("team", invitation.team);
  check_text("role", invitation.role);
}

}  // namespace

Workspace to_workspace(const Json& data) {
  Workspace workspace;
  workspace.id = data.get("workspace_id").as_text();
  workspace.display_name = data.get("display_name").text_or("");
  workspace.plan = data.get("plan").text_or("");
  workspace.seats = to_seats(data.get("seats"));
  const Json calls = data.get("api_calls_quota");
  workspace.api_calls_total = calls.get("total").int_or_nothing().value_or(0);
  workspace.api_calls_used = calls.get("used").int_or_nothing().value_or(0);
  workspace.api_calls_end = parse_time(calls.get("period_end").text_or("")).value_or(0);
  return workspace;
}

Teammate to_teammate(const Json& item) {
  Teammate teammate;
  teammate.user_id = item.get("user_id").as_text();
  if (teammate.user_id.empty()) item.get("user_id").fail("an id");
  teammate.display_name = item.get("display_name").text_or("");
  teammate.email = item.get("email").as_text();
  teammate.role = item.get("role").text_or("");
  teammate.team = item.get("team").text_or("");
  teammate.status = item.get("status").as_text();
  teammate.invitation_status = item.get("invitation_status").text_or("");
  teammate.created_at = item.get("created_at").text_or("");
  return teammate;
}

TeammateList read_teammates(const Json& data, const std::function<void(Teammate)>& each) {
  TeammateList list;
  list.teams = read_titles(data.get("teams"));
  for (const Json& item : data.get("teammates").elements()) {
    ++list.rows;
    try {
      each(to_teammate(item));
    } catch (const ConnectorError& error) {
      list.faults.emplace_back(error.what());
    }
  }
  return list;
}

Account to_account(const Teammate& teammate, std::string_view me) {
  Account account;
  account.remote_id = teammate.user_id;
  account.status = to_status(teammate.status, teammate.invitation_status);
  account.created_at = to_rfc3339(teammate.created_at);
  const std::string role = role_token(teammate.role);
  if (!role.empty()) account.fields.set("role", role);
  if (!teammate.team.empty()) account.fields.set("team", canonical_team(teammate.team));
  if (is_placeholder(teammate.email)) {
    account.untouchable = "a placeholder of the Partner API";
  } else {
    account.key = teammate.email;
    account.fields.set("email", teammate.email);
  }
  if (!me.empty() && teammate.user_id == me) account.untouchable = "the account we log in with";
  if (role == "owner") account.untouchable = "owner";
  return account;
}

std::string role_token(std::string_view label) {
  std::string token = ascii_lower(trim(label));
  std::replace_if(
      token.begin(), token.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return token;
}

std::string canonical_team(std::string_view title) {
  return ascii_lower(title) == kDocumentedTeam ? "Default" : std::string(title);
}

AccountStatus to_status(std::string_view status, std::string_view invitation_status) {
  const std::string word = ascii_lower(trim(status));
  if (word == "active" || word == "activated") return AccountStatus::kActive;
  if (word == "invited") {
    const bool expired = ascii_lower(trim(invitation_status)) == "expired";
    return expired ? AccountStatus::kInviteExpired : AccountStatus::kInvited;
  }
  return AccountStatus::kInactive;
}

bool is_known_status(std::string_view status) {
  return std::find(kKnownStatuses.begin(), kKnownStatuses.end(), ascii_lower(trim(status))) !=
         kKnownStatuses.end();
}

std::string role_problem(const Teammate& me) {
  const std::string role = role_token(me.role);
  if (role == "owner" || role == "admin") return {};
  return fmt::format(
      "the token belongs to {} with the role '{}', and only an Owner or Admin may invite, change "
      "and revoke; use a token of one of them",
      escape_for_display(me.email), escape_for_display(me.role));
}

bool is_placeholder(std::string_view email) {
  return ascii_lower(trim(email)).ends_with(kPlaceholderDomain);
}

Invitation to_invitation(const Change& change, const Fields& present) {
  Invitation invitation;
  invitation.email = address(change, present);
  invitation.team = wanted_or_present(change, present, "team");
  invitation.role = role_token(wanted_or_present(change, present, "role"));
  if (change.action == Action::kInvite || change.action == Action::kReinvite) {
    invitation.first_name = field_text(change.after, "first_name");
    invitation.last_name = field_text(change.after, "last_name");
  }
  check(invitation, change.action);
  return invitation;
}

std::string to_body(const Invitation& invitation) {
  nlohmann::ordered_json body{{"email", invitation.email}};
  const auto add = [&body](const char* name, const std::string& text) {
    if (!text.empty()) body[name] = text;
  };
  add("first_name", invitation.first_name);
  add("last_name", invitation.last_name);
  add("team_title", invitation.team);
  add("role", invitation.role);
  return body.dump();
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Poco::DateTime time;
  int zone = 0;
  if (text.size() < 19 || text[4] != '-' ||
      !Poco::DateTimeParser::tryParse("%Y-%m-%d %H:%M:%S %z", std::string(text), time, zone)) {
    return std::nullopt;
  }
  return time.timestamp().epochTime() - zone;
}

}  // namespace usher::timelines
