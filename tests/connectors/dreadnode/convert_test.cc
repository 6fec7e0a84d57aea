#include "connectors/dreadnode/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"

namespace usher::dreadnode {
namespace {

using ::testing::HasSubstr;

Account read(const std::string& text, std::string_view email_key = "user_email") {
  const JsonDocument document(text, "GET /users");
  return to_account(document.root(), email_key);
}

std::string text_of(const Account& account, std::string_view field) {
  const Value* value = account.fields.find(field);
  return value == nullptr ? "(none)" : to_text(*value);
}

TEST(DreadnodeConvertTest, AGrantIsReadAsDocumented) {
  const Account account = read(
      R"({"granted_at":"2026-01-02T03:04:05Z","id":"00000000-0000-4000-8000-000000000001",
          "permission":"owner","user_email":"Ann@example.com","user_id":"u-2","workspace_id":"w"})");
  EXPECT_EQ(account.remote_id, "u-2");  // not the id of the grant
  EXPECT_EQ(account.key, "Ann@example.com");
  EXPECT_EQ(text_of(account, "email"), "Ann@example.com");
  EXPECT_EQ(text_of(account, "permission"), "owner");
  EXPECT_EQ(account.untouchable, "");
}

TEST(DreadnodeConvertTest, TheAddressMayHaveAnyOfItsNames) {
  for (const char* name : {"user_email", "email", "member"}) {
    const std::string row =
        std::string(R"({"user_id":"u","permission":"reader",")") + name + R"(":"ann@example.com"})";
    EXPECT_EQ(read(row, "member").key, "ann@example.com") << name;
  }
  EXPECT_EQ(read(R"({"user_id":"u","permission":"reader","user_email":null,"email":"a@x"})").key,
            "a@x");
}

TEST(DreadnodeConvertTest, AnUnknownPermissionIsKeptAsItIs) {
  EXPECT_EQ(
      text_of(read(R"({"user_id":"u","permission":"Red Teamer","email":"a@x"})"), "permission"),
      "Red Teamer");
}

// never-again 52: what is guessed here would be taken for somebody else
TEST(DreadnodeConvertTest, WhatIsMissingOrOfAnotherKindIsNamedWithItsPlace) {
  struct Case {
    const char* row;
    const char* place;
  };
  for (const Case& c :
       {Case{R"({"permission":"reader","user_email":"a@x"})", "user_id"},
        Case{R"({"user_id":7,"permission":"reader","user_email":"a@x"})", "user_id"},
        Case{R"({"user_id":"","permission":"reader","user_email":"a@x"})", "user_id"},
        Case{R"({"user_id":"u","permission":"reader"})", "email"},
        Case{R"({"user_id":"u","permission":"reader","user_email":7})", "user_email"},
        Case{R"({"user_id":"u","permission":null,"user_email":"a@x"})", "permission"},
        Case{R"(["user_id"])", "its top"}}) {
    try {
      (void)read(c.row);
      ADD_FAILURE() << c.row;
    } catch (const ConnectorError& error) {
      EXPECT_EQ(error.kind, ErrorKind::kMalformed);
      EXPECT_THAT(error.what(), HasSubstr(c.place)) << c.row;
    }
  }
}

TEST(DreadnodeConvertTest, AGrantNamesTheAddressAsConfigured) {
  Change change;
  change.after = Fields();
  change.after->set("email", std::string("zoë@example.com"));
  change.after->set("permission", std::string("contributor"));
  EXPECT_EQ(to_body(change, "user_email"),
            R"({"permission":"contributor","user_email":"zoë@example.com"})");
  EXPECT_EQ(to_body(change, "email"), R"({"email":"zoë@example.com","permission":"contributor"})");
}

}  // namespace
}  // namespace usher::dreadnode
