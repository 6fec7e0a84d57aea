#pragma once

#include <Poco/URI.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/connectors/http/script_server.h"

namespace usher::scim {

/// A small SCIM service of somebody who read the RFCs in a hurry. Every member may be changed to
/// make it odd in one more way. Resources are kept by endpoint, `/Users` and `/Groups`.
class OddService {
 public:
  using json = nlohmann::json;

  OddService() : server_([this](const ScriptServer::Request& request) { return serve(request); }) {}

  [[nodiscard]] std::string url() const { return server_.url(); }
  /// `PATCH /Groups/3`, of one method or all.
  [[nodiscard]] std::vector<std::string> requests(const std::string& method = {}) const {
    std::vector<std::string> names;
    for (const auto& each : server_.requests()) {
      if (method.empty() || each.method == method) names.push_back(each.method + " " + each.target);
    }
    return names;
  }
  [[nodiscard]] json* find(const std::string& endpoint, const std::string& id) {
    auto& all = resources[endpoint];
    const auto at =
        std::ranges::find_if(all, [&](const json& each) { return text(each["id"]) == id; });
    return at == all.end() ? nullptr : &*at;
  }
  static std::string text(const json& id) {
    return id.is_string() ? id.get<std::string>() : id.dump();
  }

  std::map<std::string, std::vector<json>> resources;
  int next_id = 10;

  /// What it makes of a new resource.
  std::function<void(json& resource)> make = [](json&) {};
  /// How it shows one, in a list or alone.
  std::function<void(json& resource, bool in_list)> show = [](json&, bool) {};
  /// What it does of a PATCH; returns the status.
  std::function<int(json& resource, const json& operations)> patch = patch_members;
  /// Changes a page of a list; returns the status.
  std::function<int(json& page, const std::map<std::string, std::string>& query)> turn =
      [](json&, const auto&) { return 200; };
  /// Whether a value of a filter fits.
  std::function<bool(const std::string& wanted, const std::string& there)> fits =
      [](const std::string& wanted, const std::string& there) { return wanted == there; };
  int created = 201;

  /// `add members` and `remove members[value eq "…"]`; everything else is set at its path.
  static int patch_members(json& resource, const json& operations) {
    for (const json& each : operations) {
      const std::string path = each.value("path", "");
      if (path == "members") {
        for (const json& value : each.at("value")) resource["members"].push_back(value);
      } else if (path.starts_with("members[")) {
        const std::string id = path.substr(18, path.size() - 20);
        std::erase_if(resource["members"].get_ref<json::array_t&>(),
                      [&](const json& member) { return text(member["value"]) == id; });
      } else {
        resource[path] = each.value("value", json());
      }
    }
    return 200;
  }

 private:
  ScriptServer::Reply serve(const ScriptServer::Request& request) {
    const Poco::URI uri(request.target);
    const std::string path = uri.getPath();
    const std::size_t slash = path.find('/', 1);
    const std::string endpoint = path.substr(0, slash);
    if (endpoint != "/Users" && endpoint != "/Groups") return answer(404, json::object());
    const json body = json::parse(request.body.empty() ? "{}" : request.body);
    if (slash != std::string::npos)
      return one(request.method, endpoint, path.substr(slash + 1), body);
    if (request.method == "GET") return list(endpoint, uri.getQueryParameters());
    json resource = body;
    resource["id"] = std::to_string(next_id++);
    make(resource);
    resources[endpoint].push_back(resource);
    return answer(created, resource);
  }

  ScriptServer::Reply one(const std::string& method, const std::string& endpoint,
                          const std::string& id, const json& body) {
    json* found = find(endpoint, id);
    if (found == nullptr) return answer(404, json::object());
    int status = 200;
    if (method == "PATCH") status = patch(*found, body.at("Operations"));
    if (method == "PUT") *found = body;
    json shown = *found;
    show(shown, false);
    if (method == "DELETE") {
      std::erase(resources[endpoint], *found);
      return answer(204, nullptr);
    }
    return answer(status, status < 300 ? shown : json{{"scimType", "noTarget"}, {"detail", "odd"}});
  }

  ScriptServer::Reply list(const std::string& endpoint,
                           const Poco::URI::QueryParameters& parameters) {
    const std::map<std::string, std::string> query(parameters.begin(), parameters.end());
    std::vector<json> fitting;
    for (const json& each : resources[endpoint]) {
      if (!query.contains("filter") || is_fitting(each, query.at("filter")))
        fitting.push_back(each);
    }
    const auto number = [&](const char* name, std::size_t usual) {
      return query.contains(name) ? std::stoul(query.at(name)) : usual;
    };
    const std::size_t begin = std::min(fitting.size(), number("startIndex", 1) - 1);
    const std::size_t end = std::min(fitting.size(), begin + number("count", 100));
    json rows = json::array();
    for (std::size_t at = begin; at < end; ++at) {
      rows.push_back(fitting[at]);
      show(rows.back(), true);
    }
    json page = {{"totalResults", fitting.size()}, {"startIndex", begin + 1}, {"Resources", rows}};
    const int status = turn(page, query);
    return answer(status, page);
  }

  /// `attribute eq "value"`
  [[nodiscard]] bool is_fitting(const json& resource, const std::string& filter) const {
    const std::string name = filter.substr(0, filter.find(' '));
    const std::string value = json::parse(filter.substr(filter.find('"')));
    return resource.contains(name) && fits(value, resource.at(name));
  }

  static ScriptServer::Reply answer(int status, const json& body) {
    return {http_answer(status, body.is_null() ? "" : body.dump(),
                        "Content-Type: application/scim+json\r\n")};
  }

  ScriptServer server_;
};

}  // namespace usher::scim
