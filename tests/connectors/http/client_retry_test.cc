#include "connectors/http/client.h"

#include <gmock/gmock.h>

#include "tests/connectors/http/client_fixture.h"

namespace usher {
namespace {

using Reply = ScriptServer::Reply;
using Request = ScriptServer::Request;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

TEST(HttpClientRetryTest, RepeatsASafeRequestAfterAServerErrorWithGrowingWaits) {
  ScriptServer server([](const Request& request) {
    return Reply{.bytes = http_answer(request.number < 5 ? 502 : 200, "")};
  });
  ClientFixture fixture(server.url());
  EXPECT_EQ(fixture.get().status, 200);
  EXPECT_THAT(fixture.slept(), AllOf(Ge(1 + 2 + 4 + 8), Le(1.25 * (1 + 2 + 4 + 8))));
}

TEST(HttpClientRetryTest, ReturnsTheLastAnswerWhenTheAttemptsAreUsedUp) {
  ScriptServer server(always(http_answer(500, "")));
  ClientFixture fixture(server.url());
  EXPECT_EQ(fixture.get().status, 500);
  EXPECT_EQ(server.requests().size(), 5U);
}

// never-again 47
TEST(HttpClientRetryTest, NeverRepeatsAWriteThatMayHaveBeenCarriedOut) {
  const struct {
    std::string name;
    Reply reply;
  } cases[] = {
      {"no answer", {.close = true}},
      {"500", {.bytes = http_answer(500, "")}},
      {"502", {.bytes = http_answer(502, "")}},
      {"503 without Retry-After", {.bytes = http_answer(503, "")}},
      {"504", {.bytes = http_answer(504, "")}},
  };
  for (const auto& row : cases) {
    ScriptServer server([&](const Request&) { return row.reply; });
    ClientFixture fixture(server.url());
    HttpClient client = fixture.client();
    const auto error =
        ClientFixture::error_of([&] { (void)client.send_ok(ClientFixture::write()); });
    EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome) << row.name;
    EXPECT_EQ(server.requests().size(), 1U) << row.name;
  }
}

TEST(HttpClientRetryTest, BelievesTheStatusThatTheConnectorGivesAnAnswer) {
  ScriptServer server([](const Request& request) {
    return Reply{.bytes = http_answer(200, request.number == 1 ? "slow down" : "done")};
  });
  ClientFixture fixture(server.url());
  fixture.options.correct_status = [](HttpResponse& response) {
    if (response.body == "slow down") response.status = 429;
  };
  EXPECT_EQ(fixture.post().body, "done");
  EXPECT_GE(fixture.slept(), 1);
}

TEST(HttpClientRetryTest, RepeatsAWriteThatWasTurnedAway) {
  for (const int status : {429, 503}) {
    ScriptServer server([&](const Request& request) {
      return Reply{.bytes = request.number == 1 ? http_answer(status, "", "Retry-After: 7\r\n")
                                                : http_answer(200, "")};
    });
    ClientFixture fixture(server.url());
    EXPECT_EQ(fixture.post().status, 200) << status;
    EXPECT_THAT(fixture.slept(), AllOf(Ge(7), Le(8.1))) << status;
  }
}

TEST(HttpClientRetryTest, UnderstandsRetryAfterAsADate) {
  ScriptServer server([](const Request& request) {
    return Reply{.bytes = request.number == 1
                              ? http_answer(429, "",
                                            "Date: Thu, 01 Jan 2026 12:00:00 GMT\r\n"
                                            "Retry-After: Thu, 01 Jan 2026 12:00:30 GMT\r\n")
                              : http_answer(200, "")};
  });
  ClientFixture fixture(server.url());
  EXPECT_EQ(fixture.post().status, 200);
  EXPECT_THAT(fixture.slept(), AllOf(Ge(30), Le(31.1)));
}

// never-again 78
TEST(HttpClientRetryTest, DoesNotWaitLongerThanAllowedAndSaysWhenItIsWorthATry) {
  ScriptServer server(always(http_answer(429, "", "Retry-After: 1900\r\n")));
  ClientFixture fixture(server.url());
  HttpClient client = fixture.client();
  const auto error = ClientFixture::error_of([&] { (void)client.send_ok(ClientFixture::write()); });
  EXPECT_EQ(error.kind, ErrorKind::kRateLimited);
  EXPECT_EQ(error.retry_at, std::chrono::system_clock::to_time_t(fixture.clock.now()) + 1900);
  const auto next = ClientFixture::error_of([&] { (void)client.send_ok(ClientFixture::write()); });
  EXPECT_EQ(next.kind, ErrorKind::kRateLimited);
  EXPECT_THAT(next.what(), HasSubstr("not sent"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClientRetryTest, DoesNotWaitForAQuotaThatTheConnectorKnowsToBeUsedUp) {
  ScriptServer server(always(http_answer(429, "")));
  ClientFixture fixture(server.url());
  fixture.options.read_error = [](const HttpResponse&) {
    return ProviderError{.code = "quota_exceeded",
                         .message = "monthly",
                         .kind = {},
                         .retry = false,
                         .retry_at = 1'770'000'000};
  };
  HttpClient client = fixture.client();
  const auto error = ClientFixture::error_of([&] { (void)client.send_ok({.path = "/x"}); });
  EXPECT_EQ(error.retry_at, 1'770'000'000);
  EXPECT_EQ(error.code, "quota_exceeded");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClientRetryTest, RepeatsEvenAWriteThatFoundNoServer) {
  std::uint16_t port = 0;
  {
    const ScriptServer gone(always(""));
    port = gone.port();
  }
  ClientFixture fixture("http://127.0.0.1:" + std::to_string(port));
  const auto error = ClientFixture::error_of([&] { (void)fixture.post(); });
  EXPECT_EQ(error.kind, ErrorKind::kTransient);
  EXPECT_EQ(fixture.clock.sleeps().size(), 4U);
}

TEST(HttpClientRetryTest, ADoubtOfAnEarlierAttemptStays) {
  auto server = std::make_unique<ScriptServer>(
      [](const Request&) { return Reply{.bytes = http_answer(500, ""), .close = true}; });
  ClientFixture fixture(server->url());
  HttpRequest request = ClientFixture::write();
  request.repeat = Repeat::kSafe;
  // From the second attempt on there is nobody to answer.
  fixture.options.authorize = [&, attempt = 0](HttpRequest&) mutable {
    if (++attempt == 2) server.reset();
  };
  HttpClient client = fixture.client();
  const auto error = ClientFixture::error_of([&] { (void)client.send(request); });
  EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
}

TEST(HttpClientRetryTest, AReadWithoutAnswerIsOnlyTransient) {
  ScriptServer server([](const Request&) { return Reply{.close = true}; });
  ClientFixture fixture(server.url());
  EXPECT_EQ(ClientFixture::error_of([&] { (void)fixture.get(); }).kind, ErrorKind::kTransient);
  EXPECT_EQ(server.requests().size(), 5U);
}

TEST(HttpClientRetryTest, BeginsNoFurtherAttemptAfterAStop) {
  std::stop_source stop;
  ScriptServer server([&](const Request&) {
    stop.request_stop();
    return Reply{.bytes = http_answer(500, "")};
  });
  ClientFixture fixture(server.url());
  fixture.context.set_stop(stop.get_token());
  EXPECT_EQ(fixture.get().status, 500);
  EXPECT_EQ(ClientFixture::error_of([&] { (void)fixture.post(); }).kind, ErrorKind::kTransient);
  EXPECT_EQ(server.requests().size(), 1U);
}

// C27 of the provider's sheet: an edge in front of it that loses patience with one connection.
TEST(HttpClientRetryTest, TriesAnHtmlForbiddenOnceMoreOnAFreshConnection) {
  ScriptServer server([](const Request& request) {
    return Reply{.bytes = request.connection == 1
                              ? http_answer(403, "<html><title>Denied</title></html>",
                                            "Content-Type: text/html\r\n")
                              : http_answer(200, "{}")};
  });
  ClientFixture fixture(server.url());
  fixture.options.retry_html_forbidden = true;
  EXPECT_EQ(fixture.post().status, 200);
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClientRetryTest, AForbiddenThatStaysIsReturnedAfterTheSecondTime) {
  ScriptServer server(always(http_answer(403, "<html>", "Content-Type: text/html\r\n")));
  ClientFixture fixture(server.url());
  fixture.options.retry_html_forbidden = true;
  EXPECT_EQ(fixture.get().status, 403);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpClientRetryTest, AJsonForbiddenIsTheProvidersLastWord) {
  ScriptServer server(always(http_answer(403, "{}", "Content-Type: application/json\r\n")));
  ClientFixture fixture(server.url());
  fixture.options.retry_html_forbidden = true;
  EXPECT_EQ(fixture.get().status, 403);
  EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace usher
