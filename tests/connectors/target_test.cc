#include "connectors/target.h"

#include <gtest/gtest.h>

#include <map>

namespace usher {
namespace {

/// A target that only knows what there is to find.
class FoundTarget : public Target {
 public:
  FoundTarget() {
    capabilities_.attributes = {{.name = "email", .ignores_case = true},
                                {.name = "role"},
                                {.name = "first_name", .returned = false}};
  }
  const Capabilities& capabilities() const override { return capabilities_; }
  Listing list(AccountSink&) override { return {}; }
  Lookup find(const AccountRef& ref) override {
    return found.contains(ref.key) ? found.at(ref.key) : Lookup{Presence::kAbsent, {}};
  }
  Account canonical(Account desired) const override { return desired; }
  std::vector<Applied> apply(std::span<const Change>, Steps&) override { return {}; }
  std::vector<Finding> probe() override { return {}; }

  std::map<std::string, Lookup> found;

 private:
  Capabilities capabilities_;
};

class RecoverTest : public testing::Test {
 protected:
  void holds(AccountStatus status, std::string role = "agent", bool usable = true) {
    Account account;
    account.remote_id = "7";
    account.status = status;
    account.usable = usable;
    account.fields.set("role", std::move(role));
    account.fields.set("email", std::string("ANN@example.com"));
    target_.found["ann"] = {Presence::kPresent, account};
  }

  Presence recover(Action action, std::string wanted_role = "agent") {
    Change change;
    change.action = action;
    change.key = "ann";
    change.remote_id = "7";
    change.fields = {"email", "first_name", "role"};
    change.after.emplace();
    change.after->set("role", std::move(wanted_role));
    change.after->set("email", std::string("ann@example.com"));
    change.after->set("first_name", std::string("Ann"));
    Unsettled operation;
    operation.changes = {change};
    return target_.recover(operation).at(0).presence;
  }

  FoundTarget target_;
};

TEST_F(RecoverTest, ACreationIsKnownByItsAccount) {
  EXPECT_EQ(recover(Action::kInvite), Presence::kAbsent);
  holds(AccountStatus::kInvited);
  EXPECT_EQ(recover(Action::kInvite), Presence::kPresent);
}

TEST_F(RecoverTest, AnUpdateIsKnownByWhatTheAccountShows) {
  holds(AccountStatus::kActive, "agent");
  EXPECT_EQ(recover(Action::kUpdate, "agent"), Presence::kPresent);
  EXPECT_EQ(recover(Action::kUpdate, "admin"), Presence::kAbsent);
}

// never-again 91
TEST_F(RecoverTest, ARemovalIsNotDoneWhileTheAccountIsThere) {
  for (const Action action : {Action::kDeactivate, Action::kDelete, Action::kRevoke}) {
    holds(AccountStatus::kActive);
    EXPECT_EQ(recover(action), Presence::kAbsent) << to_string(action);
    target_.found.clear();
    EXPECT_EQ(recover(action), Presence::kPresent) << to_string(action);
  }
}

TEST_F(RecoverTest, AnInactiveOrUnusableAccountIsDeactivatedButNotDeleted) {
  holds(AccountStatus::kInactive);
  EXPECT_EQ(recover(Action::kDeactivate), Presence::kPresent);
  EXPECT_EQ(recover(Action::kDelete), Presence::kAbsent);
  holds(AccountStatus::kActive, "agent", false);
  EXPECT_EQ(recover(Action::kDeactivate), Presence::kPresent);
}

TEST_F(RecoverTest, AReactivationIsDoneWhenTheAccountCanBeUsed) {
  holds(AccountStatus::kInactive);
  EXPECT_EQ(recover(Action::kReactivate), Presence::kAbsent);
  holds(AccountStatus::kActive);
  EXPECT_EQ(recover(Action::kReactivate), Presence::kPresent);
}

TEST_F(RecoverTest, UnknownStaysUnknown) {
  target_.found["ann"] = {};
  for (const Action action : {Action::kInvite, Action::kUpdate, Action::kDelete}) {
    EXPECT_EQ(recover(action), Presence::kUnknown) << to_string(action);
  }
}

}  // namespace
}  // namespace usher
