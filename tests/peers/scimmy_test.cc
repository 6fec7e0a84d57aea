// usher and SCIMMY, with nothing of ours in between: what the service holds is looked at in its own
// store.

#include <gmock/gmock.h>

#include "tests/e2e/world.h"
#include "tests/peers/peers_test.h"
#include "tests/peers/scimmy.h"

namespace usher::peers {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const std::string kAnn = "E1,ann@example.com,Ann,Ng,Lead,Sales,app-sales;app-leads";
const std::string kBob = "E2,bob@example.com,Bob,Øster,,Sales,app-sales;cyclists";
const std::string kCem = "E3,cem@example.com,Cem,Kaya,Clerk,Stores,";

/// Somebody who was at the service before usher, with what only the service knows about them.
json old_ann() {
  return {{"id", "old-1"},
          {"userName", "ann@example.com"},
          {"name", {{"givenName", "Anne"}, {"familyName", "Ng"}}},
          {"nickName", "Annie"},
          {"active", true},
          {"phoneNumbers", json::array({{{"type", "work"}, {"value", "tel:+49-30-1"}}})}};
}

/// Everything both ways of changing an account.
class ScimmyTest : public PeersTest, public testing::WithParamInterface<const char*> {
 protected:
  void start(const json& users = json::array(), const json& groups = json::array()) {
    peer_.emplace(folder_, false, users, groups);
    configure("{ do: deactivate, reads: 1 }");
  }
  void configure(const std::string& leavers) {
    PeersTest::configure(peer_->url(),
                         "    update: " + std::string(GetParam()) + "\n    leavers: " + leavers);
  }

  std::optional<Scimmy> peer_;
};

INSTANTIATE_TEST_SUITE_P(Updating, ScimmyTest, testing::Values("patch", "put"),
                         [](const auto& way) { return std::string(way.param); });

TEST_P(ScimmyTest, PeopleGetAccountsAndGroups) {
  start();
  set_people({kAnn, kBob, kCem});
  EXPECT_EQ(apply_all().at("counts").at("create"), 3);

  const json bob = peer_->user("bob@example.com");
  EXPECT_EQ(bob.at("externalId"), "E2");
  EXPECT_EQ(bob.at("name").at("familyName"), "Øster");
  EXPECT_EQ(bob.at("emails").at(0).at("value"), "bob@example.com");
  EXPECT_EQ(bob.at("emails").at(0).at("type"), "work");
  EXPECT_EQ(bob.at(kEnterprise).at("department"), "Sales");
  EXPECT_EQ(peer_->users().size(), 3U);
  EXPECT_EQ(peer_->groups().size(), 2U) << "nobody asked for cyclists";
  EXPECT_THAT(peer_->members("app-sales"), ElementsAre("ann@example.com", "bob@example.com"));
  EXPECT_THAT(peer_->members("app-leads"), ElementsAre("ann@example.com"));
}

TEST_P(ScimmyTest, AChangeTouchesNothingElse) {
  start(json::array({old_ann()}));
  set_people({kAnn, kBob});
  apply_all();
  const json before = peer_->user("bob@example.com");

  set_people({"E1,ann@example.com,Änne,Ng-Dvořák,Head,Exports,app-sales;app-leads", kBob});
  EXPECT_EQ(apply_all().at("counts").at("update"), 1);

  const json ann = peer_->user("ann@example.com");
  EXPECT_EQ(ann.at("name").at("givenName"), "Änne");
  EXPECT_EQ(ann.at("name").at("familyName"), "Ng-Dvořák");
  EXPECT_EQ(ann.at("title"), "Head");
  EXPECT_EQ(ann.at(kEnterprise).at("department"), "Exports");
  EXPECT_EQ(ann.at("nickName"), "Annie");
  EXPECT_EQ(ann.at("phoneNumbers").at(0).at("value"), "tel:+49-30-1");
  EXPECT_EQ(peer_->user("bob@example.com"), before);
}

TEST_P(ScimmyTest, ANewNameIsNoNewAccount) {
  start();
  set_people({kAnn, kBob});
  apply_all();
  const json before = peer_->user("ann@example.com");

  set_people({"E1,ann.ng@example.com,Ann,Ng,Lead,Sales,app-sales;app-leads", kBob});
  EXPECT_EQ(apply_all().at("counts").at("update"), 1);

  EXPECT_EQ(peer_->users().size(), 2U);
  const json after = peer_->user("ann.ng@example.com");
  EXPECT_EQ(after.at("id"), before.at("id"));
  ASSERT_EQ(after.at("emails").size(), 1U);
  EXPECT_EQ(after.at("emails").at(0).at("value"), "ann.ng@example.com");
  EXPECT_THAT(peer_->members("app-leads"), ElementsAre("ann.ng@example.com"));
}

TEST_P(ScimmyTest, MembershipsFollowAndStrangersStay) {
  const json guest = {{"id", "guest-1"}, {"userName", "guest@example.com"}, {"active", true}};
  const json sales = {{"id", "sales-1"},
                      {"displayName", "app-sales"},
                      {"members", json::array({{{"value", "guest-1"}}})}};
  start(json::array({guest}), json::array({sales}));
  set_people({kAnn, kBob, kCem});
  apply_all();
  EXPECT_THAT(peer_->members("app-sales"),
              ElementsAre("ann@example.com", "bob@example.com", "guest@example.com"));

  set_people({"E1,ann@example.com,Ann,Ng,Lead,Sales,app-sales",
              "E2,bob@example.com,Bob,Øster,,Sales,app-leads;cyclists",
              "E3,cem@example.com,Cem,Kaya,Clerk,Stores,app-sales"});
  apply_all();

  EXPECT_THAT(peer_->members("app-sales"),
              ElementsAre("ann@example.com", "cem@example.com", "guest@example.com"));
  EXPECT_THAT(peer_->members("app-leads"), ElementsAre("bob@example.com"));
  EXPECT_EQ(peer_->groups().size(), 2U);
}

TEST_P(ScimmyTest, AnEmptiedGroupGoesWhereItWasOurs) {
  start(json::array(), json::array({{{"id", "leads-1"}, {"displayName", "app-leads"}}}));
  set_people({kAnn, kCem});
  apply_all();
  EXPECT_THAT(peer_->members("app-sales"), ElementsAre("ann@example.com"));
  EXPECT_THAT(peer_->members("app-leads"), ElementsAre("ann@example.com"));

  set_people({"E1,ann@example.com,Ann,Ng,Lead,Sales,", kCem});
  apply_all();
  EXPECT_EQ(peer_->groups().size(), 1U);
  EXPECT_THAT(peer_->members("app-leads"), IsEmpty());
}

TEST_P(ScimmyTest, WhoLeavesIsDeactivatedAndWelcomeAgain) {
  start();
  set_people({kAnn, kBob, kCem});
  apply_all();
  const json before = peer_->user("cem@example.com");

  set_people({kAnn, kBob});
  EXPECT_EQ(apply_all().at("counts").at("deactivate"), 1);
  EXPECT_EQ(peer_->user("cem@example.com").at("active"), false);
  EXPECT_EQ(peer_->user("cem@example.com").at("title"), "Clerk");

  set_people({kAnn, kBob, kCem});
  EXPECT_EQ(apply_all().at("counts").at("reactivate"), 1);
  EXPECT_EQ(peer_->user("cem@example.com").at("active"), true);
  EXPECT_EQ(peer_->user("cem@example.com").at("id"), before.at("id"));
}

TEST_P(ScimmyTest, WhoLeavesIsDeletedWhereThatIsAskedFor) {
  start();
  configure("{ do: delete, reads: 1 }");
  set_people({kAnn, kBob, kCem});
  apply_all();

  set_people({kAnn, kCem});
  EXPECT_EQ(apply_all().at("counts").at("delete"), 1);

  EXPECT_EQ(peer_->users().size(), 2U);
  EXPECT_THAT(peer_->members("app-sales"), ElementsAre("ann@example.com"));
}

TEST_P(ScimmyTest, AnAccountThatIsThereIsAdopted) {
  start(json::array({old_ann()}));
  set_people({kAnn});
  EXPECT_EQ(apply_all().at("counts").at("adopt"), 1);

  EXPECT_EQ(peer_->users().size(), 1U);
  const json ann = peer_->user("ann@example.com");
  EXPECT_EQ(ann.at("id"), "old-1");
  EXPECT_EQ(ann.at("externalId"), "E1");
  EXPECT_EQ(ann.at("name").at("givenName"), "Ann");
  EXPECT_EQ(ann.at("nickName"), "Annie");
}

TEST_P(ScimmyTest, MoreThanOnePageIsReadWhole) {
  constexpr int kPeople = 250;  // SCIMMY repeats the first page to who asks beyond the last
  json users = json::array();
  std::vector<std::string> rows;
  for (int number = 1; number <= kPeople; ++number) {
    const std::string id = "E" + std::to_string(number);
    const std::string mail = e2e::mail_of(number);
    users.push_back({{"id", "remote-" + id},
                     {"userName", mail},
                     {"externalId", id},
                     {"active", true},
                     {"emails", json::array({{{"type", "work"}, {"value", mail}}})}});
    rows.push_back(id + "," + mail + ",,,,,");
  }
  start(users);
  set_people(rows);
  const json adopted = apply_all();
  EXPECT_EQ(adopted.at("accounts"), kPeople);
  EXPECT_EQ(adopted.at("counts").at("adopt"), kPeople);
  EXPECT_EQ(peer_->users(), users);
}

TEST_P(ScimmyTest, AStaleTokenStopsTheTargetAndSaysSo) {
  start();
  set_people({kAnn, kBob});
  apply_all();
  token_ = "stale-token-0123456789";
  set_people({kAnn});
  const Finished run = usher({"apply"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output,
              AllOf(HasSubstr("401"), HasSubstr("wrong token"), Not(HasSubstr(token_))));
  EXPECT_EQ(peer_->users().size(), 2U);
}

TEST_P(ScimmyTest, LookingChangesNothing) {
  start(json::array({old_ann()}));
  set_people({kAnn, kBob});
  const json users = peer_->users();
  const Finished probe = usher({"probe"});
  EXPECT_EQ(probe.status, 0) << probe.output << probe.error;
  EXPECT_THAT(probe.output, HasSubstr("service"));
  EXPECT_EQ(service(0, {"plan"}).at("counts").at("planned"), 2);
  EXPECT_EQ(peer_->users(), users);
  EXPECT_THAT(peer_->groups(), IsEmpty());
}

}  // namespace
}  // namespace usher::peers
