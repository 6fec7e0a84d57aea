// The fake itself: what was seen of the real server on the wire.

#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class TaskschmiedeSandboxTest : public TaskschmiedeFixture {
 protected:
  TaskschmiedeSandboxTest() {
    HttpOptions options;
    options.base_url = stage_.url("taskschmiede");
    options.attempts = 1;
    client_ = std::make_unique<HttpClient>(options, http_);
  }

  using Headers = std::vector<std::pair<std::string, std::string>>;

  HttpResponse post(const std::string& body, Headers headers = {}) {
    headers.emplace_back("Accept", "application/json, text/event-stream");
    return client_->send({.method = "POST", .path = "/mcp", .headers = headers, .body = body});
  }

  std::string open(const Headers& headers = {}) {
    return std::string(post(kInitialize, headers).header("Mcp-Session-Id"));
  }

  HttpResponse call(const std::string& session, const std::string& tool,
                    const std::string& arguments = "{}") {
    return post(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":")" + tool +
                    R"(","arguments":)" + arguments + "}}",
                {{"Mcp-Session-Id", session}});
  }

  static constexpr const char* kInitialize =
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01"}})";
  std::unique_ptr<HttpClient> client_;
};

TEST_F(TaskschmiedeSandboxTest, TheAcceptHeaderMustNameBothTypes) {
  const auto send = [&](const char* accept) {
    return client_->send(
        {.method = "POST", .path = "/mcp", .headers = {{"Accept", accept}}, .body = kInitialize});
  };
  EXPECT_EQ(send("application/json").status, 400);
  EXPECT_EQ(send("text/event-stream").status, 400);
  EXPECT_EQ(send("*/*").status, 200);
  EXPECT_EQ(send("application/json, text/event-stream").status, 200);
}

TEST_F(TaskschmiedeSandboxTest, TheTransportRefusesInText) {
  struct Case {
    const char* body;
    const char* words;
  };
  for (const Case& each :
       {Case{"{", "malformed payload"}, Case{"[]", "empty batch"}, Case{"[1]", "batching"},
        Case{R"({"id":1,"method":"ping"})", "invalid message version"},
        Case{R"({"jsonrpc":"2.0","method":"ping"})", "missing id"},
        Case{R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})", "missing required"}}) {
    const HttpResponse response = post(each.body);
    EXPECT_EQ(response.status, 400) << each.body;
    EXPECT_THAT(response.body, HasSubstr(each.words));
    EXPECT_THAT(std::string(response.header("Content-Type")), StartsWith("text/plain"));
  }
}

TEST_F(TaskschmiedeSandboxTest, OnlyInitializeShowsTheSessionAndAnswersAreFramed) {
  const HttpResponse opened = post(kInitialize);
  EXPECT_EQ(opened.header("Mcp-Session-Id").size(), 26U);
  EXPECT_THAT(opened.body, StartsWith("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,"));
  EXPECT_THAT(opened.body, HasSubstr(R"("protocolVersion":"2025-06-18")"));
  const HttpResponse called = call(std::string(opened.header("Mcp-Session-Id")), "ts.nope");
  EXPECT_TRUE(called.header("Mcp-Session-Id").empty());
}

TEST_F(TaskschmiedeSandboxTest, AnUnknownSessionIs404AndNoneIsAnError) {
  EXPECT_EQ(call("NOSUCHSESSION", "ts.auth.whoami").status, 404);
  EXPECT_EQ(call("NOSUCHSESSION", "ts.auth.whoami").body, "session not found");
  EXPECT_THAT(post(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}})").body,
              HasSubstr("is invalid during session initialization"));
}

TEST_F(TaskschmiedeSandboxTest, ABearerCountsOnInitializeOnly) {
  const Headers bearer{{"Authorization", std::string("Bearer ") + kToken}};
  EXPECT_THAT(call(open(bearer), "ts.auth.whoami").body, HasSubstr("usr_ada"));
  EXPECT_THAT(call(open(), "ts.auth.whoami").body, HasSubstr("not_authenticated"));
  EXPECT_THAT(call(open(bearer), "ts.nope").body, HasSubstr("unknown tool"));
}

TEST_F(TaskschmiedeSandboxTest, AnEndedLoginIsSaidOnce) {
  const std::string session = open({{"Authorization", std::string("Bearer ") + kToken}});
  stage_.act("taskschmiede_session", R"({"end": "expired"})");
  EXPECT_THAT(call(session, "ts.auth.whoami").body, HasSubstr("session_expired"));
  EXPECT_THAT(call(session, "ts.auth.whoami").body, HasSubstr("not_authenticated"));
}

TEST_F(TaskschmiedeSandboxTest, ASessionClosesByDelete) {
  const std::string session = open();
  const auto close = [&] {
    return client_->send(
        {.method = "DELETE", .path = "/mcp", .headers = {{"Mcp-Session-Id", session}}});
  };
  EXPECT_EQ(close().status, 204);
  EXPECT_EQ(close().status, 404);
}

TEST_F(TaskschmiedeSandboxTest, ArgumentsOfTheWrongTypeCountAsAbsent) {
  const std::string session = open({{"Authorization", std::string("Bearer ") + kToken}});
  EXPECT_THAT(call(session, "ts.usr.get", R"({"id":5})").body, HasSubstr("User ID is required"));
  EXPECT_THAT(call(session, "ts.usr.list", R"({"organization_id":"org_north","limit":"5"})").body,
              HasSubstr(R"(\"limit\":50)"));
  EXPECT_THAT(call(session, "ts.usr.list").body, HasSubstr("Organization filter required"));
}

TEST_F(TaskschmiedeSandboxTest, AddressesThatDifferInCaseAreTwoPeople) {
  (void)apply(create("SAM@x.example"));
  const std::string session = open({{"Authorization", std::string("Bearer ") + kToken}});
  const char* upper = R"({"name":"S","email":"Sam@x.example"})";
  EXPECT_THAT(call(session, "ts.usr.create", upper).body, HasSubstr("usr_"));
  EXPECT_THAT(call(session, "ts.usr.create", upper).body, HasSubstr("Email already exists"));
}

TEST_F(TaskschmiedeSandboxTest, ASeedOfManyIsServedByThePage) {
  const std::string seed = R"({"taskschmiede": {"organizations": [{"id": "org_north"}],
    "users": [{"email": "ada@north.example", "is_admin": true, "organizations": {"org_north": "owner"}}],
    "generate": [{"count": 50000, "email": "p{n}@north.example", "organization": "org_north"}],
    "tokens": [{"token": "CANARY-token-of-ada", "email": "ada@north.example"}]}})";
  usher::test::Stage many(test::alone(sandbox::make_taskschmiede_api()),
                          {.seed = seed, .clock = &clock_});
  values_.set("url", many.url("taskschmiede"));
  make();
  EXPECT_EQ(target_->find({"", "p40000@north.example"}).presence, Presence::kPresent);
  EXPECT_EQ(target_->find({"", "nobody@north.example"}).presence, Presence::kAbsent);
}

TEST_F(TaskschmiedeSandboxTest, ASeedThatMakesNoSenseIsRefusedWithItsPlace) {
  for (const char* seed :
       {R"({"taskschmiede": {"users": [{"name": "x"}]}})",
        R"({"taskschmiede": {"tokens": [{"token": "t", "email": "x@y.z"}]}})",
        R"({"taskschmiede": {"users": [{"email": "a@b.c", "organizations": {"o": "x"}}]}})"}) {
    EXPECT_THROW(usher::test::Stage(test::alone(sandbox::make_taskschmiede_api()),
                                    {.seed = seed, .clock = &clock_}),
                 sandbox::BadRequest)
        << seed;
  }
}

}  // namespace
}  // namespace usher::taskschmiede
