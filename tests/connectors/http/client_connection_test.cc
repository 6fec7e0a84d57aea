#include "connectors/http/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/connectors/http/client_fixture.h"

namespace usher {
namespace {

using Reply = ScriptServer::Reply;
using Request = ScriptServer::Request;

TEST(HttpClientConnectionTest, KeepsAConnectionForTheNextRequest) {
  ScriptServer server(always(http_answer(200, "{}")));
  ClientFixture fixture(server.url());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(fixture.get().status, 200);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClientConnectionTest, LeavesAConnectionAfterItsShareOfRequests) {
  ScriptServer server(always(http_answer(200, "{}")));
  ClientFixture fixture(server.url());
  fixture.options.requests_per_connection = 3;
  for (int i = 0; i < 7; ++i) EXPECT_EQ(fixture.get().status, 200);
  EXPECT_EQ(server.connections(), 3);
}

TEST(HttpClientConnectionTest, DoesNotUseAConnectionThatTheServerSaysItCloses) {
  ScriptServer server(always(http_answer(200, "{}", "Connection: close\r\n")));
  ClientFixture fixture(server.url());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fixture.get().status, 200);
  EXPECT_EQ(server.connections(), 3);
}

TEST(HttpClientConnectionTest, LosesNoWriteToAConnectionThatWasClosedWhileIdle) {
  ScriptServer server(
      [](const Request&) { return Reply{.bytes = http_answer(200, "{}"), .close = true}; });
  ClientFixture fixture(server.url());
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(fixture.post().status, 200);
    server.wait_for_closed(i);
  }
}

TEST(HttpClientConnectionTest, DoesNotUseAConnectionThatWasIdleForTooLong) {
  ScriptServer server(always(http_answer(200, "{}", "Keep-Alive: timeout=5, max=100\r\n")));
  ClientFixture fixture(server.url());
  EXPECT_EQ(fixture.get().status, 200);
  fixture.clock.advance(std::chrono::milliseconds(3900));
  EXPECT_EQ(fixture.get().status, 200);
  EXPECT_EQ(server.connections(), 1);
  fixture.clock.advance(std::chrono::seconds(4));
  EXPECT_EQ(fixture.get().status, 200);
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClientConnectionTest, ServesManyThreadsAtOnce) {
  ScriptServer server(
      [](const Request& request) { return Reply{.bytes = http_answer(200, request.target)}; });
  ClientFixture fixture(server.url());
  fixture.options.parallel = 4;
  HttpClient client = fixture.client();
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) {
        const std::string path = "/" + std::to_string(thread) + "/" + std::to_string(i);
        if (client.send({.path = path}).body == path) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 200);
  EXPECT_LE(server.connections(), 12);
}

TEST(HttpClientConnectionTest, ClientsOfOneScopeShareTheRate) {
  ScriptServer server(always(http_answer(200, "{}")));
  ClientFixture fixture(server.url());
  fixture.options.rate = {.per_second = 2, .burst = 1};
  fixture.options.limit_scope = "workspace 1";
  HttpClient one = fixture.client();
  HttpClient two = fixture.client();
  for (int i = 0; i < 5; ++i) {
    (void)one.send({.path = "/x"});
    (void)two.send({.path = "/x"});
  }
  EXPECT_NEAR(fixture.slept(), 4.5, 0.01);
}

TEST(HttpClientConnectionTest, WaitsWhereTheLimitHeadersSayThatNothingIsLeft) {
  ScriptServer server(
      always(http_answer(200, "{}", "RateLimit-Remaining: 0\r\nRateLimit-Reset: 12\r\n")));
  ClientFixture fixture(server.url());
  EXPECT_EQ(fixture.get().status, 200);
  EXPECT_EQ(fixture.get().status, 200);
  EXPECT_NEAR(fixture.slept(), 12, 0.01);
}

}  // namespace
}  // namespace usher
