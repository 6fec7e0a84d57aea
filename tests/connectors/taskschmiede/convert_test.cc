#include "connectors/taskschmiede/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "connectors/error.h"

namespace usher::taskschmiede {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kUser = R"({"id": "usr_1", "name": "Ann", "email": "Ann@example.com",
  "status": "active", "is_admin": false, "login_count": 0, "tier": 1, "user_type": "human",
  "metadata": {"dept": "x", "level": 5, "nested": {"a": [1]}, "none": null},
  "resource_id": "res_1", "external_id": "hr-1", "created_at": "2026-01-02T03:04:05Z",
  "organizations": [{"id": "org_1", "name": "One", "role": "admin"}, {"id": "org_2", "name": "Two"}]})";

User user(const std::string& text = kUser) {
  const JsonDocument document(text, "ts.usr.get");
  return to_user(document.root());
}

std::string text_of(const Account& account, const char* name) {
  const Value* value = account.fields.find(name);
  return value == nullptr ? "(none)" : to_text(*value);
}

Change creation(std::initializer_list<std::pair<const char*, std::string>> values) {
  Change change;
  change.action = Action::kCreate;
  change.after = Fields{};
  for (const auto& [name, value] : values) change.after->set(name, value);
  return change;
}

std::string refusal(const Change& change) {
  try {
    (void)to_new_user(change);
  } catch (const ConnectorError& error) {
    EXPECT_EQ(error.kind, ErrorKind::kRejected);
    return error.what();
  }
  return "";
}

TEST(TaskschmiedeConvertTest, AUserBecomesAnAccountWithTheRoleOfItsMembership) {
  const Account account = to_account(user(), *user().role_in("org_1"));
  EXPECT_EQ(account.remote_id, "usr_1");
  EXPECT_EQ(account.key, "Ann@example.com");
  EXPECT_EQ(account.created_at, "2026-01-02T03:04:05Z");
  EXPECT_EQ(text_of(account, "name"), "Ann");
  EXPECT_EQ(text_of(account, "role"), "admin");
  EXPECT_EQ(text_of(account, "external_id"), "hr-1");
}

TEST(TaskschmiedeConvertTest, EachMemberOfTheMetadataIsAnAttribute) {
  const Account account = to_account(user(), "");
  EXPECT_EQ(text_of(account, "metadata.dept"), "x");
  EXPECT_EQ(text_of(account, "metadata.level"), "5");
  EXPECT_EQ(text_of(account, "metadata.nested"), R"({"a":[1]})");
  EXPECT_EQ(text_of(account, "metadata.none"), "(none)");
  EXPECT_EQ(text_of(account, "role"), "(none)");
}

TEST(TaskschmiedeConvertTest, WhoIsInNoOrganisationIsNoMember) {
  EXPECT_EQ(user().role_in("org_2"), "");
  EXPECT_EQ(user().role_in("org_3"), std::nullopt);
}

TEST(TaskschmiedeConvertTest, WhatIsLeftOutOrNullIsSurvived) {
  const User found = user(R"({"id":"u","email":"a@b.c","status":"active","metadata":null})");
  EXPECT_EQ(found.name, "");
  EXPECT_EQ(found.resource_id, "");
  EXPECT_TRUE(found.metadata.empty());
}

TEST(TaskschmiedeConvertTest, AUserWithoutIdAddressOrStatusCannotBeBelieved) {
  for (const char* text :
       {R"({"email":"a@b.c","status":"active"})", R"({"id":"u","status":"active"})",
        R"({"id":"u","email":"","status":"active"})", R"({"id":"u","email":"a@b.c"})",
        R"({"id":[],"email":"a@b.c","status":"x"})",
        R"({"id":"u","email":"a@b.c","status":"active","metadata":[]})"}) {
    EXPECT_THROW((void)user(text), ConnectorError) << text;
  }
}

TEST(TaskschmiedeConvertTest, AnyTextMayBeAStatus) {
  EXPECT_EQ(to_status("active"), AccountStatus::kActive);
  EXPECT_EQ(to_status("inactive"), AccountStatus::kInactive);
  EXPECT_EQ(to_status("suspended"), AccountStatus::kInactive);
  EXPECT_EQ(to_status("zzz"), AccountStatus::kUnknown);
}

TEST(TaskschmiedeConvertTest, BothEnvelopesOfAListAreRead) {
  for (const char* text :
       {R"({"users":[{"id":"u","email":"a@b.c","status":"x"},{"id":7}],"total":9})",
        R"({"data":[{"id":"u","email":"a@b.c","status":"x"},{}],"meta":{"total":9}})"}) {
    const JsonDocument document(text, "ts.usr.list");
    std::size_t readable = 0;
    const UserPage page = read_users(document.root(), [&](const User&) { ++readable; });
    EXPECT_EQ(page.rows, 2U);
    EXPECT_EQ(page.total, 9U);
    EXPECT_EQ(readable, 1U);
    EXPECT_THAT(page.faults, SizeIs(1));
  }
}

TEST(TaskschmiedeConvertTest, APageOfRowsThatCannotBeReadIsNoPage) {
  const auto read = [](int broken) {
    std::string rows = "7";
    for (int i = 1; i < broken; ++i) rows += ",7";
    const JsonDocument document(R"({"total":9,"users":[)" + rows + "]}", "ts.usr.list");
    return read_users(document.root(), [](const User&) {}).faults.size();
  };
  EXPECT_EQ(read(5), 5U);
  EXPECT_THROW((void)read(6), ConnectorError);
}

TEST(TaskschmiedeConvertTest, AListWithoutRowsOrTotalIsNoList) {
  for (const char* text : {"{}", R"({"users":[]})", R"({"total":0})", R"({"users":{},"total":0})",
                           R"({"users":[],"total":-1})", R"({"data":null,"meta":{"total":0}})"}) {
    const JsonDocument document(text, "ts.usr.list");
    EXPECT_THROW((void)read_users(document.root(), [](const User&) {}), ConnectorError) << text;
  }
}

TEST(TaskschmiedeConvertTest, AMemberWithoutAnAccountIsCountedOnly) {
  const JsonDocument document(
      R"({"members":[{"resource_id":"res_1","role":"member"},{"user_id":"u","role":"owner"}]})",
      "ts.org.list_members");
  const MemberList list = to_members(document.root());
  EXPECT_EQ(list.rows, 2U);
  ASSERT_THAT(list.members, SizeIs(1));
  EXPECT_EQ(list.members[0].role, "owner");
}

TEST(TaskschmiedeConvertTest, AThousandMembersMayBeMore) {
  MemberList list;
  list.rows = 999;
  EXPECT_FALSE(list.may_be_cut());
  list.rows = 1000;
  EXPECT_TRUE(list.may_be_cut());
}

TEST(TaskschmiedeConvertTest, TextsAreCleanedAsTheServerDoes) {
  EXPECT_EQ(clean_text("  Ann\u200B \x01Lee\u0085 "), "Ann Lee");
  EXPECT_EQ(clean_text("Zoe\u0308"), "Zo\u00EB");
  EXPECT_EQ(clean_text(" \uFEFF "), "");
}

TEST(TaskschmiedeConvertTest, TheCanonicalFormFoldsAddressesAndRoles) {
  Account desired;
  desired.key = "Ann@Example.com ";
  desired.fields.set("email", std::string("Ann@Example.com"));
  desired.fields.set("role", std::string("Admin"));
  desired.fields.set("name", std::string(" Ann  Lee"));
  desired.fields.set("metadata.Dept", std::string("Sales "));
  const Account canonical = to_canonical(desired);
  EXPECT_EQ(canonical.key, "ann@example.com");
  EXPECT_EQ(text_of(canonical, "email"), "ann@example.com");
  EXPECT_EQ(text_of(canonical, "role"), "admin");
  EXPECT_EQ(text_of(canonical, "name"), "Ann  Lee");
  EXPECT_EQ(text_of(canonical, "metadata.Dept"), "Sales");
  EXPECT_EQ(to_canonical(canonical).fields, canonical.fields);
}

TEST(TaskschmiedeConvertTest, ANewUserIsAMemberUnlessTheMappingSaysMore) {
  const NewUser plain = to_new_user(creation({{"email", "A@b.example"}, {"name", "A"}}));
  EXPECT_EQ(plain.email, "a@b.example");
  EXPECT_EQ(plain.role, "member");
  EXPECT_EQ(plain.metadata, "");
  const NewUser full = to_new_user(creation({{"email", "a@b.example"},
                                             {"name", "A"},
                                             {"role", "owner"},
                                             {"external_id", "E1"},
                                             {"metadata.dept", "x"},
                                             {"metadata.empty", ""}}));
  EXPECT_EQ(full.role, "owner");
  EXPECT_EQ(full.external_id, "E1");
  EXPECT_EQ(full.metadata, R"({"dept":"x"})");
}

TEST(TaskschmiedeConvertTest, WhatTheServerWouldStoreWithoutALookDoesNotLeave) {
  EXPECT_THAT(refusal(creation({{"email", "a@b.example"}})), HasSubstr("no name"));
  EXPECT_THAT(refusal(creation({{"email", "a@b.example"}, {"name", " \u200B"}})),
              HasSubstr("no name"));
  EXPECT_THAT(refusal(creation({{"name", "A"}})), HasSubstr("no e-mail address"));
  for (const char* address : {"a", "a@b", "@b.example", "a.b"}) {
    EXPECT_THAT(refusal(creation({{"email", address}, {"name", "A"}})),
                HasSubstr("no e-mail address"))
        << address;
  }
  EXPECT_THAT(refusal(creation({{"email", "\u202Ea@b.example"}, {"name", "A"}})),
              HasSubstr("cannot be used"));
  EXPECT_THAT(refusal(creation({{"email", "a@b.example"}, {"name", "A"}, {"role", "bogus"}})),
              HasSubstr("'bogus' is no role; there are guest, member, admin, owner"));
}

nlohmann::ordered_json patch(std::initializer_list<std::pair<const char*, std::string>> values,
                             const std::string& metadata = "") {
  const Change change = creation(values);
  std::vector<std::string> fields;
  for (const auto& [name, value] : *change.after) fields.push_back(name);
  return to_patch(fields, *change.after, metadata);
}

TEST(TaskschmiedeConvertTest, OnlyTheMappedMembersOfTheMetadataChange) {
  EXPECT_EQ(patch({{"metadata.dept", "new"}, {"metadata.gone", ""}},
                  R"({"dept":"old","theirs":{"a":[1]},"gone":"x","n":null})")
                .dump(),
            R"({"metadata":{"dept":"new","theirs":{"a":[1]},"n":null}})");
}

TEST(TaskschmiedeConvertTest, AMemberKeepsTheSpellingItHas) {
  EXPECT_EQ(patch({{"metadata.DEPT", "new"}}, R"({"Dept":"old"})").dump(),
            R"({"metadata":{"Dept":"new"}})");
  EXPECT_EQ(patch({{"metadata.dept", "new"}}, R"({"Dept":"a","dept":"b"})").dump(),
            R"({"metadata":{"Dept":"a","dept":"new"}})");
}

TEST(TaskschmiedeConvertTest, APatchNeverEmptiesNameOrAddress) {
  EXPECT_THROW((void)patch({{"name", ""}}), ConnectorError);
  EXPECT_THROW((void)patch({{"email", ""}}), ConnectorError);
  EXPECT_EQ(patch({{"external_id", ""}}).dump(), R"({"external_id":""})");
  EXPECT_EQ(patch({{"role", "admin"}}).dump(), "{}");
}

}  // namespace
}  // namespace usher::taskschmiede
