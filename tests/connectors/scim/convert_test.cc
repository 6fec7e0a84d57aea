#include "connectors/scim/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"
#include "tests/connectors/recording.h"

namespace usher::scim {
namespace {

using test::text;

Account read_user(const std::string& body) {
  const JsonDocument document(body, "a user");
  return to_account(document.root());
}

bool is_refused(const std::string& body) {
  try {
    (void)read_user(body);
  } catch (const ConnectorError& error) {
    return error.kind == ErrorKind::kMalformed;
  }
  return false;
}

TEST(ScimConvertTest, AUserIsReadWithEverythingThatCanBeMapped) {
  const Account account = read_user(R"({"id": "7", "userName": "Ann@x", "active": true,
    "name": {"givenName": "Ann", "familyName": "Ng"}, "title": "CEO",
    "emails": [{"type": "home", "value": "h@x"}, {"type": "work", "value": "w@x"}],
    "addresses": [{"type": "work", "locality": "Bremen"}],
    "roles": [{"value": "b"}, {"value": "a"}, "b"],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales",
      "manager": {"value": "9"}}, "meta": {"created": "2026-01-01T00:00:00Z"}})");
  EXPECT_EQ(account.remote_id, "7");
  EXPECT_EQ(account.key, "Ann@x");
  EXPECT_EQ(account.status, AccountStatus::kActive);
  EXPECT_EQ(account.created_at, "2026-01-01T00:00:00Z");
  EXPECT_EQ(text(account, "name.givenName"), "Ann");
  EXPECT_EQ(text(account, "emails[type eq \"work\"].value"), "w@x");
  EXPECT_EQ(text(account, "emails[type eq \"home\"].value"), "h@x");
  EXPECT_EQ(text(account, "addresses[type eq \"work\"].locality"), "Bremen");
  EXPECT_EQ(text(account, "roles"), "a, b");
  EXPECT_EQ(text(account, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
            "Sales");
  EXPECT_EQ(
      text(account, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"),
      "9");
}

// RFC 7643 section 2.1, and what services are seen to write.
TEST(ScimConvertTest, ManySpellingsMeanTheSame) {
  struct Row {
    const char* body;
    const char* field;
    const char* want;
  };
  constexpr Row kRows[]{
      {R"({"ID": 7, "USERNAME": "ann"})", "userName", "ann"},
      {R"({"id": "7", "userName": "ann", "active": "True"})", "active", "true"},
      {R"({"id": "7", "userName": "ann", "active": "false"})", "active", "false"},
      {R"({"id": "7", "userName": "ann", "name.formatted": "Ann Ng"})", "name.formatted", "Ann Ng"},
      {R"({"id": "7", "userName": "ann", "title": null})", "title", "(absent)"},
      {R"({"id": "7", "userName": "ann", "title": []})", "title", "(absent)"},
      {R"({"id": "7", "userName": "ann", "title": ""})", "title", "(absent)"},
      {R"({"id": "7", "userName": "ann", "title": ["CEO"]})", "title", "CEO"},
      {R"({"id": "7", "userName": "ann", "title": 7})", "title", "7"},
      {R"({"id": "7", "userName": "ann", "emails": null})", "emails[type eq \"work\"].value",
       "(absent)"},
      {R"({"id": "7", "userName": "ann", "emails": [{"value": "w@x"}]})",
       "emails[type eq \"work\"].value", "w@x"},
      {R"({"id": "7", "userName": "ann", "emails": {"type": "WORK", "value": "w@x"}})",
       "emails[type eq \"work\"].value", "w@x"},
      {R"({"id": "7", "userName": "ann", "emails": [{"type": "work", "value": "a@x"},
          {"type": "work", "value": "b@x", "primary": true}]})",
       "emails[type eq \"work\"].value", "b@x"},
      {R"({"id": "7", "userName": "ann",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user":
          {"Department": "Sales", "manager": "9"}})",
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "Sales"},
      {R"({"id": "7", "userName": "ann",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": "9"}})",
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", "9"},
  };
  for (const Row& row : kRows) {
    const Account account = read_user(row.body);
    EXPECT_EQ(account.remote_id, "7") << row.body;
    EXPECT_EQ(text(account, row.field), row.want) << row.body;
  }
}

TEST(ScimConvertTest, WithoutIdOrNameThereIsNobody) {
  for (const char* body :
       {R"({"userName": "ann"})", R"({"id": "7"})", R"({"id": "", "userName": "ann"})",
        R"({"id": "7", "userName": null})", R"({"id": "7", "userName": []})", R"([])", R"("ann")",
        R"({"id": "7", "userName": {"a": 1}})", R"({"id": "7", "userName": "a", "active": 7})",
        R"({"id": "7", "userName": "a", "title": {"x": 1}})"}) {
    EXPECT_TRUE(is_refused(body)) << body;
  }
}

TEST(ScimConvertTest, WhoeverDoesNotSayIsActive) {
  EXPECT_EQ(read_user(R"({"id": "7", "userName": "a"})").status, AccountStatus::kActive);
  EXPECT_EQ(read_user(R"({"id": "7", "userName": "a", "active": false})").status,
            AccountStatus::kInactive);
}

// C35
TEST(ScimConvertTest, AFilterEscapesWhatItIsAskedFor) {
  EXPECT_EQ(equals_filter("userName", "a\"b\\c+ü\n"), "userName eq \"a\\\"b\\\\c+ü\\n\"");
}

TEST(ScimConvertTest, ALocationCountsOnlyOnTheSameService) {
  constexpr const char* kBase = "https://x.example/scim/v2";
  EXPECT_EQ(id_of_location("https://x.example/scim/v2/Users/7", kBase), "7");
  EXPECT_EQ(id_of_location("/scim/v2/Users/7", kBase), "7");
  for (const char* other :
       {"", "https://evil.example/scim/v2/Users/7", "//evil.example/scim/v2/Users/7", "Users/7",
        "https://x.example/scim/v2/", "https://x.example/scim/v2/Users/7?x=1",
        "https://x.example/scim/v2x/Users/7"}) {
    EXPECT_EQ(id_of_location(other, kBase), "") << other;
  }
}

// C37
TEST(ScimConvertTest, WhereOneValueIsTakenTheWorkOneIsWanted) {
  Account desired;
  desired.fields.set("emails[type eq \"home\"].value", std::string("h@x"));
  desired.fields.set("emails[type eq \"work\"].value", std::string("w@x"));
  EXPECT_EQ(to_canonical(desired, *find_profile("generic")).fields.size(), 2U);
  const Account one = to_canonical(desired, *find_profile("aws-iam-identity-center"));
  EXPECT_EQ(text(one, "emails[type eq \"work\"].value"), "w@x");
  EXPECT_EQ(text(one, "emails[type eq \"home\"].value"), "(absent)");
}

}  // namespace
}  // namespace usher::scim
