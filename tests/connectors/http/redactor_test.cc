#include "connectors/http/redactor.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

// never-again 105
TEST(RedactorTest, BlotsSecretsInEveryForm) {
  Redactor redactor({"s3cret/one", "s3cret"});
  redactor.remember("made-on-the-way");
  const struct {
    std::string in, want;
  } cases[] = {
      {"a s3cret/one b", "a [secret] b"},
      {"a s3cret%2Fone b", "a [secret] b"},
      {"a czNjcmV0L29uZQ== b", "a [secret] b"},
      {"s3crets3cret", "[secret][secret]"},
      {"token made-on-the-way!", "token [secret]!"},
      {"Authorization: Bearer 0123456789abcdef", "Authorization: Bearer [secret]"},
      {"basic YW5uOnBAc3MxMjM0NTY3OA==", "basic [secret]"},
      {"Basic authentication is needed", "Basic authentication is needed"},
      {"got eyJhbGciOiJIUzI1NiJ9.eyJwIjoiYSJ9.h7vJ-TN_a, sorry", "got [secret], sorry"},
      {"eyJust a word. Two. Three", "eyJust a word. Two. Three"},
      {"nothing here", "nothing here"},
      {"", ""},
  };
  for (const auto& row : cases) EXPECT_EQ(redactor.scrub(row.in), row.want);
}

TEST(RedactorTest, LeavesTextsAloneThatAreTooShortToBeSecrets) {
  EXPECT_EQ(Redactor({"a", ""}).scrub("a banana"), "a banana");
}

}  // namespace
}  // namespace usher
