#include "connectors/polytomic/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher::polytomic {
namespace {

using ::testing::HasSubstr;

ProviderError read(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return read_error(response);
}

TEST(PolytomicErrorsTest, BothSchemasAreReadAndEveryMemberMayBeMissing) {
  struct Case {
    const char* body;
    const char* code;
    const char* message;
  };
  for (const Case& c :
       {Case{R"({"status":422,"key":"invalid_request","message":"no","metadata":{}})",
             "invalid_request", "no"},
        Case{R"({"code":16,"context":{},"error":"bad key","status":"Unauthorized"})", "",
             "bad key"},
        Case{"{}", "", ""}, Case{R"({"key":7,"message":null,"error":[1]})", "", ""}}) {
    const ProviderError error = read(422, c.body);
    EXPECT_EQ(error.code, c.code) << c.body;
    EXPECT_EQ(error.message, c.message) << c.body;
    EXPECT_EQ(error.kind, std::nullopt) << c.body;
  }
}

TEST(PolytomicErrorsTest, APageWith404DoesNotProveThatAnybodyIsGone) {
  EXPECT_EQ(read(404, "<html>Not Found</html>").kind, ErrorKind::kMalformed);
  EXPECT_EQ(read(404, R"({"message":"no such user"})").kind, std::nullopt);
  EXPECT_EQ(read(404, "{}").kind, std::nullopt);
}

TEST(PolytomicErrorsTest, ASuccessThatIsNoneIsMalformedWhateverItSays) {
  EXPECT_EQ(read(200, R"({"status":500,"message":"no"})").kind, ErrorKind::kMalformed);
  EXPECT_EQ(read(200, "").kind, ErrorKind::kMalformed);
}

TEST(PolytomicErrorsTest, ARefusedCredentialNamesTheSettingThatMayBeWrong) {
  const auto told = [](ErrorKind kind, bool by_partner, const char* path = "/api/x") {
    return advice(kind, path, by_partner);
  };
  EXPECT_THAT(told(ErrorKind::kUnauthorized, false), HasSubstr("needs `organization`"));
  EXPECT_THAT(told(ErrorKind::kForbidden, true), HasSubstr("must be a partner key"));
  EXPECT_THAT(told(ErrorKind::kForbidden, true, "/api/permissions/roles"), HasSubstr("Basic"));
  EXPECT_EQ(told(ErrorKind::kTransient, true), "");
}

}  // namespace
}  // namespace usher::polytomic
