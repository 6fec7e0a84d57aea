#include "connectors/timelines_partner/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher::timelines_partner {
namespace {

using ::testing::HasSubstr;

ProviderError read(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return read_error(response);
}

// C7, C8: which status goes with them is not published
TEST(PartnerErrorsTest, ACodeDecidesWhateverTheStatus) {
  struct Case {
    const char* code;
    ErrorKind want;
  };
  for (const Case& c :
       {Case{"invalid_signature", ErrorKind::kUnauthorized},
        Case{"token_decode_error", ErrorKind::kUnauthorized},
        Case{"partner_not_found", ErrorKind::kUnauthorized},
        Case{"partner_not_active", ErrorKind::kUnauthorized},
        Case{"missing_header", ErrorKind::kUnauthorized},
        Case{"missing_claim", ErrorKind::kUnauthorized},
        Case{"timestamp_out_of_range", ErrorKind::kUnauthorized},
        Case{"token_not_active", ErrorKind::kUnauthorized},
        Case{"workspace_not_found", ErrorKind::kForbidden},
        Case{"workspace_not_owned_by_partner", ErrorKind::kForbidden},
        Case{"workspace_billing_managed", ErrorKind::kForbidden},
        Case{"seats_full", ErrorKind::kConflict}, Case{"user_not_found", ErrorKind::kNotFound},
        Case{"user_not_in_workspace", ErrorKind::kNotFound},
        Case{"invalid_request", ErrorKind::kRejected}}) {
    for (const int status : {400, 401, 403, 404, 409}) {
      const ProviderError error = read(
          status, std::string(R"({"error":")") + c.code + R"(","status":1,"description":"d"})");
      EXPECT_EQ(error.kind, c.want) << c.code << " " << status;
      EXPECT_FALSE(error.retry);
    }
  }
}

// C24
TEST(PartnerErrorsTest, TheLimitersSentenceIsNoCode) {
  const ProviderError error = read(429, R"({"error":"Too many requests","message":"Slow down"})");
  EXPECT_EQ(error.code, "");
  EXPECT_EQ(error.message, "Slow down");
  EXPECT_TRUE(error.retry);
}

// C24
TEST(PartnerErrorsTest, AnUnknownCodeIsKeptAndTheStatusDecides) {
  const ProviderError error = read(418, R"({"error":"brand_new","status":418})");
  EXPECT_EQ(error.code, "brand_new");
  EXPECT_EQ(error.kind, std::nullopt);
}

// C24
TEST(PartnerErrorsTest, ValuesOfAnotherKindAreTolerated) {
  EXPECT_EQ(read(500, R"({"error":{"a":1},"status":"x","description":[]})").message, "");
}

// C10, C28
TEST(PartnerErrorsTest, APageWith404IsNotAUserWhoIsGone) {
  EXPECT_EQ(read(404, "<html>").kind, ErrorKind::kMalformed);
  EXPECT_EQ(read(403, "<html>").kind, ErrorKind::kTransient);
}

TEST(PartnerErrorsTest, TheNextStepIsNamed) {
  EXPECT_THAT(advice(ErrorKind::kUnauthorized, "invalid_signature"), HasSubstr("partner_secret"));
  EXPECT_THAT(advice(ErrorKind::kForbidden, ""), HasSubstr("check `workspace`"));
  EXPECT_THAT(advice(ErrorKind::kConflict, "seats_full"), HasSubstr("Nothing was created"));
}

}  // namespace
}  // namespace usher::timelines_partner
