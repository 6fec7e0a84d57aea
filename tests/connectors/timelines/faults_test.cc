// The world between us and the workspace: lost answers, limits, proxies, TLS.

#include <filesystem>

#include "tests/connectors/http/test_ca.h"
#include "tests/connectors/timelines/fixture.h"

namespace usher::timelines {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class TimelinesFaultsTest : public TimelinesFixture {
 protected:
  std::size_t posts() {
    std::size_t count = 0;
    for (const std::string& request : requests()) count += request.starts_with("POST") ? 1 : 0;
    return count;
  }
};

// C14, never-again 47
TEST_F(TimelinesFaultsTest, AnInvitationWhoseAnswerWasLostIsFoundAndNotSentAgain) {
  stage_.fault(R"({"action": "lost_reply_after_commit", "match": {"method": "POST"}})");
  const Change ann = invite("ann@northwind.example");
  EXPECT_EQ(refused(ann).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(posts(), 1U);
  EXPECT_EQ(stage_.workspace().at("mails").at("ann@northwind.example"), 1);
  const Lookup found = recover(ann, "invite");
  EXPECT_EQ(found.presence, Presence::kPresent);
  EXPECT_EQ(found.account.status, AccountStatus::kInvited);
}

// C14
TEST_F(TimelinesFaultsTest, AnInvitationThatNeverArrivedIsKnownNotToBeThere) {
  stage_.fault(R"({"action": "lost_reply_before_commit", "match": {"method": "POST"}})");
  const Change ann = invite("ann@northwind.example");
  EXPECT_EQ(refused(ann).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(recover(ann, "invite").presence, Presence::kAbsent);
}

TEST_F(TimelinesFaultsTest, AnInvitationThatCannotBeLookedUpStaysUnknown) {
  stage_.fault(R"({"action": "empty_list", "times": 0, "match": {"path_regex": "teammates$"}})");
  EXPECT_EQ(recover(invite("ann@northwind.example"), "invite").presence, Presence::kUnknown);
}

// C14
TEST_F(TimelinesFaultsTest, AServerErrorAfterAnInvitationIsAnUnknownOutcome) {
  stage_.fault(
      R"({"action": "status", "status": 500, "commit": true, "match": {"method": "POST"}})");
  EXPECT_EQ(refused(invite("ann@northwind.example")).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(posts(), 1U);
}

TEST_F(TimelinesFaultsTest, ASuccessThatCannotBeReadIsAnUnknownOutcome) {
  for (
      const char* fault :
      {R"({"action": "cut_body", "match": {"method": "POST"}})",
       R"({"action": "missing_members", "members": ["user_id"], "match": {"method": "POST"}})",
       R"({"action": "wrong_json_type", "members": ["email"], "value": "z@x.example", "match": {"method": "POST"}})"}) {
    stage_.fault(fault);
    EXPECT_EQ(refused(invite("ann@northwind.example")).kind, ErrorKind::kUnknownOutcome) << fault;
  }
}

// C25
TEST_F(TimelinesFaultsTest, AnInvitationAnsweredWithAnErrorInside200IsNotDone) {
  stage_.fault(R"({"action": "error_in_ok", "match": {"method": "POST"}})");
  EXPECT_EQ(refused(invite("ann@northwind.example")).http_status, 200);
  EXPECT_TRUE(stage_.user("ann@northwind.example").is_null());
}

TEST_F(TimelinesFaultsTest, AnUpdateWhoseAnswerWasLostIsJudgedByWhatIsThere) {
  (void)list();
  Change role = change(Action::kUpdate, "812", "amy@northwind.example");
  role.fields = {"role"};
  role.after = fields({{"role", "teammate"}});
  stage_.fault(R"({"action": "lost_reply_before_commit", "match": {"method": "POST"}})");
  EXPECT_EQ(refused(role).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(recover(role, "update").presence, Presence::kAbsent);
  (void)apply(role);
  EXPECT_EQ(recover(role, "update").presence, Presence::kPresent);
}

// C19
TEST_F(TimelinesFaultsTest, ARenewalWhoseAnswerWasLostIsJudgedByWhetherItIsStillExpired) {
  Change again = change(Action::kReinvite, "955", "ivy@northwind.example");
  again.after = fields({{"email", "ivy@northwind.example"}, {"role", "agent"}});
  EXPECT_EQ(recover(again, "invite").presence, Presence::kAbsent);
  (void)apply(again);
  EXPECT_EQ(recover(again, "invite").presence, Presence::kPresent);
}

// C21
TEST_F(TimelinesFaultsTest, ANewAddressWhoseAnswerWasLostIsFoundUnderItsNewId) {
  Change moved = change(Action::kReinvite, "955", "ivy.ng@northwind.example");
  moved.before = fields({{"email", "ivy@northwind.example"}});
  moved.after = fields({{"email", "ivy.ng@northwind.example"}, {"role", "agent"}});
  stage_.fault(R"({"action": "lost_reply_after_commit", "match": {"method": "POST"}})");
  EXPECT_EQ(refused(moved).kind, ErrorKind::kUnknownOutcome);
  const Lookup found = recover(moved, "invite");
  EXPECT_EQ(found.presence, Presence::kPresent);
  EXPECT_NE(found.account.remote_id, "955");
}

// C17
TEST_F(TimelinesFaultsTest, ARevocationWhoseAnswerWasLostIsRepeated) {
  stage_.fault(R"({"action": "lost_reply_after_commit", "match": {"method": "DELETE"}})");
  EXPECT_THAT(apply(change(Action::kRevoke, "955", "ivy@northwind.example")).note,
              HasSubstr("already gone"));
}

// C26
TEST_F(TimelinesFaultsTest, A429InAnyShapeIsWaitedForAndTriedAgain) {
  for (const char* shape : {"limiter", "envelope", "html"}) {
    stage_.fault(nlohmann::json{
        {"action", "rate_limit"}, {"shape", shape}, {"times", 2}, {"match", {{"method", "POST"}}}}
                     .dump());
    const auto before = clock_.passed();
    const std::string email = std::string(shape) + "@northwind.example";
    EXPECT_EQ(apply(invite(email)).account->key, email);
    EXPECT_GE(clock_.passed() - before, std::chrono::seconds(3)) << shape;  // 1 s, then 2 s
    EXPECT_EQ(stage_.workspace().at("mails").at(email), 1);
  }
}

// C26
TEST_F(TimelinesFaultsTest, AUsedUpQuotaEndsAtOnceWithTheTimeOfItsRenewal) {
  for (const char* status : {"403", "429"}) {
    auto seed = nlohmann::json::parse(kSeed);
    seed["workspaces"][0]["api_calls"] = {{"total", 3}, {"used", 0}};
    stage_.act("reset", seed.dump());
    stage_.set("quota_status", status);
    (void)list();
    const auto asked = requests().size();
    const ConnectorError error = refused(invite("ann@northwind.example"));
    EXPECT_EQ(error.kind, ErrorKind::kRateLimited);
    EXPECT_GT(error.retry_at, usher::test::JumpingClock::kStart);
    EXPECT_LE(requests().size(), asked + 2);  // the invitation, and a look at the seats
  }
}

// C27
TEST_F(TimelinesFaultsTest, APageOfTheEdgeIsTriedOnceMoreOnANewConnection) {
  stage_.fault(R"({"action": "html_403"})");
  EXPECT_TRUE(list().receipt.complete());
}

// C27
TEST_F(TimelinesFaultsTest, AnEdgeThatKeepsRefusingIsNotARefusedToken) {
  stage_.fault(R"({"action": "html_403", "times": 0})");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kTransient);
  EXPECT_FALSE(error.stops_target());
  EXPECT_EQ(requests().size(), 2U);
}

// C27: the sandbox's edge refuses the 101st request of a connection
TEST_F(TimelinesFaultsTest, MoreThanAHundredRequestsDoNotMeetTheEdge) {
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(requests(), SizeIs(120));
}

// C28
TEST_F(TimelinesFaultsTest, ASlashAtTheEndOfTheUrlDoesNoHarm) {
  values_.set("url", stage_.url("timelines") + "/");
  make();
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(requests(), Not(Contains(HasSubstr("//"))));
}

// C28
TEST_F(TimelinesFaultsTest, AWrongUrlIsNamedAsSuch) {
  values_.set("url", stage_.url("timelines") + "/v2");
  make();
  EXPECT_THAT(list_error().what(), HasSubstr("`url` does not point at the Public API"));
}

// C24: an older deployment names no codes
TEST_F(TimelinesFaultsTest, WithoutCodesTheStatusDecides) {
  stage_.set("error_code", "absent");
  values_.set("token", Secret("tla_gone"));
  make();
  EXPECT_EQ(list_error().kind, ErrorKind::kForbidden);
}

TEST_F(TimelinesFaultsTest, ReadsSurviveServerErrors) {
  stage_.fault(R"({"action": "status", "status": 502, "shape": "html", "times": 2})");
  EXPECT_TRUE(list().receipt.complete());
}

TEST(TimelinesTlsTest, AWorkspaceIsReadOverTlsAndOnlyFromACertificateThatIsTrusted) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("usher-timelines-tls-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const TestCa ca(folder);
  const std::string pem = ca.issue("IP:127.0.0.1");
  usher::test::JumpingClock clock;
  std::vector<std::unique_ptr<sandbox::Api>> apis;
  apis.push_back(sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>()));
  usher::test::Stage stage(std::move(apis), {.seed = R"({"workspaces": [{"id": "nw", "users": [
                                  {"user_id": 1, "email": "o@nw.example", "role": "owner"}],
                                  "tokens": [{"token": "t", "member": "o@nw.example"}]}]})",
                                             .cert_file = pem,
                                             .key_file = pem,
                                             .clock = &clock});
  HttpContext http(clock);
  SettingValues values;
  values.set("url", stage.url("timelines"));
  values.set("token", Secret("t"));
  values.set("rate", std::string("off"));
  usher::test::CollectingSink sink;
  EXPECT_THROW((void)kind().make(values, http)->list(sink), ConnectorError);
  values.set("ca_file", ca.file());
  EXPECT_TRUE(kind().make(values, http)->list(sink).receipt.complete());
  EXPECT_EQ(sink.find("1").untouchable, "owner");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace usher::timelines
