#include "connectors/timelines_partner/convert.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::timelines_partner {
namespace {

std::string to_utc(std::string_view time) {
  const auto seconds = parse_time(time);
  if (!seconds) return {};
  return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(*seconds),
                                         "%Y-%m-%dT%H:%M:%SZ");
}

std::string to_id(const Json& value) {
  std::string id = value.as_text();
  if (id.empty()) value.fail("an id");
  return id;
}

User to_user(const Json& item) {
  User user;
  user.id = to_id(item.get("user_id"));
  user.role = item.get("role").text_or("");
  user.status = item.get("status").as_text();
  user.created_at = item.get("created_at").text_or("");
  return user;
}

// Some answers carry `available` beside total and used. Where they disagree the smaller number of
// free seats is believed. Numbers below zero are no count of seats.
std::optional<Seats> to_seats(const Json& quota) {
  if (!quota.has_value()) return std::nullopt;
  Seats seats{quota.get("total").as_int(), quota.get("used").as_int()};
  if (seats.total < 0 || seats.used < 0) return std::nullopt;
  const std::int64_t available = quota.get("available").int_or_nothing().value_or(seats.total);
  if (available >= 0 && available < seats.total) {
    seats.used = std::max(seats.used, seats.total - available);
  }
  return seats;
}

void read_whatsapp(const Json& item, Workspace& workspace) {
  if (!item.get("connected").as_bool()) return;
  const std::string user = item.get("user_id").text_or("");
  if (user.empty()) {
    ++workspace.unattributed;
  } else {
    workspace.connected.insert(user);
  }
}

// One entry that cannot be read must not take the others with it, but somebody has to say so.
template <typename Read>
void read_each(const Json& list, Workspace& workspace, Read read) {
  for (const Json& item : list.elements_or_none()) {
    try {
      read(item);
    } catch (const ConnectorError& error) {
      workspace.faults.emplace_back(error.what());
    }
  }
}

}  // namespace

const User* Workspace::find(std::string_view user_id) const {
  const auto at = std::find_if(users.begin(), users.end(),
                               [&](const User& user) { return user.id == user_id; });
  return at == users.end() ? nullptr : &*at;
}

bool Workspace::in_use(std::string_view user_id) const {
  return connected.contains(user_id) || invited.contains(user_id);
}

Workspace to_workspace(const Json& body) {
  Workspace workspace;
  workspace.id = body.get("workspace_id").as_text();
  workspace.display_name = body.get("display_name").text_or("");
  workspace.seats = to_seats(body.get("seats"));
  const Json users = body.get("users");
  workspace.rows = users.elements().size();
  read_each(users, workspace, [&](const Json& item) { workspace.users.push_back(to_user(item)); });
  read_each(body.get("whatsapp_accounts"), workspace,
            [&](const Json& item) { read_whatsapp(item, workspace); });
  read_each(body.get("qr_links"), workspace,
            [&](const Json& item) { workspace.invited.insert(to_id(item.get("user_id"))); });
  return workspace;
}

Account to_account(const User& user, const Workspace& workspace) {
  Account account;
  account.remote_id = user.id;
  account.status = is_active(user) ? AccountStatus::kActive : AccountStatus::kInactive;
  account.usable = workspace.in_use(user.id);
  account.created_at = to_utc(user.created_at);
  if (is_owner(user)) account.untouchable = "owner";
  return account;
}

bool is_owner(const User& user) {
  return ascii_lower(trim(user.role)) == "owner";
}

bool is_active(const User& user) {
  const std::string word = ascii_lower(trim(user.status));
  return word == "active" || word == "activated";
}

std::vector<User> to_created(const Json& body) {
  std::vector<User> created;
  for (const Json& item : body.get("users").elements()) created.push_back(to_user(item));
  return created;
}

std::string to_context(const Workspace& before, std::size_t count) {
  nlohmann::ordered_json ids = nlohmann::ordered_json::array();
  for (const User& user : before.users) ids.push_back(user.id);
  return nlohmann::ordered_json{{"count", count}, {"known", std::move(ids)}}.dump();
}

std::optional<BatchNote> from_context(std::string_view context) {
  const auto document = JsonDocument::try_parse(context);
  if (!document) return std::nullopt;
  try {
    BatchNote note;
    note.count = static_cast<std::size_t>(document->root().get("count").as_int());
    for (const Json& id : document->root().get("known").elements()) note.known.insert(id.as_text());
    return note;
  } catch (const ConnectorError&) {
    return std::nullopt;
  }
}

Arrivals find_arrivals(const Workspace& now, const BatchNote& note, std::int64_t from,
                       std::int64_t to) {
  Arrivals arrivals;
  if (!now.faults.empty() || now.users.empty()) return arrivals;
  for (const User& user : now.users) {
    if (!note.known.contains(user.id)) arrivals.users.push_back(user);
  }
  arrivals.none = arrivals.users.empty();
  const auto in_time = [&](const User& user) {
    const auto created = parse_time(user.created_at);
    return created && *created >= from && *created <= to;
  };
  if (arrivals.users.size() != note.count ||
      !std::all_of(arrivals.users.begin(), arrivals.users.end(), in_time)) {
    arrivals.users.clear();
  }
  return arrivals;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Poco::DateTime time;
  int zone = 0;
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T' ||
      !Poco::DateTimeParser::tryParse("%Y-%m-%dT%H:%M:%s%z", std::string(text), time, zone)) {
    return std::nullopt;
  }
  return time.timestamp().epochTime() - zone;
}

}  // namespace usher::timelines_partner
