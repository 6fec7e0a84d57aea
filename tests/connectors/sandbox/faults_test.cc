// What stands between a client and the APIs: the edge, the rate limit, the fault rules.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/connectors/sandbox/rehearsal.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class FaultsTest : public ::testing::Test {
 protected:
  Reply list() { return on_.call("GET", "/workspace/teammates"); }
  Rehearsal on_;
};

TEST_F(FaultsTest, TheEdgeRefusesAMissingOrUnwelcomeUserAgent) {
  for (const Headers& headers : {Headers{}, Headers{{"User-Agent", "Python-urllib/3.11"}}}) {
    const Request request{.method = "GET",
                          .path = "/integrations/api/workspace",
                          .query = {},
                          .headers = headers,
                          .body = {},
                          .peer = {}};
    const auto reply = on_.send(request);
    EXPECT_EQ(reply.status, 403);
    EXPECT_THAT(reply.text, HasSubstr("<html>"));
    on_.set("edge_user_agent", "no");
    EXPECT_EQ(on_.send(request).status, 401);
    on_.set("edge_user_agent", "yes");
  }
}

TEST_F(FaultsTest, TheEdgeCountsRequestsOfAConnection) {
  Request request{.method = "GET",
                  .path = "/integrations/api/workspace",
                  .query = {},
                  .headers = {{"User-Agent", "test"}},
                  .body = {},
                  .peer = {}};
  request.nth_on_connection = 100;
  EXPECT_EQ(on_.send(request).status, 401);
  request.nth_on_connection = 101;
  EXPECT_EQ(on_.send(request).status, 403);
  on_.set("edge_requests_per_connection", "0");
  EXPECT_EQ(on_.send(request).status, 401);
}

TEST_F(FaultsTest, TheRateLetsSoManyThroughAndMoreLater) {
  on_.set("rate", "2/min");
  EXPECT_EQ(list().status, 200);
  EXPECT_EQ(list().status, 200);
  EXPECT_EQ(list().status, 429);
  on_.clock.passed += 30;
  EXPECT_EQ(list().status, 200);
  EXPECT_EQ(list().status, 429);
}

TEST_F(FaultsTest, ARateCanBeCountedByCredential) {
  on_.set("rate", "1/h");
  on_.set("rate_per", "credential");
  EXPECT_EQ(list().status, 200);
  on_.token = "agent-token";
  EXPECT_EQ(list().status, 200);
  EXPECT_EQ(list().status, 429);
}

TEST_F(FaultsTest, A429HasThreeShapesAndMayTellWhenToComeAgain) {
  on_.set("rate", "1/min");
  static_cast<void>(list());
  EXPECT_EQ(list().json["error"], "Too Many Requests");
  on_.set("429_body", "envelope");
  EXPECT_EQ(list().json["error_code"], "rate_limit_exceeded");
  on_.set("429_body", "html");
  EXPECT_THAT(list().text, HasSubstr("<html>"));
  on_.set("retry_after", "seconds");
  EXPECT_THAT(list().response.headers, ::testing::Contains(std::pair("Retry-After", "60")));
  on_.set("retry_after", "date");
  EXPECT_THAT(list().response.headers,
              ::testing::Contains(std::pair("Retry-After", "Thu, 01 Jan 2026 00:01:00 GMT")));
}

TEST_F(FaultsTest, ALostReplyMayOrMayNotHaveBeenCarriedOut) {
  on_.fault(R"([{"match": {"method": "POST"}, "action": "lost_reply_before_commit"},
                {"match": {"method": "POST"}, "action": "lost_reply_after_commit"}])");
  EXPECT_EQ(on_.invite("ann@x.example").extent, Delivery::Extent::kNothing);
  EXPECT_TRUE(on_.user("ann@x.example").is_null());
  EXPECT_EQ(on_.invite("ann@x.example").extent, Delivery::Extent::kNothing);
  EXPECT_FALSE(on_.user("ann@x.example").is_null());
  EXPECT_EQ(on_.invite("bob@x.example").status, 200);
}

TEST_F(FaultsTest, ARuleWaitsForItsTurnAndEnds) {
  on_.fault(
      R"({"match": {"path": "/workspace/teammates"}, "after": 2, "times": 2, "action": "status"})");
  std::vector<int> statuses;
  for (int i = 0; i < 6; ++i) {
    statuses.push_back(list().status);
    static_cast<void>(on_.call("GET", "/workspace"));
  }
  EXPECT_EQ(statuses, (std::vector{200, 200, 503, 503, 200, 200}));
}

TEST_F(FaultsTest, ARuleChoosesByEverythingItNames) {
  on_.fault(R"({"match": {"api": "timelines", "method": "POST", "path_regex": "invit.*s$",
                          "body": "ann@x.example"}, "times": 0, "action": "status", "status": 500})");
  EXPECT_EQ(on_.invite("bob@x.example").status, 200);
  EXPECT_EQ(list().status, 200);
  EXPECT_EQ(on_.partner("POST", "/workspaces/northwind-eu/users", "ann@x.example").status, 400);
  EXPECT_EQ(on_.invite("ann@x.example").json["error_code"], "internal_error");
  EXPECT_EQ(on_.invite("ann@x.example").status, 500);
}

TEST_F(FaultsTest, AnErrorStatusCanHideACommittedRequest) {
  on_.fault(R"({"match": {"method": "POST"}, "action": "status", "status": 502, "commit": true})");
  const auto reply = on_.invite("ann@x.example");
  EXPECT_EQ(reply.status, 502);
  EXPECT_THAT(reply.text, HasSubstr("<html>"));
  EXPECT_FALSE(on_.user("ann@x.example").is_null());
}

TEST_F(FaultsTest, RateLimitAndHtmlFaults) {
  on_.fault(
      R"([{"action": "rate_limit", "shape": "envelope", "retry_after": 7}, {"action": "html_403"},
                {"action": "error_in_ok"}])");
  const auto limited = list();
  EXPECT_EQ(limited.json["error_code"], "rate_limit_exceeded");
  EXPECT_THAT(limited.response.headers, ::testing::Contains(std::pair("Retry-After", "7")));
  EXPECT_EQ(list().status, 403);
  const auto wrong = list();
  EXPECT_EQ(wrong.status, 200);
  EXPECT_EQ(wrong.json["status"], "error");
}

TEST_F(FaultsTest, ACutBodyEndsInTheMiddle) {
  on_.fault(R"({"action": "cut_body", "bytes": 10})");
  const auto delivery = on_.sandbox.answer({.method = "GET",
                                            .path = "/integrations/api/workspace",
                                            .query = {},
                                            .headers = {{"User-Agent", "test"}},
                                            .body = {},
                                            .peer = {}});
  EXPECT_EQ(delivery.extent, Delivery::Extent::kPart);
  EXPECT_EQ(delivery.bytes, 10);
}

TEST_F(FaultsTest, ListsCanBeEmptyOrLackAPage) {
  on_.fault(R"([{"action": "empty_list"}, {"action": "missing_page", "page": 2, "page_size": 1},
                {"action": "missing_page"}])");
  EXPECT_TRUE(list().json["data"]["teammates"].empty());
  EXPECT_EQ(list().json["data"]["teammates"][1]["user_id"], 955);
  EXPECT_EQ(list().json["data"]["teammates"].size(), 2);
  EXPECT_EQ(list().json["data"]["teammates"].size(), 3);
}

TEST_F(FaultsTest, MembersCanBeWrong) {
  on_.fault(R"([{"action": "wrong_json_type"},
                {"action": "wrong_json_type", "members": ["user_id"]},
                {"action": "wrong_json_type", "members": ["email"], "value": {"a": 1}},
                {"action": "extra_members"},
                {"action": "null_members", "members": ["role"]},
                {"action": "missing_members", "members": ["email"]}])");
  EXPECT_TRUE(list().json["data"]["teammates"].is_object());
  EXPECT_EQ(list().json["data"]["teammates"][0]["user_id"], "410");
  EXPECT_EQ(list().json["data"]["teammates"][0]["email"]["a"], 1);
  EXPECT_TRUE(list().json["data"]["teammates"][0].contains("a_new_member"));
  EXPECT_TRUE(list().json["data"]["teammates"][0]["role"].is_null());
  EXPECT_FALSE(list().json["data"]["teammates"][0].contains("email"));
}

TEST_F(FaultsTest, AHeldReplyWaitsUntilItIsReleased) {
  on_.fault(R"({"match": {"method": "POST"}, "action": "slow_reply", "hold": "first"})");
  Reply reply;
  std::thread client([&] { reply = on_.invite("ann@x.example"); });
  on_.sandbox.wait_until_held(1);
  EXPECT_FALSE(on_.user("ann@x.example").is_null());
  EXPECT_EQ(on_.control("GET", "state")["held"], 1);
  on_.control("POST", "release", R"({"name": "first"})");
  client.join();
  EXPECT_EQ(reply.status, 200);
}

TEST_F(FaultsTest, AHeldRequestCanBeCarriedOutLate) {
  on_.fault(R"({"action": "slow_reply", "commit": false})");
  std::thread client([&] { static_cast<void>(on_.invite("ann@x.example")); });
  on_.sandbox.wait_until_held(1);
  EXPECT_TRUE(on_.user("ann@x.example").is_null());
  on_.control("POST", "release");
  client.join();
  EXPECT_FALSE(on_.user("ann@x.example").is_null());
}

TEST_F(FaultsTest, RulesAreListedAndCleared) {
  on_.fault(R"({"times": 0, "action": "status"})");
  static_cast<void>(list());
  EXPECT_EQ(on_.control("GET", "faults")[0]["hits"], 1);
  on_.control("DELETE", "faults");
  EXPECT_EQ(list().status, 200);
}

TEST_F(FaultsTest, AFaultyRuleIsRefusedWithItsReasons) {
  const auto message = [&](std::string_view rule) -> std::string {
    try {
      on_.fault(rule);
    } catch (const BadRequest& error) {
      return error.what();
    }
    return "taken";
  };
  EXPECT_THAT(message(R"({"action": "lost_replay"})"), HasSubstr("`lost_replay` is none of"));
  EXPECT_THAT(message(R"({"action": "status", "tims": 2})"), HasSubstr("did you mean `times`?"));
  EXPECT_THAT(message(R"({"action": "status", "status": 99})"), HasSubstr("200 to 599"));
  EXPECT_THAT(message(R"({"match": {"path_regex": "("}, "action": "status"})"),
              HasSubstr("missing )"));
  EXPECT_THAT(message(R"({})"), HasSubstr("/action: is required"));
  EXPECT_THAT(message("{"), HasSubstr("line 1"));
  EXPECT_TRUE(on_.control("GET", "faults").empty());
}

}  // namespace
}  // namespace usher::sandbox
