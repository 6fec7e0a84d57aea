// The real server on a real socket.

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "connectors/sandbox/server.h"
#include "tests/connectors/http/test_ca.h"
#include "tests/connectors/sandbox/rehearsal.h"

namespace usher::sandbox {
namespace {

namespace net = Poco::Net;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::pair<int, std::string> fetch(net::HTTPClientSession& session, const std::string& path) {
  net::HTTPRequest request("GET", path, "HTTP/1.1");
  request.set("User-Agent", "test");
  request.set("Authorization", "Bearer owner-token");
  session.sendRequest(request);
  net::HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
  return {response.getStatus(), body};
}

// Everything the server sends until it closes the connection.
std::string raw(std::uint16_t port, std::string_view request) {
  net::StreamSocket socket(net::SocketAddress("127.0.0.1", port));
  socket.sendBytes(request.data(), static_cast<int>(request.size()));
  std::string all;
  char buffer[4096];
  for (int got = 0; (got = socket.receiveBytes(buffer, sizeof buffer)) > 0;) {
    all.append(buffer, static_cast<std::size_t>(got));
  }
  return all;
}

constexpr const char* kTeammates = "/integrations/api/workspace/teammates";
constexpr std::string_view kRawRequest =
    "GET /integrations/api/workspace HTTP/1.1\r\nHost: x\r\nUser-Agent: test\r\n"
    "Authorization: Bearer owner-token\r\nConnection: close\r\n\r\n";

class ServerTest : public ::testing::Test {
 protected:
  SandboxServer server_{both_apis(), {.seed = std::string(kSeed)}};
};

TEST_F(ServerTest, ServesBothApisOnAFreePort) {
  EXPECT_NE(server_.port(), 0);
  const auto origin = "http://127.0.0.1:" + std::to_string(server_.port());
  EXPECT_EQ(server_.url("timelines"), origin + "/integrations/api");
  EXPECT_EQ(server_.url("timelines_partner"), origin + "/partner/api/v1");
}

TEST_F(ServerTest, KeepsAConnectionOpenAndCountsItsRequests) {
  server_.control("POST", "switches", R"({"edge_requests_per_connection": 3})");
  net::HTTPClientSession session("127.0.0.1", server_.port());
  session.setKeepAlive(true);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(fetch(session, kTeammates).first, 200);
  }
  EXPECT_EQ(fetch(session, kTeammates).first, 403);
  net::HTTPClientSession fresh("127.0.0.1", server_.port());
  EXPECT_EQ(fetch(fresh, kTeammates).first, 200);
}

TEST_F(ServerTest, ALostReplyClosesTheConnectionWithoutAByte) {
  server_.control("POST", "faults", R"({"action": "lost_reply_after_commit"})");
  EXPECT_EQ(raw(server_.port(), kRawRequest), "");
  EXPECT_THAT(raw(server_.port(), kRawRequest), HasSubstr("200 OK"));
}

TEST_F(ServerTest, ACutBodyIsShorterThanItsContentLength) {
  server_.control("POST", "faults", R"([{"action": "cut_body", "bytes": 8},
                                        {"action": "cut_body", "bytes": 8, "chunked": true}])");
  const auto counted = raw(server_.port(), kRawRequest);
  EXPECT_THAT(counted, HasSubstr("Content-Length: "));
  EXPECT_EQ(counted.size() - counted.find("\r\n\r\n") - 4, 8);
  const auto chunked = raw(server_.port(), kRawRequest);
  EXPECT_THAT(chunked, HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_THAT(chunked, Not(EndsWith("0\r\n\r\n")));
}

TEST_F(ServerTest, APostWithoutABodyIsAnsweredAtOnce) {
  EXPECT_THAT(
      raw(server_.port(), "POST /_sandbox/reset HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
      HasSubstr("200 OK"));
}

TEST_F(ServerTest, RubbishHarmsNobodyElse) {
  static_cast<void>(raw(server_.port(), "\x16\x03\x01 rubbish\r\n\r\n"));
  EXPECT_THAT(raw(server_.port(), kRawRequest), HasSubstr("200 OK"));
}

TEST_F(ServerTest, ManyClientsAreServedAtOnce) {
  server_.control("POST", "faults", R"({"times": 20, "action": "slow_reply"})");
  std::vector<std::thread> clients;
  std::atomic<int> good{0};
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&] {
      net::HTTPClientSession session("127.0.0.1", server_.port());
      good += fetch(session, kTeammates).first == 200 ? 1 : 0;
    });
  }
  server_.sandbox().wait_until_held(20);
  server_.control("POST", "release");
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_EQ(good, 20);
}

TEST(ServerLifeTest, StoppingEndsHeldRequestsAndIdleConnections) {
  auto server =
      std::make_unique<SandboxServer>(both_apis(), ServerOptions{.seed = std::string(kSeed)});
  net::HTTPClientSession idle("127.0.0.1", server->port());
  EXPECT_EQ(fetch(idle, kTeammates).first, 200);
  server->control("POST", "faults", R"({"action": "slow_reply"})");
  std::thread held([port = server->port()] {
    net::HTTPClientSession session("127.0.0.1", port);
    EXPECT_THROW(fetch(session, kTeammates), Poco::Exception);
  });
  server->sandbox().wait_until_held(1);
  server.reset();
  held.join();
}

TEST(ServerLifeTest, ListensOnLoopbackOnly) {
  for (const char* listen :
       {"0.0.0.0:0", "[::]:0", "192.0.2.1:80", "nonsense", "127.0.0.1:99999"}) {
    EXPECT_THROW(SandboxServer(both_apis(), {.listen = listen}), BadRequest) << listen;
  }
}

TEST(ServerLifeTest, ATakenPortIsReported) {
  const SandboxServer first(both_apis(), {});
  const ServerOptions same{.listen = "127.0.0.1:" + std::to_string(first.port())};
  EXPECT_THROW(SandboxServer(both_apis(), same), std::runtime_error);
}

TEST(ServerLifeTest, SpeaksTlsOnRequest) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("usher-sandbox-tls-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const TestCa ca(folder);
  const auto pem = ca.issue("IP:127.0.0.1");
  const SandboxServer server(both_apis(),
                             {.seed = std::string(kSeed), .cert_file = pem, .key_file = pem});
  EXPECT_THAT(server.origin(), HasSubstr("https://127.0.0.1:"));
  net::Context::Ptr context(new net::Context(net::Context::TLS_CLIENT_USE, "", "", ca.file(),
                                             net::Context::VERIFY_STRICT));
  net::HTTPSClientSession session("127.0.0.1", server.port(), context);
  EXPECT_EQ(fetch(session, kTeammates).first, 200);
  EXPECT_THROW(SandboxServer(both_apis(), {.cert_file = pem}), BadRequest);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace usher::sandbox
