#include "connectors/http/client.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <atomic>

#include "tests/connectors/http/client_fixture.h"

namespace usher {
namespace {

using Reply = ScriptServer::Reply;
using Request = ScriptServer::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string gzip(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// --- what is sent -----------------------------------------------------------------------------

TEST(HttpClientTest, SendsItsNameAndAsksForJsonAndGzip) {
  ScriptServer server(always(http_answer(200, "{}")));
  ClientFixture fixture(server.url() + "/base");
  EXPECT_EQ(fixture.get("/users?page=2").status, 200);
  const Request request = server.requests().at(0);
  EXPECT_EQ(request.method + " " + request.target, "GET /base/users?page=2");
  EXPECT_THAT(request.header("User-Agent"), testing::MatchesRegex("usher/[0-9.]+"));
  EXPECT_EQ(request.header("Accept"), "application/json");
  EXPECT_EQ(request.header("Accept-Encoding"), "gzip");
  EXPECT_EQ(request.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(HttpClientTest, SendsTheBodyWithItsTypeAndLength) {
  ScriptServer server(always(http_answer(201, "{}")));
  ClientFixture fixture(server.url());
  EXPECT_EQ(fixture.client().send(ClientFixture::write(R"({"a":1})")).status, 201);
  EXPECT_EQ(server.requests().at(0).body, R"({"a":1})");
  EXPECT_EQ(server.requests().at(0).header("Content-Type"), "application/json");
}

TEST(HttpClientTest, SignsEachAttemptAnew) {
  ScriptServer server([](const Request& request) {
    return Reply{.bytes = http_answer(request.number < 3 ? 500 : 200, "")};
  });
  ClientFixture fixture(server.url());
  std::atomic<int> count = 0;
  fixture.options.authorize = [&](HttpRequest& request) {
    request.headers.emplace_back("Authorization", "Bearer token-" + std::to_string(++count));
  };
  EXPECT_EQ(fixture.get().status, 200);
  EXPECT_EQ(server.requests().at(2).header("Authorization"), "Bearer token-3");
}

TEST(HttpClientTest, RefusesAHeaderThatWouldAddAnother) {
  ScriptServer server(always(http_answer(200, "")));
  ClientFixture fixture(server.url());
  const auto error = ClientFixture::error_of([&] {
    (void)fixture.client().send({.path = "/x", .headers = {{"X-Name", "a\r\nX-Admin: yes"}}});
  });
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_TRUE(server.requests().empty());
}

// --- what comes back --------------------------------------------------------------------------

TEST(HttpClientTest, ReadsBodiesInEveryFraming) {
  const std::string text(100'000, 'a');
  const struct {
    std::string name, bytes, want;
  } cases[] = {
      {"counted", http_answer(200, text), text},
      {"empty", http_answer(200, ""), ""},
      {"no content", "HTTP/1.1 204 No\r\n\r\n", ""},
      {"chunked",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: "
       "1\r\n\r\n",
       "abcde"},
      {"gzip", http_answer(200, gzip(text), "Content-Encoding: gzip\r\n"), text},
      {"two gzip members", http_answer(200, gzip("ab") + gzip("cd"), "Content-Encoding: gzip\r\n"),
       "abcd"},
      {"interim answers", "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + http_answer(200, "b"), "b"},
      {"long header",
       http_answer(200, "c", "Content-Security-Policy: " + std::string(20'000, 'x') + "\r\n"), "c"},
  };
  for (const auto& row : cases) {
    ScriptServer server(always(row.bytes));
    ClientFixture fixture(server.url());
    EXPECT_EQ(fixture.get().body, row.want) << row.name;
  }
}

TEST(HttpClientTest, FindsHeadersWithoutRegardToCase) {
  ScriptServer server(always(http_answer(200, "{}", "X-TL-api-version:  v1 \r\n")));
  ClientFixture fixture(server.url());
  EXPECT_EQ(fixture.get().header("x-tl-API-Version"), "v1");
}

// A body that was cut must never pass for a whole one. never-again 1
TEST(HttpClientTest, NeverTakesAPartOfABodyForTheWhole) {
  const struct {
    std::string name, bytes;
  } cases[] = {
      {"counted", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1,2]"},
      {"in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[1,2"},
      {"without the last chunk",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2]\r\n"},
      {"in the trailers",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2]\r\n0\r\n"},
      {"without length", "HTTP/1.1 200 OK\r\n\r\n[1,2]"},
      {"in the headers", "HTTP/1.1 200 OK\r\nContent-Le"},
      {"in the gzip data",
       http_answer(200, gzip("[1,2]").substr(0, 20), "Content-Encoding: gzip\r\n")},
  };
  for (const auto& row : cases) {
    ScriptServer server([&](const Request&) { return Reply{.bytes = row.bytes, .close = true}; });
    ClientFixture fixture(server.url());
    fixture.options.attempts = 2;
    const auto error = ClientFixture::error_of([&] { (void)fixture.get(); });
    EXPECT_EQ(error.kind, ErrorKind::kMalformed) << row.name;
    EXPECT_EQ(server.requests().size(), 2U) << row.name << ": reading again is safe";
    const auto write_error = ClientFixture::error_of([&] { (void)fixture.post(); });
    EXPECT_EQ(write_error.kind, ErrorKind::kUnknownOutcome) << row.name;
    EXPECT_EQ(server.requests().size(), 3U) << row.name << ": writing again is not";
  }
}

TEST(HttpClientTest, RefusesBodiesThatAreTooLarge) {
  const std::string zeros(2'000'000, '\0');
  const struct {
    std::string name, bytes;
  } cases[] = {
      {"announced", "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"},
      {"chunked",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" + std::string(1001, 'a')},
      {"after unpacking",
       http_answer(200, gzip(std::string(1001, 'a')), "Content-Encoding: gzip\r\n")},
      {"a bomb", http_answer(200, gzip(gzip(zeros)).substr(0, 900), "Content-Encoding: gzip\r\n")},
  };
  for (const auto& row : cases) {
    ScriptServer server(always(row.bytes));
    ClientFixture fixture(server.url());
    fixture.options.max_response_bytes = 1000;
    const auto error = ClientFixture::error_of([&] { (void)fixture.get(); });
    EXPECT_EQ(error.kind, ErrorKind::kMalformed) << row.name;
    EXPECT_THAT(error.what(), HasSubstr("larger than max_response")) << row.name;
    EXPECT_EQ(server.requests().size(), 1U) << row.name << ": it will not shrink";
  }
}

TEST(HttpClientTest, TakesABodyOfExactlyTheLimit) {
  ScriptServer server(
      always(http_answer(200, gzip(std::string(1000, 'a')), "Content-Encoding: gzip\r\n")));
  ClientFixture fixture(server.url());
  fixture.options.max_response_bytes = 1000;
  EXPECT_EQ(fixture.get().body.size(), 1000U);
}

TEST(HttpClientTest, RefusesWhatIsNotHttp) {
  ScriptServer server(always("SSH-2.0-OpenSSH_9.2\r\n"));
  ClientFixture fixture(server.url());
  fixture.options.attempts = 1;
  const auto error = ClientFixture::error_of([&] { (void)fixture.get(); });
  EXPECT_EQ(error.kind, ErrorKind::kMalformed);
  EXPECT_THAT(error.what(), HasSubstr("SSH-2.0"));
}

TEST(HttpClientTest, RefusesAServerThatSpeaksOnlyHttp2) {
  const std::string settings("\0\0\0\4\0\0\0\0\0", 9);
  ScriptServer server(always(settings));
  ClientFixture fixture(server.url());
  fixture.options.attempts = 1;
  const auto error = ClientFixture::error_of([&] { (void)fixture.get(); });
  EXPECT_EQ(error.kind, ErrorKind::kMalformed);
  EXPECT_THAT(error.what(), HasSubstr("HTTP/2"));
}

TEST(HttpClientTest, DoesNotFollowRedirects) {
  ScriptServer elsewhere(always(http_answer(200, "{}")));
  ScriptServer server(
      always(http_answer(302, "", "Location: https://login.example.com/sso?token=abc\r\n")));
  ClientFixture fixture(server.url());
  HttpClient client = fixture.client();
  const auto error = ClientFixture::error_of([&] { (void)client.send_ok({.path = "/x"}); });
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("to `https://login.example.com/sso`,"),
                                  HasSubstr("redirects are not followed"), Not(HasSubstr("abc"))));
  EXPECT_EQ(server.requests().size(), 1U);
}

// --- time-outs --------------------------------------------------------------------------------

TEST(HttpClientTest, GivesUpWhenTheServerSaysNothing) {
  ScriptServer server([](const Request&) { return Reply{.hold = true}; });
  ClientFixture fixture(server.url());
  fixture.options.read_timeout = std::chrono::milliseconds(20);
  const auto error = ClientFixture::error_of([&] { (void)fixture.post(); });
  EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(error.what(), HasSubstr("nothing was heard for 0.02 s"));
}

TEST(HttpClientTest, GivesUpOnABodyThatNeverEnds) {
  ScriptServer server([](const Request&) {
    return Reply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\na",
                 .endless = true};
  });
  ClientFixture fixture(server.url());
  fixture.options.attempts = 1;
  fixture.options.max_response_bytes = 2'000'000'000'000;
  fixture.options.total_timeout = std::chrono::milliseconds(50);
  const auto error = ClientFixture::error_of([&] { (void)fixture.get(); });
  EXPECT_THAT(error.what(), HasSubstr("total time-out"));
}

// --- what is told -----------------------------------------------------------------------------

TEST(HttpClientTest, TellsTheObserverOfEveryExchange) {
  ScriptServer server([](const Request& request) {
    return request.number == 1 ? Reply{.close = true} : Reply{.bytes = http_answer(200, "")};
  });
  ClientFixture fixture(server.url());
  fixture.options.limit_scope = "scope";
  std::vector<std::string> seen;
  fixture.context.set_observer([&](std::string_view scope, std::string_view method, int status,
                                   double) {
    seen.push_back(std::string(scope) + " " + std::string(method) + " " + std::to_string(status));
  });
  (void)fixture.get();
  EXPECT_THAT(seen, testing::ElementsAre("scope GET 0", "scope GET 200"));
}

TEST(HttpClientTest, MeasuresTheClockOfTheServer) {
  ScriptServer server(always(http_answer(200, "", "Date: Thu, 01 Jan 2026 00:10:00 GMT\r\n")));
  ClientFixture fixture(server.url() + "/api");
  EXPECT_EQ(fixture.context.clock_skew(server.url()).count(), 0);
  (void)fixture.get();
  EXPECT_EQ(fixture.context.clock_skew(server.url() + "/other").count(), 600);
  EXPECT_EQ(fixture.context.clock_skew("").count(), 600);
  EXPECT_EQ(fixture.context.clock_skew("https://example.com").count(), 0);
}

TEST(HttpClientTest, TellsWhatTheProviderSaid) {
  ScriptServer server(
      always(http_answer(422, R"({"error_code":"bad_role","message":"role \u001b[31mis wrong"})")));
  ClientFixture fixture(server.url());
  HttpClient client = fixture.client();
  const auto error =
      ClientFixture::error_of([&] { (void)client.send_ok({.path = "/x?email=ann@example.com"}); });
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_EQ(error.code, "bad_role");
  EXPECT_EQ(error.http_status, 422);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("GET /x at 127.0.0.1"), HasSubstr("422 bad_role"),
                                  HasSubstr("is wrong"), Not(HasSubstr("\x1b")),
                                  Not(HasSubstr("ann@example.com"))));
}

// never-again 105
TEST(HttpClientTest, NoMessageHoldsASecret) {
  ScriptServer server([](const Request& request) {
    return Reply{.bytes = http_answer(400, "you sent canary-1234 and " +
                                               request.header("Authorization") +
                                               std::string(400, '.') + " and /x/canary-1234")};
  });
  ClientFixture fixture(server.url());
  fixture.options.secrets = {"canary-1234"};
  fixture.options.authorize = [](HttpRequest& request) {
    request.headers.emplace_back("Authorization", "Token made.on.the.way");
  };
  HttpClient client = fixture.client();
  const auto error =
      ClientFixture::error_of([&] { (void)client.send_ok({.path = "/x/canary-1234"}); });
  EXPECT_THAT(error.what(), AllOf(Not(HasSubstr("canary")), Not(HasSubstr("made.on.the.way")),
                                  HasSubstr("[secret]")));
}

TEST(EncodeSegmentTest, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(encode_segment("a-Z_0.9~"), "a-Z_0.9~");
  EXPECT_EQ(encode_segment("a/b c?é"), "a%2Fb%20c%3F%C3%A9");
}

}  // namespace
}  // namespace usher
