#include "connectors/http/classify.h"

#include <gmock/gmock.h>

namespace usher {
namespace {

using testing::HasSubstr;

HttpRequest request(std::string method) {
  HttpRequest made;
  made.method = std::move(method);
  made.path = "/users/7?token=x";
  return made;
}

HttpResponse answer(int status, std::string body = "") {
  HttpResponse made;
  made.status = status;
  made.body = std::move(body);
  return made;
}

TEST(ClassifyTest, KnowsWhatEachStatusMeans) {
  using enum ErrorKind;
  const struct {
    int status;
    ErrorKind read, write;
  } cases[] = {
      {302, kRejected, kRejected},         {400, kRejected, kRejected},
      {401, kUnauthorized, kUnauthorized}, {403, kForbidden, kForbidden},
      {404, kNotFound, kNotFound},         {405, kUnsupported, kUnsupported},
      {408, kTransient, kTransient},       {409, kConflict, kConflict},
      {410, kNotFound, kNotFound},         {413, kRejected, kRejected},
      {418, kRejected, kRejected},         {422, kRejected, kRejected},
      {429, kRateLimited, kRateLimited},   {500, kTransient, kUnknownOutcome},
      {501, kUnsupported, kUnsupported},   {502, kTransient, kUnknownOutcome},
      {503, kTransient, kUnknownOutcome},  {504, kTransient, kUnknownOutcome},
      {599, kTransient, kUnknownOutcome},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(classify(request("GET"), answer(row.status)), row.read) << row.status;
    EXPECT_EQ(classify(request("POST"), answer(row.status)), row.write) << row.status;
    EXPECT_EQ(classify(request("DELETE"), answer(row.status)), row.write) << row.status;
  }
}

TEST(ClassifyTest, AWriteThatWasSentAwayForNowWasNotCarriedOut) {
  HttpResponse response = answer(503);
  response.headers.emplace_back("Retry-After", "5");
  EXPECT_EQ(classify(request("POST"), response), ErrorKind::kTransient);
}

TEST(MakeErrorTest, LetsTheConnectorOverrideTheKind) {
  const Redactor redactor({});
  ProviderError provider;
  provider.kind = ErrorKind::kNotFound;
  const auto error = make_error(request("GET"), answer(403), provider, {"h", redactor, {}});
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
}

TEST(MakeErrorTest, CutsLongWordsBetweenCharacters) {
  const Redactor redactor({});
  ProviderError provider;
  for (int i = 0; i < 200; ++i) provider.message += "é";
  provider.message.insert(0, "a");
  const std::string text =
      make_error(request("GET"), answer(400), provider, {"h", redactor, {}}).what();
  EXPECT_THAT(text, HasSubstr("é…"));
  EXPECT_EQ(text.find("\\x"), std::string::npos);
  EXPECT_LT(text.size(), 450U);
}

TEST(CommonErrorTest, IsReadFromEveryUsualShape) {
  const struct {
    std::string body, code, message;
  } cases[] = {
      {R"({"error":"seats_full","status":409,"description":"1 free"})", "seats_full", "1 free"},
      {R"({"status":"error","message":"no","error_code":"validation_error"})", "validation_error",
       "no"},
      {R"({"error":"Too many requests","message":"slow down"})", "", "slow down"},
      {R"({"error":"Too many requests"})", "", "Too many requests"},
      {R"({"schemas":[],"scimType":"uniqueness","detail":"taken"})", "uniqueness", "taken"},
      {R"({"error":{"nested":true}})", "", ""},
      {R"({"code":409,"detail":"taken","type":"already_exists_error"})", "already_exists_error",
       "taken"},
      {R"({"detail":"bad","errors":[{"loc":["body",0,"email"],"msg":"none"},{"msg":"odd"}]})", "",
       "bad; body.0.email: none; odd"},
      {R"({"errors":[{"location":"body.email","message":"none"}]})", "", "body.email: none"},
      {R"({"detail":[{"loc":["body"],"msg":"no body","type":"missing"}],"errors":"?"})", "",
       "body: no body"},
      {R"({"detail":[7,{"loc":{},"msg":[]}],"errors":{},"type":7})", "", ""},
      {"<html><head><TITLE>\nAttention </TITLE>", "", "an HTML page, Attention"},
      {"<!doctype html>", "", "an HTML page"},
      {"404 page not found\n", "", "404 page not found"},
      {"", "", ""},
  };
  for (const auto& row : cases) {
    const ProviderError error = read_common_error(answer(400, row.body));
    EXPECT_EQ(error.code, row.code) << row.body;
    EXPECT_EQ(error.message, row.message) << row.body;
  }
}

}  // namespace
}  // namespace usher
