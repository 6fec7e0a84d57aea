// The real program under a systemd of the test's own, with a workspace on the sandbox and people in
// a CSV directory.

#include "daemon/service/daemon.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/server.h"
#include "connectors/timelines/sandbox.h"
#include "daemon/store/lock.h"
#include "tests/daemon/service/http_get.h"
#include "tests/support/notify_socket.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kUsher = USHER_BINARY_DIR "/daemon/usher";
constexpr const char* kSeed =
    R"({"workspaces": [{"id": "northwind", "seats": 10, "tokens": ["canary-token"], "users": [
    {"user_id": 410, "email": "olga@example.com", "first": "Olga", "last": "Owner", "role": "owner"}]}]})";
constexpr const char* kHoldInvitations =
    R"({"match": {"method": "POST", "path": "/workspace/invitations"}, "action": "slow_reply", "hold": "held"})";
constexpr const char* kHeader = "id,mail,department\n";
constexpr const char* kAnn = "E1,ann@example.com,Sales\n";
constexpr const char* kBob = "E2,bob@example.com,Sales\n";

std::vector<std::unique_ptr<sandbox::Api>> make_apis() {
  std::vector<std::unique_ptr<sandbox::Api>> apis;
  apis.push_back(sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>()));
  return apis;
}

class DaemonTest : public ::testing::Test {
 protected:
  DaemonTest() {
    write_people(std::string(kAnn) + kBob);
    write_target("mode: apply");
    EXPECT_EQ(usher({"init"}).status, 0);
  }

  void write_people(const std::string& rows) const {
    dir_.write("people/staff.csv", kHeader + rows);
  }
  void write_config(const std::string& text) const { dir_.write("usher.yaml", text); }
  void write_target(const std::string& more, const std::string& state = "state.db") const {
    write_config(fmt::format(R"(version: 1
state: {}
http: {{ listen: "127.0.0.1:0" }}
log: {{ level: debug }}
sources:
  staff: {{ type: csv, path: people/, id: id }}
targets:
  sales:
    connector: timelines
    source: staff
    token: {{ env: TIMELINES_TOKEN }}
    url: {}
    rate: off
    leavers: {{ do: deactivate }}
    map: {{ email: "${{mail}}" }}
    {}
)",
                             state, sandbox_.url("timelines"), more));
  }

  [[nodiscard]] ProcessOptions command(std::vector<std::string> words) const {
    words.insert(words.begin(), kUsher);
    words.insert(words.end(), {"-c", dir_ / "usher.yaml"});
    return {words, {{"TIMELINES_TOKEN", "canary-token"}, {"NOTIFY_SOCKET", dir_ / "notify"}}, {}};
  }
  [[nodiscard]] Finished usher(const std::vector<std::string>& words) const {
    return run_process(command(words));
  }
  /// The daemon, when its first run is over.
  std::unique_ptr<Process> start() {
    auto daemon = std::make_unique<Process>(command({"daemon"}));
    const std::string line = daemon->wait_for_error("listening on ");
    address_ = line.substr(line.rfind(' ') + 1);
    systemd_.wait_for("READY=1");
    daemon->wait_for_error("<7>sales: run ");
    systemd_.wait_for("last run sales at ");
    return daemon;
  }
  static int stop(Process& daemon) {
    daemon.send_signal(SIGTERM);
    return daemon.wait();
  }
  /// How often the sandbox was asked to invite somebody.
  std::size_t invitations() {
    std::size_t count = 0;
    const auto log = nlohmann::json::parse(sandbox_.control("GET", "log"));
    for (const auto& entry : log.is_array() ? log : log.at("requests")) {
      const std::string path = entry.at("path");
      if (entry.at("method") == "POST" && path.ends_with("/invitations")) ++count;
    }
    return count;
  }

  TempDir dir_;
  sandbox::SandboxServer sandbox_{make_apis(), {.seed = kSeed}};
  NotifySocket systemd_{dir_ / "notify"};
  std::string address_;
};

TEST_F(DaemonTest, AppliesAtStartReportsAndStopsCleanly) {
  const auto daemon = start();
  EXPECT_EQ(invitations(), 2U);
  EXPECT_THAT(daemon->error(), HasSubstr("<5>sales: invited ann@example.com (E1)"));
  EXPECT_EQ(stop(*daemon), 0);
  systemd_.wait_for("STOPPING=1");
  EXPECT_THAT(usher({"state", "check"}).output, HasSubstr("sound"));
  EXPECT_THAT(usher({"history"}).output, HasSubstr("bob@example.com"));
  EXPECT_THAT(usher({"status"}).output, HasSubstr(" apply"));
}

TEST_F(DaemonTest, ModePlanSendsNothingButRemembersWhatItSaw) {
  write_target("mode: plan");
  const auto daemon = start();
  EXPECT_EQ(invitations(), 0U);
  EXPECT_THAT(daemon->error(), HasSubstr("<6>sales: 2 planned"));
  EXPECT_EQ(stop(*daemon), 0);
  EXPECT_THAT(usher({"status"}).output, Not(HasSubstr("never")));
}

TEST_F(DaemonTest, MonitorsSeeHealthReadinessAndFigures) {
  const auto daemon = start();
  EXPECT_EQ(http_get(address_, "/healthz").status, 200);
  EXPECT_EQ(http_get(address_, "/readyz").status, 200);
  const Page metrics = http_get(address_, "/metrics");
  EXPECT_EQ(metrics.status, 200);
  for (const char* series :
       {R"(usher_runs_total{status="in_sync",target="sales"} 1)",
        R"(usher_changes_total{action="invite",result="applied",target="sales"} 2)",
        R"(usher_receipt_complete{source="staff"} 1)", R"(usher_people{source="staff"} 2)",
        R"(usher_accounts{target="sales"} )",
        "usher_build_info{version=", "usher_http_requests_total{method=\"POST\""}) {
    EXPECT_THAT(metrics.body, HasSubstr(series));
  }
  EXPECT_EQ(http_get(address_, "/other").status, 404);
}

TEST_F(DaemonTest, SecretsShowNowhere) {
  const auto daemon = start();
  EXPECT_THAT(http_get(address_, "/metrics").body, Not(HasSubstr("canary")));
  EXPECT_EQ(stop(*daemon), 0);
  EXPECT_THAT(daemon->error(), Not(HasSubstr("canary")));
}

TEST_F(DaemonTest, ABadConfigurationKeepsTheOldOneAndSaysEverything) {
  const auto daemon = start();
  write_target("mode: sometimes\n    evry: 15m");
  daemon->send_signal(SIGHUP);
  daemon->wait_for_error("mode");
  daemon->wait_for_error("evry");
  daemon->wait_for_error("<3>" + (dir_ / "usher.yaml") + ": not reloaded");
  systemd_.wait_for("RELOADING=1\nMONOTONIC_USEC=");
  systemd_.wait_for("READY=1");
  EXPECT_EQ(http_get(address_, "/readyz").status, 200);
  EXPECT_EQ(stop(*daemon), 0);
}

TEST_F(DaemonTest, AGoodConfigurationIsTakenOverAtOnce) {
  write_people(kAnn);
  write_target("mode: plan");
  const auto daemon = start();
  write_target("mode: apply");
  daemon->send_signal(SIGHUP);
  daemon->wait_for_error("reloaded; 1 targets");
  daemon->wait_for_error("<5>sales: invited ann@example.com");
  EXPECT_EQ(stop(*daemon), 0);
}

TEST_F(DaemonTest, AStateCannotBeChangedByAReload) {
  const auto daemon = start();
  write_target("mode: apply", "other.db");
  daemon->send_signal(SIGHUP);
  daemon->wait_for_error("takes a restart");
  daemon->wait_for_error("not reloaded");
  EXPECT_EQ(stop(*daemon), 0);
}

TEST_F(DaemonTest, ASecondDaemonOnTheSameStateEndsWithSixAtOnce) {
  const auto daemon = start();
  const Finished second = usher({"daemon"});
  EXPECT_EQ(second.status, 6);
  EXPECT_THAT(second.error, HasSubstr("another `usher daemon`"));
  EXPECT_EQ(stop(*daemon), 0);
}

TEST_F(DaemonTest, ReadingCommandsWorkBesideIt) {
  const auto daemon = start();
  EXPECT_EQ(usher({"plan"}).status, 0);
  EXPECT_EQ(usher({"status"}).status, 0);
  EXPECT_EQ(usher({"apply", "--lock-wait", "30s"}).status, 0);
  EXPECT_EQ(stop(*daemon), 0);
}

TEST_F(DaemonTest, WaitsForAnApplyThatIsUnderWay) {
  auto apply =
      std::make_unique<StateLock>(dir_ / "state.db", ".lock", std::chrono::milliseconds(0));
  Process daemon(command({"daemon"}));
  daemon.wait_for_error("another usher is applying");
  EXPECT_EQ(invitations(), 0U);
  apply.reset();
  daemon.wait_for_error("<5>sales: invited bob@example.com");
  EXPECT_EQ(stop(daemon), 0);
}

TEST_F(DaemonTest, AStopWhileWaitingForAnApplyIsHeard) {
  const StateLock apply(dir_ / "state.db", ".lock", std::chrono::milliseconds(0));
  Process daemon(command({"daemon"}));
  daemon.wait_for_error("another usher is applying");
  EXPECT_EQ(stop(daemon), 0);
  EXPECT_EQ(invitations(), 0U);
}

TEST_F(DaemonTest, AStopLetsTheOperationInFlightEndAndBeginsNoOther) {
  sandbox_.control("POST", "faults", kHoldInvitations);
  Process daemon(command({"daemon"}));
  sandbox_.sandbox().wait_until_held(1);
  daemon.send_signal(SIGTERM);
  daemon.wait_for_error("stopping");
  sandbox_.control("POST", "release", R"({"name": "held"})");
  EXPECT_EQ(daemon.wait(), 0);
  EXPECT_EQ(invitations(), 1U);
  EXPECT_THAT(usher({"state", "check"}).output, HasSubstr("sound"));
}

TEST_F(DaemonTest, ASecondStopEndsAtOnce) {
  sandbox_.control("POST", "faults", kHoldInvitations);
  Process daemon(command({"daemon"}));
  sandbox_.sandbox().wait_until_held(1);
  daemon.send_signal(SIGTERM);
  daemon.wait_for_error("stopping");
  daemon.send_signal(SIGINT);
  EXPECT_EQ(daemon.wait(), 128 + SIGINT);
}

TEST_F(DaemonTest, ARemovalIsReadBackBeforeTheEnd) {
  ASSERT_EQ(usher({"apply"}).status, 0);
  write_people(kAnn);
  sandbox_.control("POST", "faults",
                   R"({"match": {"method": "DELETE"}, "action": "slow_reply", "hold": "held"})");
  Process daemon(command({"daemon"}));
  sandbox_.sandbox().wait_until_held(1);
  daemon.send_signal(SIGTERM);
  daemon.wait_for_error("stopping");
  sandbox_.control("POST", "release", R"({"name": "held"})");
  EXPECT_EQ(daemon.wait(), 0);
  EXPECT_THAT(daemon.error(), HasSubstr("revoked the invitation of bob@example.com"));
  EXPECT_THAT(usher({"state", "check"}).output, HasSubstr("sound"));
}

TEST_F(DaemonTest, ATargetThatRefusesUsIsNotReadyAndSaysWhy) {
  sandbox_.control("POST", "faults", R"({"action": "status", "status": 401, "times": 0})");
  const auto daemon = start();
  const Page page = http_get(address_, "/readyz");
  EXPECT_EQ(page.status, 503);
  EXPECT_EQ(nlohmann::json::parse(page.body).at("targets").at(0).at("name"), "sales");
  EXPECT_THAT(daemon->error(), HasSubstr("\n<3>sales: "));
  EXPECT_EQ(http_get(address_, "/healthz").status, 200);
  EXPECT_EQ(stop(*daemon), 0);
}

// never-again 84
TEST_F(DaemonTest, ARateLimitIsAWarningAndNoError) {
  sandbox_.control("POST", "faults",
                   R"({"action": "rate_limit", "retry_after": 3600, "times": 0})");
  const auto daemon = start();
  EXPECT_EQ(stop(*daemon), 0);
  EXPECT_THAT(daemon->error(), HasSubstr("\n<4>sales: "));
  EXPECT_THAT(daemon->error(), Not(HasSubstr("<3>")));
}

// Both runs begin at the same time and find the same two people missing.
TEST_F(DaemonTest, TwoTargetsOfOneWorkspaceInviteEverybodyOnce) {
  write_target(fmt::format(R"(mode: apply
  support:
    connector: timelines
    source: staff
    token: {{ env: TIMELINES_TOKEN }}
    url: {}
    rate: off
    mode: apply
    map: {{ email: "${{mail}}" }})",
                           sandbox_.url("timelines")));
  Process daemon(command({"daemon"}));
  daemon.wait_for_error(": run ");
  daemon.wait_for_error(": run ");
  EXPECT_EQ(stop(daemon), 0);
  EXPECT_EQ(invitations(), 2U) << daemon.error();
}

TEST_F(DaemonTest, WithoutAStateItSaysHowToMakeOne) {
  std::filesystem::remove(dir_ / "state.db");
  const Finished daemon = usher({"daemon"});
  EXPECT_EQ(daemon.status, 1);
  EXPECT_THAT(daemon.error, HasSubstr("usher init"));
}

TEST_F(DaemonTest, AnInvalidConfigurationEndsItWithThree) {
  write_target("mode: sometimes");
  EXPECT_EQ(usher({"daemon"}).status, 3);
}

TEST_F(DaemonTest, FeedsTheWatchdogWhileItIsIdle) {
  ProcessOptions options = command({"daemon"});
  options.environment["WATCHDOG_USEC"] = "100000";
  Process daemon(options);
  daemon.wait_for_error("<7>sales: run ");
  systemd_.wait_for("WATCHDOG=1");
  systemd_.wait_for("WATCHDOG=1");
  EXPECT_EQ(stop(daemon), 0);
}

// Who belongs to which member is read at every run, so the family is one entry of the schedule.
TEST_F(DaemonTest, AFamilyRunsAsOneAndItsMembersAreTold) {
  write_target(
      "for_each: { attribute: department }\n    scope: 'department eq \"${value}\"'\n"
      "    mode: apply");
  Process daemon(command({"daemon"}));
  daemon.wait_for_error("<7>sales: run ");
  EXPECT_THAT(daemon.error(), HasSubstr("<5>sales/Sales: invited ann@example.com (E1)"));
  EXPECT_EQ(stop(daemon), 0);
  EXPECT_THAT(usher({"status"}).output, HasSubstr("sales/Sales"));
}

}  // namespace
}  // namespace usher
