#include "daemon/service/http_server.h"

#include <gtest/gtest.h>

#include "tests/daemon/service/http_get.h"

namespace usher {
namespace {

HttpAnswer echo(const std::string& path) {
  return {path == "/gone" ? 404 : 200, "text/x-test", "page " + path};
}

TEST(HttpServerTest, ServesPagesOnAPortOfTheSystemsChoice) {
  const HttpServer server("127.0.0.1:0", echo);
  const Page page = http_get(server.address(), "/metrics?debug=1");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/x-test");
  EXPECT_EQ(page.body, "page /metrics");
}

TEST(HttpServerTest, ThePagesSayWhatIsNotThere) {
  const HttpServer server("127.0.0.1:0", echo);
  EXPECT_EQ(http_get(server.address(), "/gone").status, 404);
}

TEST(HttpServerTest, OnlyReadsAreAnswered) {
  const HttpServer server("127.0.0.1:0", echo);
  EXPECT_EQ(http_get(server.address(), "/", "POST").status, 405);
  const Page head = http_get(server.address(), "/", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
}

TEST(HttpServerTest, APortThatIsTakenIsSaidSo) {
  const HttpServer first("127.0.0.1:0", echo);
  try {
    const HttpServer second(first.address(), echo);
    FAIL() << "shares the port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(first.address()), std::string::npos);
  }
}

}  // namespace
}  // namespace usher
