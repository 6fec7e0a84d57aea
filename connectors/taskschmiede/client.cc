#include "connectors/taskschmiede/client.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/error.h"
#include "connectors/taskschmiede/errors.h"
#include "connectors/taskschmiede/mcp_transport.h"
#include "connectors/taskschmiede/rest_transport.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

using nlohmann::ordered_json;

std::unique_ptr<Transport> make_transport(const Settings& settings, HttpContext& http) {
  if (settings.door == Door::kRest) return std::make_unique<RestTransport>(settings, http);
  return std::make_unique<McpTransport>(settings, http);
}

std::string user_path(std::string_view id) {
  return "/users/" + encode_segment(id);
}

std::string page_path(std::string_view scope, std::uint64_t offset, std::string_view search) {
  std::string path = fmt::format("/users?{}&limit={}&offset={}", scope, kPageSize, offset);
  if (!search.empty()) path += "&search=" + encode_segment(search);
  return path;
}

/// Whether an answer shows `name` as it was asked for.
bool shows(const Answer& answer, std::string_view name, std::string_view wanted) {
  const Json data = answer.data();
  const Json value = data.is_object() ? data.get(name) : Json();
  return value.is_text() && value.as_text() == wanted;
}

/// The same for what older versions leave out.
bool agrees(const Answer& answer, std::string_view name, std::string_view wanted) {
  const Json data = answer.data();
  return data.is_object() && (!data.get(name).has_value() || shows(answer, name, wanted));
}

/// A success that says something else than what was asked was perhaps not one.
void expect(bool holds, std::string_view what) {
  if (holds) return;
  throw ConnectorError(ErrorKind::kUnknownOutcome,
                       fmt::format("the answer to {} is not what was asked for", what));
}

}  // namespace

Client::Client(const Settings& settings, HttpContext& http)
    : organization_(settings.organization),
      door_(settings.door),
      transport_(make_transport(settings, http)) {}

std::string Client::members_path() const {
  return fmt::format("/organizations/{}/members", encode_segment(organization_));
}

Me Client::fetch_me() {
  return to_me(transport_
                   ->call({.tool = "ts.auth.whoami",
                           .arguments = ordered_json::object(),
                           .method = "GET",
                           .path = "/auth/whoami"})
                   .data());
}

MemberList Client::fetch_members() {
  return to_members(transport_
                        ->call({.tool = "ts.org.list_members",
                                .arguments = {{"org_id", organization_}},
                                .method = "GET",
                                .path = members_path()})
                        .data());
}

UserPage Client::fetch_users(Scope scope, std::uint64_t offset, std::string_view search,
                             const std::function<void(User)>& each) {
  Operation operation{.method = "GET"};
  if (scope == Scope::kServer) {
    operation.path = page_path("admin=true", offset, search);
  } else {
    operation.tool = "ts.usr.list";
    operation.arguments = {
        {"organization_id", organization_}, {"limit", kPageSize}, {"offset", offset}};
    if (!search.empty()) operation.arguments["search"] = search;
    operation.path = page_path("organization_id=" + encode_segment(organization_), offset, search);
  }
  return read_users(transport_->call(operation).root(), each);
}

std::vector<User> Client::search(Scope scope, const std::string& email) {
  std::map<std::string, User> found;  // by id: pages may repeat somebody
  std::set<std::string> seen;
  UserPage page;
  std::uint64_t rows = 0;
  do {
    page = fetch_users(scope, rows, email, [&](User user) {
      seen.insert(user.id);
      if (fold_key(user.email) == fold_key(email)) found.emplace(user.id, std::move(user));
    });
    rows += page.rows;
    if (page.faults.empty() && (rows >= page.total || page.rows > 0)) continue;
    throw ConnectorError(
        ErrorKind::kMalformed,
        fmt::format("not all users could be read who match {}: {}", escape_for_display(email),
                    page.faults.empty() ? "the list ends early" : page.faults[0]));
  } while (rows < page.total);
  if (seen.size() < page.total) {
    throw ConnectorError(ErrorKind::kMalformed,
                         fmt::format("{} users were announced who match {}, {} came", page.total,
                                     escape_for_display(email), seen.size()));
  }
  std::vector<User> users;
  for (auto& [id, user] : found) users.push_back(std::move(user));
  return users;
}

User Client::fetch_user(std::string_view id) {
  User user = to_user(transport_
                          ->call({.tool = "ts.usr.get",
                                  .arguments = {{"id", id}},
                                  .method = "GET",
                                  .path = user_path(id)})
                          .data());
  if (user.id == id) return user;
  throw ConnectorError(ErrorKind::kMalformed,
                       fmt::format("asked for user {}, the answer is about {}",
                                   escape_for_display(id), escape_for_display(user.id)));
}

User Client::create_user(const NewUser& user) {
  ordered_json body{{"name", user.name}, {"email", user.email}};
  if (!user.external_id.empty()) body["external_id"] = user.external_id;
  if (!user.metadata.empty()) body["metadata"] = ordered_json::parse(user.metadata);
  ordered_json arguments = body;
  arguments["organization_id"] = organization_;
  const Answer answer = transport_->call({.tool = "ts.usr.create",
                                          .arguments = std::move(arguments),
                                          .method = "POST",
                                          .path = "/users",
                                          .body = std::move(body),
                                          .repeat = Repeat::kNever});
  User created;
  try {
    created = to_user(answer.data());
  } catch (const ConnectorError& error) {
    throw as_meant(error, "creating " + escape_for_display(user.email), false);
  }
  expect(fold_key(created.email) == fold_key(user.email),
         "the creation of " + escape_for_display(user.email));
  if (door_ == Door::kMcp) created.memberships.push_back({organization_, "member"});
  return created;
}

std::string Client::create_resource(std::string_view name) {
  const Answer answer = transport_->call({.method = "POST",
                                          .path = "/resources",
                                          .body = {{"type", "human"}, {"name", name}},
                                          .repeat = Repeat::kNever});
  const Json id = answer.data().is_object() ? answer.data().get("id") : Json();
  expect(id.is_text() && !id.as_text().empty(), "the creation of a resource");
  return id.as_text();
}

void Client::link_resource(std::string_view id, std::string_view resource_id) {
  const Answer answer = transport_->call(
      {.method = "PATCH", .path = user_path(id), .body = {{"resource_id", resource_id}}});
  expect(shows(answer, "resource_id", resource_id), "the link of a resource");
}

void Client::update_user(std::string_view id, const ordered_json& patch) {
  Operation operation{
      .tool = "ts.usr.update", .method = "PATCH", .path = user_path(id), .body = patch};
  operation.arguments = {{"id", id}};
  operation.arguments.update(patch);
  expect(shows(transport_->call(operation), "id", id), "the update of " + escape_for_display(id));
}

// A gateway that lets only MCP through refuses this one change, not everything.
void Client::set_external_id(std::string_view id, std::string_view external_id) {
  try {
    const Answer answer = transport_->call(
        {.method = "PATCH", .path = user_path(id), .body = {{"external_id", external_id}}});
    expect(shows(answer, "id", id), "the update of " + escape_for_display(id));
  } catch (const ConnectorError& error) {
    if (door_ == Door::kRest || !is_closed(error)) throw;
    throw ConnectorError(ErrorKind::kUnsupported,
                         fmt::format("{}. external_id is written by REST, also with `transport: "
                                     "mcp`: let usher through to /api/v1, or take external_id out "
                                     "of `map`",
                                     error.what()),
                         error.code, error.http_status);
  }
}

void Client::add_member(std::string_view id, std::string_view role) {
  const Answer answer =
      transport_->call({.tool = "ts.org.add_member",
                        .arguments = {{"org_id", organization_}, {"user_id", id}, {"role", role}},
                        .method = "POST",
                        .path = members_path(),
                        .body = {{"user_id", id}, {"role", role}}});
  expect(agrees(answer, "user_id", id), "the new membership");
}

void Client::set_role(std::string_view id, std::string_view role) {
  const Answer answer =
      transport_->call({.tool = "ts.org.set_member_role",
                        .arguments = {{"org_id", organization_}, {"user_id", id}, {"role", role}},
                        .method = "PATCH",
                        .path = fmt::format("{}/{}", members_path(), encode_segment(id)),
                        .body = {{"role", role}}});
  expect(agrees(answer, "role", role), "the change of a role");
}

void Client::remove_member(std::string_view id) {
  const Answer answer =
      transport_->call({.tool = "ts.org.remove_member",
                        .arguments = {{"org_id", organization_}, {"user_id", id}},
                        .method = "DELETE",
                        .path = fmt::format("{}/{}", members_path(), encode_segment(id))});
  expect(agrees(answer, "user_id", id), "the removal of a membership");
}

}  // namespace usher::taskschmiede
