// The fake itself: what the connector does not ask for, and seeds.

#include "connectors/sandbox/switches.h"
#include "tests/connectors/dreadnode/fixture.h"

namespace usher::dreadnode {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class DreadnodeSandboxTest : public DreadnodeFixture {
 protected:
  /// Why the fake cannot follow; fails the test when it can.
  template <typename Act>
  std::string complaint(Act act) {
    try {
      act();
    } catch (const sandbox::BadRequest& error) {
      return error.what();
    }
    ADD_FAILURE() << "was followed";
    return {};
  }
};

TEST_F(DreadnodeSandboxTest, EveryProblemOfASeedIsNamedWithItsPlace) {
  const std::string said = complaint([&] {
    stage_.act("reset", R"({"dreadnode": {"organizations": [
      {"key": "acme", "api_keys": ["k", "k"], "workspaces": [
        {"key": "main", "users": [{"email": "a@x"}, {"email": "A@X"}, {"permission": "owner"}],
         "generate": {"count": 2, "email": "no place"}}]}, {"name": "x"}]}})");
  });
  for (const char* part :
       {"/dreadnode/organizations/0/api_keys", "users/1/email: `A@X`", "users/2/email",
        "must contain {n}", "/dreadnode/organizations/1/name"}) {
    EXPECT_THAT(said, HasSubstr(part));
  }
}

TEST_F(DreadnodeSandboxTest, OthersMayChangeGrantsByHand) {
  edit(
      R"({"email": "carl@acme.example", "permission": "owner", "new_email": "karl@acme.example"})");
  EXPECT_EQ(user("karl@acme.example").at("permission"), "owner");
  edit(R"({"email": "karl@acme.example", "new_email": "Karl@acme.example"})");
  edit(R"({"add": {"email": "eve@acme.example"}})");
  EXPECT_EQ(user("eve@acme.example").at("permission"), "reader");
  edit(R"({"remove": "eve@acme.example"})");
  EXPECT_TRUE(user("eve@acme.example").is_null());
  (void)list();
  EXPECT_NE(sink_.find("Karl@acme.example").remote_id, "");
}

TEST_F(DreadnodeSandboxTest, InASmallWorldNothingNeedsToBeNamed) {
  stage_.act("reset", R"({"dreadnode": {"organizations": [{"key": "acme",
    "workspaces": [{"key": "main", "users": [{"email": "ann@acme.example"}]}]}]}})");
  stage_.edit(R"({"email": "ann@acme.example", "permission": "owner"})");
  EXPECT_EQ(user("ann@acme.example").at("permission"), "owner");
}

TEST_F(DreadnodeSandboxTest, AnEditThatCannotBeDoneSaysWhy) {
  EXPECT_THAT(complaint([&] { edit(R"({"remove": "zoe@acme.example"})"); }),
              HasSubstr("`zoe@acme.example` has no grant"));
  EXPECT_THAT(complaint([&] {
                edit(R"({"email": "carl@acme.example", "new_email": "ritA@acme.example"})");
              }),
              HasSubstr("has an account already"));
  EXPECT_THAT(complaint([&] { stage_.edit(R"({"remove": "carl@acme.example"})"); }),
              HasSubstr("/org: name one of acme, other"));
}

TEST_F(DreadnodeSandboxTest, ASecondGrantDoesWhatTheSwitchSays) {
  struct Case {
    const char* how;
    const char* permission;
  };
  for (const Case& c : {Case{"keep", "reader"}, Case{"update", "owner"}}) {
    stage_.set("dreadnode_second_grant", c.how);
    const Applied applied = apply(grant("rita@acme.example", "owner"));
    EXPECT_EQ(to_text(*applied.account->fields.find("permission")), c.permission);
    EXPECT_EQ(workspace().at("count"), 3);
  }
}

TEST_F(DreadnodeSandboxTest, MailsAreCountedWhereAGrantSendsThem) {
  stage_.set("dreadnode_grant_mails", "yes");
  (void)apply(grant("zoe@acme.example"));
  EXPECT_EQ(workspace().at("mails").at("zoe@acme.example"), 1);
}

TEST_F(DreadnodeSandboxTest, ABareListLosesPagesAndEveryone) {
  stage_.fault(R"({"action": "missing_page"})");
  (void)list();
  EXPECT_THAT(sink_.accounts, SizeIs(2));
  stage_.fault(R"({"action": "empty_list"})");
  (void)list();
  EXPECT_THAT(sink_.accounts, SizeIs(0));
  (void)list();
  EXPECT_THAT(sink_.accounts, SizeIs(3));
}

TEST_F(DreadnodeSandboxTest, ManyUsersAreGenerated) {
  stage_.act("reset", R"({"dreadnode": {"organizations": [{"key": "acme",
    "api_keys": ["dn_key_CANARY"], "workspaces": [
      {"key": "main", "generate": {"count": 20000, "email": "p{n}@acme.example"}}]}]}})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(20'000));
  EXPECT_NE(sink_.find("p20000@acme.example").remote_id, "");
}

}  // namespace
}  // namespace usher::dreadnode
