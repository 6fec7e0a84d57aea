#include "connectors/taskschmiede/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace usher::taskschmiede {
namespace {

using ::testing::HasSubstr;

std::string framed(const nlohmann::json& message) {
  return "event: message\ndata: " + message.dump() + "\n\n";
}

HttpResponse tool_error(const std::string& text) {
  const nlohmann::json result{{"content", {{{"type", "text"}, {"text", text}}}}, {"isError", true}};
  return {200, {{"Content-Type", "text/event-stream"}}, framed({{"id", 1}, {"result", result}})};
}

HttpResponse tool_code(const std::string& code, const std::string& message = "m") {
  return tool_error(nlohmann::json{{"error", {{"code", code}, {"message", message}}}}.dump());
}

HttpResponse rpc_error(const nlohmann::json& error) {
  return {200, {{"Content-Type", "text/event-stream"}}, framed({{"id", 1}, {"error", error}})};
}

HttpResponse rest(int status, const std::string& body, const char* type = "application/json") {
  return {status, {{"Content-Type", type}}, body};
}

// Both the documented and the observed codes.
TEST(TaskschmiedeErrorsTest, EveryCodeOfAToolHasAMeaning) {
  struct Case {
    const char* code;
    ErrorKind kind;
    const char* known_as;
  };
  for (const Case& each :
       {Case{"not_authenticated", ErrorKind::kUnauthorized, "not_authenticated"},
        Case{"session_expired", ErrorKind::kUnauthorized, "session_expired"},
        Case{"invalid_credentials", ErrorKind::kUnauthorized, "invalid_credentials"},
        Case{"unauthorized", ErrorKind::kForbidden, "unauthorized"},
        Case{"forbidden", ErrorKind::kForbidden, "forbidden"},
        Case{"onboarding_required", ErrorKind::kForbidden, "onboarding_required"},
        Case{"not_found", ErrorKind::kNotFound, "not_found"},
        Case{"conflict", ErrorKind::kConflict, "conflict"},
        Case{"email_exists", ErrorKind::kConflict, "conflict"},
        Case{"already_member", ErrorKind::kConflict, "already_member"},
        Case{"invalid_email", ErrorKind::kRejected, "invalid_input"},
        Case{"weak_password", ErrorKind::kRejected, "invalid_input"},
        Case{"rate_limited", ErrorKind::kRateLimited, "rate_limited"},
        Case{"tier_limit", ErrorKind::kRateLimited, "tier_limit"},
        Case{"internal_error", ErrorKind::kUnknownOutcome, "internal_error"},
        Case{"something_new", ErrorKind::kRejected, "something_new"}}) {
    const ProviderError error = read_error(tool_code(each.code));
    EXPECT_EQ(error.kind, each.kind) << each.code;
    EXPECT_EQ(error.code, each.known_as);
  }
}

TEST(TaskschmiedeErrorsTest, AMembershipThatIsThereIsKnownByItsWords) {
  const auto seen = read_error(tool_code("invalid_input", "resource already in organization"));
  EXPECT_EQ(seen.code, "already_member");
  EXPECT_EQ(read_error(tool_code("invalid_input", "role is required")).code, "invalid_input");
}

TEST(TaskschmiedeErrorsTest, ATextThatIsNotJsonIsTakenAsItIs) {
  const ProviderError error =
      read_error(tool_error(R"({"error":{"code":"not_found","message":"no "Ann" here"}})"));
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
  EXPECT_THAT(error.message, HasSubstr(R"(no "Ann" here)"));
  EXPECT_EQ(read_error(tool_error("it broke")).message, "it broke");
  EXPECT_EQ(read_error(tool_error("it broke")).kind, ErrorKind::kRejected);
}

TEST(TaskschmiedeErrorsTest, RestMeansTheTokenWhereAToolMeansTheRight) {
  const char* body = R"({"error":{"code":"unauthorized","message":"Invalid or expired token"}})";
  EXPECT_EQ(read_error(rest(401, body)).kind, ErrorKind::kUnauthorized);
  EXPECT_EQ(read_error(tool_code("unauthorized")).kind, ErrorKind::kForbidden);
}

TEST(TaskschmiedeErrorsTest, AForgottenSessionIsALineOfText) {
  const ProviderError error = read_error(rest(404, "session not found\n", "text/plain"));
  EXPECT_EQ(error.code, kSessionLost);
  EXPECT_TRUE(is_session_lost({ErrorKind::kTransient, "", error.code}));
}

TEST(TaskschmiedeErrorsTest, APageOf404SaysThatTheUrlIsWrong) {
  EXPECT_EQ(read_error(rest(404, "<html>", "text/html")).kind, ErrorKind::kMalformed);
  EXPECT_EQ(read_error(rest(404, "404 page not found", "text/plain")).message,
            "404 page not found");
}

TEST(TaskschmiedeErrorsTest, JsonRpcHasErrorsOfItsOwn) {
  EXPECT_EQ(read_error(rpc_error({{"code", -32602}, {"message", "unknown tool"}})).kind,
            ErrorKind::kUnsupported);
  EXPECT_EQ(read_error(rpc_error({{"code", -32603}, {"message", "boom"}})).kind,
            ErrorKind::kUnknownOutcome);
  EXPECT_EQ(read_error(rpc_error({{"code", -32000}, {"data", {{"type", "rate_limit"}}}})).kind,
            ErrorKind::kRateLimited);
  EXPECT_EQ(read_error(rpc_error({{"code", 0},
                                  {"message",
                                   "method \"tools/call\" is invalid during session "
                                   "initialization"}}))
                .code,
            kSessionLost);
}

TEST(TaskschmiedeErrorsTest, NoBodyIsTooOddToRead) {
  for (const char* body : {"", "null", "[]", "7", "{}", R"({"error":7})", R"({"error":"no"})",
                           R"({"result":7})", R"({"error":{"code":{},"message":[]}})"}) {
    EXPECT_NO_THROW((void)read_error(rest(400, body))) << body;
    EXPECT_NO_THROW((void)read_error({200, {{"Content-Type", "text/event-stream"}}, body}));
  }
}

TEST(TaskschmiedeErrorsTest, AToolThatIsAskedTooOftenSays429InA200) {
  HttpResponse limited = tool_code("rate_limited");
  correct_status(limited);
  EXPECT_EQ(limited.status, 429);
  HttpResponse other = tool_code("not_found", "no user is called rate_limited");
  correct_status(other);
  EXPECT_EQ(other.status, 200);
  HttpResponse fine = rest(200, R"({"data":{"name":"rate_limited"}})");
  correct_status(fine);
  EXPECT_EQ(fine.status, 200);
}

TEST(TaskschmiedeErrorsTest, OnlyALostLoginIsWorthANewOne) {
  EXPECT_TRUE(is_session_lost({ErrorKind::kUnauthorized, "", "session_expired"}));
  EXPECT_TRUE(is_session_lost({ErrorKind::kUnauthorized, "", "unauthorized"}));
  EXPECT_FALSE(is_session_lost({ErrorKind::kForbidden, "", "unauthorized"}));
  EXPECT_FALSE(is_session_lost({ErrorKind::kUnauthorized, "", "invalid_credentials"}));
  EXPECT_FALSE(is_session_lost({ErrorKind::kNotFound, "", "not_found"}));
}

}  // namespace
}  // namespace usher::taskschmiede
