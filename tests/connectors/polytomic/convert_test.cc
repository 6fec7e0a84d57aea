#include "connectors/polytomic/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "connectors/error.h"

namespace usher::polytomic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

const Roles& roles() {
  static const JsonDocument kDocument(
      R"([{"id": "R1", "name": "Admin"}, {"id": "R2", "name": "Member"}])", "roles");
  static const Roles kRoles(kDocument.root());
  return kRoles;
}

Account account(const char* json) {
  const JsonDocument document(json, "a user");
  return to_account(to_user(document.root()), roles());
}

std::string roles_of(const Account& account) {
  const Value* value = account.fields.find("roles");
  return value == nullptr ? "(absent)" : to_text(*value);
}

Change change(std::optional<Texts> wanted) {
  Change change;
  change.action = Action::kCreate;
  change.source_id = "E1";
  change.key = "ann@x.example";
  change.after = Fields{};
  change.after->set("email", change.key);
  if (wanted) change.after->set("roles", *std::move(wanted));
  return change;
}

std::string refusal(const Change& change) {
  try {
    (void)to_creation(change, roles());
  } catch (const ConnectorError& error) {
    EXPECT_EQ(error.kind, ErrorKind::kRejected);
    return error.what();
  }
  return "";
}

TEST(PolytomicConvertTest, AUserIsAnActiveAccountWithNamedRoles) {
  const Account found = account(
      R"({"id": "u1", "email": "Ann@X.example", "role_ids": ["R2", "R1"], "role": "user"})");
  EXPECT_EQ(found.remote_id, "u1");
  EXPECT_EQ(found.key, "ann@x.example");
  EXPECT_EQ(roles_of(found), "Admin, Member");
  EXPECT_EQ(found.status, AccountStatus::kActive);
}

TEST(PolytomicConvertTest, ARoleThatIsNotListedKeepsItsId) {
  EXPECT_EQ(roles_of(account(R"({"id": "u1", "role_ids": ["R9"]})")), "R9");
}

TEST(PolytomicConvertTest, TheLegacyWordStandsForTheRoleOnlyWhereThereIsNoOther) {
  EXPECT_EQ(roles_of(account(R"({"id": "u1", "role": "admin"})")), "Admin");
  EXPECT_EQ(roles_of(account(R"({"id": "u1", "role": "user", "role_ids": null})")), "Member");
  EXPECT_EQ(roles_of(account(R"({"id": "u1", "role": "admin", "role_ids": ["R2"]})")), "Member");
  EXPECT_EQ(roles_of(account(R"({"id": "u1"})")), "(absent)");
}

TEST(PolytomicConvertTest, AUserWithoutAnIdIsNone) {
  for (const char* json : {R"({})", R"({"id": null})", R"({"id": ""})", R"({"id": {}})", "null",
                           R"({"id": "u", "role_ids": 7})"}) {
    EXPECT_THROW((void)account(json), ConnectorError) << json;
  }
}

// never-again 11
TEST(PolytomicConvertTest, ARowThatCannotBeReadIsAFaultAndTheOthersAreKept) {
  const JsonDocument document(R"([{"id": "1", "email": "a@x.example"}, {"email": "no-id@x.example"},
      {"id": "3"}, "garbage", {"id": "5", "email": "e@x.example", "organization_id": "OTHER"},
      {"id": "6", "email": "f@x.example", "organization_id": "OURS"}])",
                              "GET /users");
  std::vector<std::string> ids;
  const UserList list =
      read_users(document.root(), "ours", [&](const User& user) { ids.push_back(user.id); });
  EXPECT_THAT(ids, ElementsAre("1", "6"));
  EXPECT_EQ(list.rows, 6U);
  ASSERT_THAT(list.faults, SizeIs(4));
  EXPECT_THAT(list.faults[3], HasSubstr("is of organisation other"));
}

// never-again 29, 30
TEST(PolytomicConvertTest, TheCanonicalFormIsWhatTheServerKeeps) {
  Account desired;
  desired.key = "ANN@X.Example";
  desired.fields.set("email", desired.key);
  desired.fields.set("roles", Texts{"member", "R1", "Unheard-of"});
  const Account canonical = to_canonical(desired, roles());
  EXPECT_EQ(canonical.key, "ann@x.example");
  EXPECT_EQ(to_text(*canonical.fields.find("email")), "ann@x.example");
  EXPECT_EQ(roles_of(canonical), "Admin, Member, Unheard-of");
  EXPECT_EQ(to_canonical(canonical, roles()).fields, canonical.fields);
}

TEST(PolytomicConvertTest, OnlyIdsAreSentAndNeverTheLegacyRole) {
  EXPECT_EQ(to_creation(change(Texts{"admin", "R2"}), roles()),
            R"({"email":"ann@x.example","role_ids":["R1","R2"]})");
  EXPECT_EQ(to_creation(change(std::nullopt), roles()), R"({"email":"ann@x.example"})");
}

TEST(PolytomicConvertTest, AnUpdateNamesTheAddressOnlyWhereThePathNamesTheOrganisation) {
  EXPECT_EQ(to_update(change(Texts{"Member"}), roles(), true),
            R"({"email":"ann@x.example","role_ids":["R2"]})");
  EXPECT_EQ(to_update(change(Texts{"Member"}), roles(), false), R"({"role_ids":["R2"]})");
  EXPECT_THROW((void)to_update(change(std::nullopt), roles(), false), ConnectorError);
}

TEST(PolytomicConvertTest, RolesThatDoNotExistAndNoRolesAtAllAreRefusedWithThoseThatDo) {
  EXPECT_THAT(refusal(change(Texts{"Boss"})), HasSubstr("'Boss'"));
  EXPECT_THAT(refusal(change(Texts{"Boss"})), HasSubstr("there are: Admin, Member"));
  EXPECT_THAT(refusal(change(Texts{})), HasSubstr("at least one of: Admin, Member"));
  EXPECT_EQ(refusal(change(Texts{"Member"})), "");
}

TEST(PolytomicConvertTest, EveryIntentHasAKeyOfItsOwnThatTellsNothing) {
  const Change ann = change(Texts{"Member"});
  Change again = ann;
  again.attempt = 1;
  Change other = ann;
  other.source_id = "E2";
  const std::set<std::string> keys{
      idempotency_key("o", ann, 1, 1),   idempotency_key("o", ann, 2, 1),
      idempotency_key("o", ann, 1, 2),   idempotency_key("p", ann, 1, 1),
      idempotency_key("o", again, 1, 1), idempotency_key("o", other, 1, 1)};
  EXPECT_THAT(keys, SizeIs(6));
  for (const std::string& key : keys) {
    EXPECT_THAT(key, MatchesRegex("[A-Za-z0-9_-]{8,255}"));
    EXPECT_THAT(key, Not(HasSubstr("ann")));
  }
  EXPECT_EQ(idempotency_key("o", ann, 1, 1), idempotency_key("o", ann, 1, 1));
}

}  // namespace
}  // namespace usher::polytomic
