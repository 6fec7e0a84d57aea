// TLS and proxies, against servers whose certificates come from an authority made here.

#include <gmock/gmock.h>

#include "tests/connectors/http/client_fixture.h"
#include "tests/connectors/http/test_ca.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using Reply = ScriptServer::Reply;
using Request = ScriptServer::Request;
using testing::HasSubstr;
using testing::Not;

class HttpTlsTest : public testing::Test {
 protected:
  static Reply ok(const Request&) { return {.bytes = http_answer(200, "{}")}; }

  [[nodiscard]] std::string fault(const ScriptServer& server, const std::string& ca_file) const {
    ClientFixture fixture(server.url());
    fixture.options.ca_file = ca_file;
    const auto error = ClientFixture::error_of([&] { (void)fixture.post(); });
    EXPECT_EQ(error.kind, ErrorKind::kTransient) << "a write that was not sent";
    EXPECT_TRUE(server.requests().empty());
    EXPECT_TRUE(fixture.clock.sleeps().empty()) << "the certificate is the same next time";
    return error.what();
  }

  TempDir folder_;
  TestCa ca_{folder_.path()};
};

TEST_F(HttpTlsTest, TalksToAServerOfTheConfiguredAuthority) {
  ScriptServer server(ok, {.certificate = ca_.issue("IP:127.0.0.1")});
  ClientFixture fixture(server.url());
  fixture.options.ca_file = ca_.file();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fixture.post().status, 200);
  EXPECT_EQ(server.connections(), 1) << "session tickets do not make a connection stale";
}

TEST_F(HttpTlsTest, TrustsNobodyElse) {
  TempDir other_folder;
  const TestCa other(other_folder.path());
  const ScriptServer server(ok, {.certificate = ca_.issue("IP:127.0.0.1")});
  EXPECT_THAT(fault(server, other.file()), HasSubstr("certificate was not accepted"));
  EXPECT_THAT(fault(server, ""), HasSubstr("certificate was not accepted"));
}

// never-again 107
TEST_F(HttpTlsTest, ACertificateOfAnotherHostIsRefusedOnLoopbackToo) {
  for (const char* names : {"DNS:other.example.com", "IP:127.0.0.2", "DNS:127.0.0.1"}) {
    const ScriptServer server(ok, {.certificate = ca_.issue(names)});
    EXPECT_THAT(fault(server, ca_.file()), HasSubstr("mismatch")) << names;
  }
}

TEST_F(HttpTlsTest, AnExpiredCertificateIsRefused) {
  const ScriptServer server(ok, {.certificate = ca_.issue("IP:127.0.0.1", -1)});
  EXPECT_THAT(fault(server, ca_.file()), HasSubstr("expired"));
}

TEST_F(HttpTlsTest, OlderProtocolsAreRefused) {
  const ScriptServer server(ok, {.certificate = ca_.issue("IP:127.0.0.1"), .only_tls_1_1 = true});
  EXPECT_THAT(fault(server, ca_.file()), HasSubstr("TLS"));
}

TEST_F(HttpTlsTest, AServerWithoutTlsIsRefused) {
  const ScriptServer server([](const Request&) { return Reply{}; });
  ClientFixture fixture("https://127.0.0.1:" + std::to_string(server.port()));
  fixture.options.ca_file = ca_.file();
  fixture.options.connect_timeout = std::chrono::milliseconds(50);
  fixture.options.attempts = 1;
  EXPECT_EQ(ClientFixture::error_of([&] { (void)fixture.get(); }).kind, ErrorKind::kTransient);
}

TEST_F(HttpTlsTest, AnUnusableCaFileIsNamed) {
  const ScriptServer server(ok, {.certificate = ca_.issue("IP:127.0.0.1")});
  const std::string empty = folder_.write("empty.pem", "nothing\n");
  for (const std::string& file : {folder_ / "missing.pem", empty}) {
    ClientFixture fixture(server.url());
    fixture.options.ca_file = file;
    const auto error = ClientFixture::error_of([&] { (void)fixture.get(); });
    EXPECT_EQ(error.kind, ErrorKind::kRejected);
    EXPECT_THAT(error.what(), HasSubstr(file));
  }
}

TEST_F(HttpTlsTest, ABodyWithoutLengthIsWholeOnlyWithTheEndOfTls) {
  for (const bool cut : {false, true}) {
    ScriptServer server(
        [&](const Request&) {
          return Reply{.bytes = "HTTP/1.1 200 OK\r\n\r\n[1]", .close = !cut, .cut = cut};
        },
        {.certificate = ca_.issue("IP:127.0.0.1")});
    ClientFixture fixture(server.url());
    fixture.options.ca_file = ca_.file();
    fixture.options.attempts = 1;
    if (cut) {
      EXPECT_EQ(ClientFixture::error_of([&] { (void)fixture.get(); }).kind, ErrorKind::kMalformed);
    } else {
      EXPECT_EQ(fixture.get().body, "[1]");
    }
  }
}

TEST_F(HttpTlsTest, LosesNoWriteToATlsConnectionThatWasClosedWhileIdle) {
  ScriptServer server(
      [](const Request&) { return Reply{.bytes = http_answer(200, "{}"), .close = true}; },
      {.certificate = ca_.issue("IP:127.0.0.1")});
  ClientFixture fixture(server.url());
  fixture.options.ca_file = ca_.file();
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(fixture.post().status, 200);
    server.wait_for_closed(i);
  }
}

// --- proxies ----------------------------------------------------------------------------------

class HttpProxyTest : public HttpTlsTest {
 protected:
  /// Lets every CONNECT through to the port asked for.
  static Reply tunnel(const Request& request) {
    const auto port = std::stoi(request.target.substr(request.target.rfind(':') + 1));
    return {.bytes = "HTTP/1.1 200 Connection established\r\n\r\n",
            .tunnel_to = static_cast<std::uint16_t>(port)};
  }
};

TEST_F(HttpProxyTest, AsksTheProxyForPlainUrls) {
  ScriptServer proxy(ok);
  ClientFixture fixture("http://api.example.com/base");
  fixture.options.proxy = "http://ann:p%40ss@127.0.0.1:" + std::to_string(proxy.port());
  EXPECT_EQ(fixture.get("/x").status, 200);
  EXPECT_EQ(proxy.requests().at(0).target, "http://api.example.com/base/x");
  EXPECT_EQ(proxy.requests().at(0).header("Host"), "api.example.com");
  EXPECT_EQ(proxy.requests().at(0).header("Proxy-Authorization"), "Basic YW5uOnBAc3M=");
}

TEST_F(HttpProxyTest, TunnelsTlsThroughAPlainProxy) {
  ScriptServer server(ok, {.certificate = ca_.issue("IP:127.0.0.1")});
  ScriptServer proxy(tunnel);
  ClientFixture fixture(server.url());
  fixture.options.ca_file = ca_.file();
  fixture.options.proxy = proxy.url();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fixture.post().status, 200);
  EXPECT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
  EXPECT_EQ(server.requests().at(0).header("Proxy-Authorization"), "");
}

TEST_F(HttpProxyTest, TunnelsTlsThroughAProxyThatSpeaksTlsItself) {
  ScriptServer server(
      [](const Request&) { return Reply{.bytes = http_answer(200, std::string(200'000, 'a'))}; },
      {.certificate = ca_.issue("IP:127.0.0.1")});
  ScriptServer proxy(tunnel, {.certificate = ca_.issue("IP:127.0.0.1")});
  ClientFixture fixture(server.url());
  fixture.options.ca_file = ca_.file();
  fixture.options.proxy = proxy.url();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fixture.post().body.size(), 200'000U);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpProxyTest, ChecksTheServersCertificateBehindTheProxyToo) {
  ScriptServer server(ok, {.certificate = ca_.issue("IP:127.0.0.2")});
  ScriptServer proxy(tunnel);
  ClientFixture fixture(server.url());
  fixture.options.ca_file = ca_.file();
  fixture.options.proxy = proxy.url();
  const auto error = ClientFixture::error_of([&] { (void)fixture.get(); });
  EXPECT_THAT(error.what(), HasSubstr("mismatch"));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpProxyTest, SaysThatTheProxyWantsAPassword) {
  ScriptServer proxy([](const Request&) { return Reply{.bytes = http_answer(407, "")}; });
  ClientFixture fixture("https://api.example.com");
  fixture.options.proxy = "http://ann:proxy-canary@127.0.0.1:" + std::to_string(proxy.port());
  const auto error = ClientFixture::error_of([&] { (void)fixture.post(); });
  EXPECT_EQ(error.kind, ErrorKind::kTransient);
  EXPECT_THAT(error.what(), HasSubstr("wants a user name and password"));
  EXPECT_THAT(error.what(), Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace usher
