#include "connectors/http/exchange.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

ProviderError error_in(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return read_error_at({[](const Json& root) { return root.get("error"); }}, response);
}

TEST(ErrorPlaceTest, CodeAndMessageAreReadWhereTheyAre) {
  const ProviderError error = error_in(422, R"({"error": {"code": "full", "message": "No seat"}})");
  EXPECT_EQ(error.code, "full");
  EXPECT_EQ(error.message, "No seat");
  EXPECT_FALSE(error.kind.has_value());
}

TEST(ErrorPlaceTest, AnythingElseIsLeftToItsStatus) {
  for (const char* body : {"", "{}", "[]", "oops", R"({"error": "x"})", R"({"error": [1]})",
                           R"({"error": {"code": 7, "message": null}})", "<html></html>"}) {
    const ProviderError error = error_in(500, body);
    EXPECT_EQ(error.code, "") << body;
    EXPECT_FALSE(error.kind.has_value()) << body;
  }
}

TEST(ErrorPlaceTest, APlaceThatIsNotThereDoesNotThrow) {
  const HttpResponse response{.status = 400, .headers = {}, .body = R"({"errors": 3})"};
  const ErrorPlace place{[](const Json& root) { return root.get("errors").elements().front(); }};
  EXPECT_EQ(read_error_at(place, response).code, "");
}

// A proxy's page, or a wrong `url`.
TEST(ErrorPlaceTest, A404WithoutAnObjectDoesNotMeanThatSomebodyIsGone) {
  EXPECT_EQ(error_in(404, "<html></html>").kind, ErrorKind::kMalformed);
  EXPECT_FALSE(error_in(404, R"({"error": {"code": "no_such_user"}})").kind.has_value());
}

}  // namespace
}  // namespace usher
