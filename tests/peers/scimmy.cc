#include "tests/peers/scimmy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace usher::peers {
namespace {

const std::string kModules = USHER_SOURCE_DIR "/build/peers/node_modules";

nlohmann::json the_only(const nlohmann::json& resources, const char* member,
                        std::string_view value) {
  nlohmann::json found;
  for (const auto& resource : resources) {
    if (resource.value(member, "") != value) continue;
    EXPECT_TRUE(found.is_null()) << "there is more than one " << value;
    found = resource;
  }
  EXPECT_FALSE(found.is_null()) << "there is no " << value << " in " << resources.dump(2);
  return found;
}

}  // namespace

std::string Scimmy::missing() {
  if (run_process({{"/usr/bin/env", "node", "--version"}}).status != 0)
    return "Node is not installed";
  if (!std::filesystem::exists(kModules + "/scimmy"))
    return "the npm packages of tests/peers are not installed";
  return {};
}

Scimmy::Scimmy(const TempDir& folder, bool socket, const nlohmann::json& users,
               const nlohmann::json& groups)
    : folder_(folder), has_socket_(socket) {
  folder_.write("scimmy.json", nlohmann::json{{"User", users}, {"Group", groups}}.dump());
  start();
}

void Scimmy::start() {
  std::vector<std::string> command{
      "/usr/bin/env", "node", USHER_SOURCE_DIR "/tests/peers/server.js", folder_ / "scimmy.json"};
  if (has_socket_) {
    std::filesystem::remove(socket());
    command.push_back(socket());
  }
  process_.emplace(ProcessOptions{std::move(command),
                                  {{"NODE_PATH", kModules}, {"SCIM_TOKEN", std::string(kToken)}}});
  url_ = process_->wait_for_output("scim: ").substr(std::string_view("scim: ").size());
}

nlohmann::json Scimmy::store() const {
  return nlohmann::json::parse(std::ifstream(folder_ / "scimmy.json"));
}

nlohmann::json Scimmy::user(std::string_view name) const {
  return the_only(users(), "userName", name);
}

std::multiset<std::string> Scimmy::members(std::string_view group) const {
  std::multiset<std::string> names;
  const nlohmann::json all = users();
  for (const auto& member :
       the_only(groups(), "displayName", group).value("members", nlohmann::json::array())) {
    names.insert(the_only(all, "id", member.at("value").get<std::string>()).at("userName"));
  }
  return names;
}

}  // namespace usher::peers
