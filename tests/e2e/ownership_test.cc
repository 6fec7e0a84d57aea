// We remove only what we own; and somebody who left and still has access is never in sync.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

nlohmann::json in_workspace(std::string_view email, std::string_view role = "agent") {
  return {{"workspace", "northwind-eu"},
          {"add", {{"email", email}, {"role", role}, {"status", "active"}}}};
}

class OwnershipTest : public testing::Test {
 protected:
  void SetUp() override { world.must(0, {"init"}); }

  void accept_all() {
    world.sandbox().post("accept", {{"workspace", "northwind-eu"}, {"all", true}});
  }

  World world{5};
};

TEST_F(OwnershipTest, AnAccountThatIsThereIsAdoptedAndNotInvited) {
  world.sandbox().post("edit", in_workspace("P2@Northwind.example"));  // never-again 30
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(change_of(target, "E0002").at("action"), "adopt");
  EXPECT_EQ(target.at("counts").at("invite"), 4);
  EXPECT_EQ(world.sandbox().writes(), 4U);
  world.must(0, {"plan", "--detailed-exitcode"});
}

TEST_F(OwnershipTest, WithAdoptNeverItIsAConflict) {
  world.configure(world.inbox_config("adopt: never"));
  world.sandbox().post("edit", in_workspace(mail_of(2)));
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 5);
  EXPECT_EQ(target_of(report, "inbox").at("counts").at("conflict"), 1);
  EXPECT_EQ(world.sandbox().invitations().size(), 4U);
}

// never-again 19, 24
TEST_F(OwnershipTest, OwnerProtectedAndStrangersAreListedAndLeftAlone) {
  world.configure(world.inbox_config("protected: [desk@northwind.example]"));
  world.sandbox().post("edit", in_workspace("desk@northwind.example", "admin"));
  world.sandbox().post("edit", in_workspace("stranger@agency.example"));
  // The directory claims all three for people of ours.
  world.set_people(people_csv(5) + "E0901," + std::string(World::kOwner) + ",Olga,Sales,all\n" +
                   "E0902,desk@northwind.example,Desk,Sales,all\n");
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_TRUE(change_of(target, "E0901").is_null());
  EXPECT_TRUE(change_of(target, "E0902").is_null());
  EXPECT_EQ(target.at("unmanaged").size(), 3U) << target.dump(1);
  const nlohmann::json users = world.sandbox().users("northwind-eu");
  for (const auto& user : users) {
    if (user.at("email") != "desk@northwind.example") continue;
    EXPECT_EQ(user.at("role"), "admin");
  }
}

TEST_F(OwnershipTest, AnActiveLeaverIsATaskForAHumanUntilTheAccountIsGone) {
  world.must(0, {"apply"});
  accept_all();
  world.set_people(without(people_csv(5), {3}));
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 4);
  const nlohmann::json target = target_of(report, "inbox");
  EXPECT_EQ(target.at("status"), "held");
  EXPECT_EQ(change_of(target, "E0003").at("action"), "manual");
  EXPECT_THAT(change_of(target, "E0003").at("reason").get<std::string>(), HasSubstr(mail_of(3)));
  world.must(4, {"apply"});

  world.sandbox().post("edit",
                       {{"workspace", "northwind-eu"}, {"email", mail_of(3)}, {"delete", true}});
  world.must(0, {"apply"});
  world.must(0, {"plan", "--detailed-exitcode"});
}

TEST_F(OwnershipTest, AnActiveLeaverCanBeAcknowledged) {
  world.must(0, {"apply"});
  accept_all();
  world.set_people(without(people_csv(5), {3}));
  world.must(4, {"apply"});
  world.must(0, {"links", "release", "E0003"});
  world.must(0, {"apply"});
}

// never-again 64, 65
TEST_F(OwnershipTest, AnExpiredInvitationIsSentOnceMoreAndKeepsItsId) {
  world.configure(world.inbox_config("invitations: { expired: reinvite, max: 3, every: 0d }"));
  world.must(0, {"apply"});
  world.sandbox().post("expire", {{"workspace", "northwind-eu"}, {"email", mail_of(1)}});
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(change_of(target, "E0001").at("action"), "reinvite");
  EXPECT_EQ(target.at("mails"), 1);
  EXPECT_EQ(world.sandbox().invitations().at(mail_of(1)), 2) << "the first one, and this";
  world.must(0, {"plan", "--detailed-exitcode"});
}

TEST_F(OwnershipTest, AnExpiredInvitationIsWithdrawnWhereThatIsThePolicy) {
  world.configure(world.inbox_config("invitations: { expired: revoke }"));
  world.must(0, {"apply"});
  world.sandbox().post("expire", {{"workspace", "northwind-eu"}, {"email", mail_of(1)}});
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(change_of(target, "E0001").at("action"), "revoke");
}

// A placeholder cannot be deleted, so it is disconnected, and waits for whoever comes next.
TEST_F(OwnershipTest, APlaceholderThatALeaverLeftGoesToTheNextPerson) {
  world.configure(world.phones_config("reuse: true\nreuse_after: 0d"));
  world.must(0, {"apply"});
  world.set_people(without(people_csv(5), {3}));
  EXPECT_EQ(target_of(world.report({"apply"}), "phones").at("counts").at("deactivate"), 1);
  world.must(0, {"plan", "--detailed-exitcode"});
  world.set_people(without(people_csv(6), {3}));
  const nlohmann::json target = target_of(world.report({"apply"}), "phones");
  EXPECT_EQ(change_of(target, "E0006").at("action"), "assign");
  EXPECT_EQ(world.sandbox().users("northwind-field").size(), 6U)
      << "the owner and five placeholders";
  world.must(0, {"plan", "--detailed-exitcode"});
}

// never-again 67: recreated once, a second time only reported
TEST_F(OwnershipTest, AnAccountThatVanishesIsRecreatedOnce) {
  world.must(0, {"apply"});
  const nlohmann::json vanish = {
      {"workspace", "northwind-eu"}, {"email", mail_of(2)}, {"delete", true}};
  world.sandbox().post("edit", vanish);
  for (int run = 0; run < 3; ++run) (void)world.usher({"apply"});
  EXPECT_EQ(world.sandbox().invitations().at(mail_of(2)), 2);
  world.sandbox().post("edit", vanish);
  for (int run = 0; run < 3; ++run) (void)world.usher({"apply"});
  EXPECT_EQ(world.sandbox().invitations().at(mail_of(2)), 2) << "reported, not recreated again";
}

}  // namespace
}  // namespace usher::e2e
