#include "tests/peers/peers_test.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "tests/e2e/world.h"
#include "tests/peers/nginx.h"
#include "tests/peers/scimmy.h"

namespace usher::peers {

void PeersTest::SetUp() {
  std::string missing = Scimmy::missing();
  if (missing.empty()) missing = Nginx::missing();
  if (missing.empty()) return;
  const char* peers = std::getenv("USHER_PEERS");
  if (peers != nullptr && std::string_view(peers) == "required") FAIL() << missing;
  GTEST_SKIP() << missing << ": run scripts/bootstrap --ci";
}

void PeersTest::configure(const std::string& url, const std::string& more) const {
  folder_.write("usher.yaml", R"(version: 1
state: state.db
sources:
  staff: { type: csv, path: people.csv, id: id, groups: { column: groups, separator: ";" } }
targets:
  service:
    connector: scim
    source: staff
    url: )" + url + R"(
    token: { env: SCIM_TOKEN }
    rate: off
    groups: { include: ["app-*"], delete: true }
    map:
      userName: "${mail}"
      externalId: "${id}"
      name.givenName: "${given}"
      name.familyName: "${family}"
      emails[type eq "work"].value: "${mail}"
      title: "${title}"
      urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department: "${department}"
    limits: { updates: { percent: 100 } }
)" + more + "\n");
  if (std::filesystem::exists(folder_ / "state.db")) return;
  const Finished init = usher({"init"});
  ASSERT_EQ(init.status, 0) << init.error;
}

void PeersTest::set_people(const std::vector<std::string>& rows) const {
  std::string csv = "id,mail,given,family,title,department,groups\n";
  for (const std::string& row : rows) csv += row + "\n";
  folder_.write("people.csv", csv);
}

Finished PeersTest::usher(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), USHER_BINARY_DIR "/daemon/usher");
  return run_process({std::move(arguments),
                      {{"USHER_CONFIG", "usher.yaml"}, {"SCIM_TOKEN", token_}},
                      folder_.path()});
}

nlohmann::json PeersTest::service(int status, std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--format", "json"});
  const Finished run = usher(std::move(arguments));
  EXPECT_EQ(run.status, status) << run.output << run.error;
  const nlohmann::json report = nlohmann::json::parse(run.output, nullptr, false);
  if (report.is_discarded()) throw std::runtime_error("not JSON: " + run.output + run.error);
  return e2e::target_of(report, "service");
}

nlohmann::json PeersTest::apply_all() const {
  nlohmann::json applied = service(0, {"apply"});
  EXPECT_EQ(applied.at("status"), "in_sync") << applied.dump(2);
  const nlohmann::json again = service(0, {"plan"});
  EXPECT_EQ(again.at("status"), "in_sync") << again.dump(2);
  EXPECT_TRUE(again.at("changes").empty()) << again.dump(2);
  return applied;
}

}  // namespace usher::peers
