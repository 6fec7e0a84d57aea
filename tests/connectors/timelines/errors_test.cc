#include "connectors/timelines/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher::timelines {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kQuotaEnd = 1796079600;

ProviderError read(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return read_error(response, kQuotaEnd);
}

// C24, C26, C30
TEST(TimelinesErrorsTest, ACodeDecidesWhateverTheStatus) {
  struct Case {
    int status;
    const char* code;
    ErrorKind want;
  };
  for (const Case& c : {Case{401, "missing_credentials", ErrorKind::kUnauthorized},
                        Case{401, "invalid_token", ErrorKind::kUnauthorized},
                        Case{403, "member_not_found", ErrorKind::kForbidden},
                        Case{403, "permission_denied", ErrorKind::kForbidden},
                        Case{403, "insufficient_scope", ErrorKind::kForbidden},
                        Case{403, "plan_feature_unavailable", ErrorKind::kForbidden},
                        Case{403, "quota_exceeded", ErrorKind::kRateLimited},
                        Case{429, "rate_limit_exceeded", ErrorKind::kRateLimited},
                        Case{400, "validation_error", ErrorKind::kRejected},
                        Case{404, "not_found", ErrorKind::kNotFound},
                        Case{405, "not_supported", ErrorKind::kUnsupported}}) {
    const ProviderError error =
        read(c.status,
             std::string(R"({"status":"error","message":"m","error_code":")") + c.code + "\"}");
    EXPECT_EQ(error.code, c.code);
    EXPECT_EQ(error.kind, c.want) << c.code;
  }
}

// C24
TEST(TimelinesErrorsTest, EveryShapeOfAnErrorIsRead) {
  struct Case {
    const char* body;
    const char* code;
    const char* message;
  };
  for (const Case& c :
       {Case{R"({"status":"error","message":"Token missing"})", "", "Token missing"},
        Case{R"({"error":"Too many requests","message":"Slow down"})", "", "Slow down"},
        Case{R"({"error":"seats_full","status":409,"description":"1 free"})", "", "1 free"},
        Case{R"({"status":"error","message":"no","error_code":"validation_error",
                                 "errors":[{"fields":["email"],"msg":"not valid"}]})",
             "validation_error", "no; email: not valid"},
        Case{R"({"message":{},"error_code":[1],"errors":"?","status":7})", "", ""}}) {
    const ProviderError error = read(400, c.body);
    EXPECT_EQ(error.code, c.code) << c.body;
    EXPECT_EQ(error.message, c.message) << c.body;
  }
}

// C27
TEST(TimelinesErrorsTest, APageInsteadOfAnAnswerIsNotTheApplicationsRefusal) {
  EXPECT_EQ(read(403, "<html>Attention required</html>").kind, ErrorKind::kTransient);
  EXPECT_EQ(read(502, "<html>").kind, std::nullopt);
}

// C17, C28
TEST(TimelinesErrorsTest, APageWith404IsNotAnAccountThatIsGone) {
  EXPECT_EQ(read(404, "<html>Not Found</html>").kind, ErrorKind::kMalformed);
  EXPECT_EQ(read(404, R"({"status":"error","message":"Teammate 9 not found"})").kind, std::nullopt);
}

// C25
TEST(TimelinesErrorsTest, AnErrorInsideA200IsAnError) {
  EXPECT_EQ(read(200, R"({"status":"error","message":"no"})").kind, ErrorKind::kRejected);
  EXPECT_EQ(read(200, R"({"status":"error","error_code":"internal_error"})").kind,
            ErrorKind::kUnknownOutcome);
  EXPECT_EQ(read(200, R"({"status":"error","error_code":"invalid_token"})").kind,
            ErrorKind::kUnauthorized);
}

// C26
TEST(TimelinesErrorsTest, AUsedUpQuotaIsNotWaitedForButDated) {
  const ProviderError quota = read(429, R"({"status":"error","error_code":"quota_exceeded"})");
  EXPECT_FALSE(quota.retry);
  EXPECT_EQ(quota.retry_at, kQuotaEnd);
  EXPECT_TRUE(read(429, R"({"status":"error","error_code":"rate_limit_exceeded"})").retry);
  EXPECT_TRUE(read(429, "<html>slow down</html>").retry);
}

// C29
TEST(TimelinesErrorsTest, OnlyARefusalWithoutAnotherReasonMayMeanNoSeat) {
  const auto may = [](ErrorKind kind, const char* code, int status) {
    return may_mean_no_seat(ConnectorError(kind, "m", code, status));
  };
  EXPECT_TRUE(may(ErrorKind::kRejected, "validation_error", 400));
  EXPECT_TRUE(may(ErrorKind::kRateLimited, "quota_exceeded", 403));
  EXPECT_TRUE(may(ErrorKind::kForbidden, "", 403));
  EXPECT_TRUE(may(ErrorKind::kConflict, "", 409));
  EXPECT_FALSE(may(ErrorKind::kForbidden, "permission_denied", 403));
  EXPECT_FALSE(may(ErrorKind::kUnauthorized, "", 401));
  EXPECT_FALSE(may(ErrorKind::kRateLimited, "rate_limit_exceeded", 429));
  EXPECT_FALSE(may(ErrorKind::kUnknownOutcome, "", 500));
}

// C30
TEST(TimelinesErrorsTest, WhoLostMembershipOrRoleIsToldToGetANewToken) {
  EXPECT_THAT(advice(ErrorKind::kForbidden, "member_not_found"), HasSubstr("new token"));
  EXPECT_THAT(advice(ErrorKind::kForbidden, "permission_denied"), HasSubstr("Owner or Admin"));
  EXPECT_EQ(advice(ErrorKind::kTransient, ""), "");
}

}  // namespace
}  // namespace usher::timelines
