// What a plan says that apply will send, and what is sent.

#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

class TaskschmiedeRequestsTest : public TaskschmiedeFixture,
                                 public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    TaskschmiedeFixture::SetUp();
    values_.set("transport", std::string(GetParam()));
    make();
    (void)list();
  }

  template <typename Act>
  std::ptrdiff_t sent_by(Act act) {
    const std::size_t before = calls().size();
    act();
    return static_cast<std::ptrdiff_t>(calls().size() - before);
  }

  void expect_as_planned(const Change& change) {
    EXPECT_EQ(sent_by([&] { (void)apply(change); }), requests_of(change, target_->capabilities()));
  }
};

TEST_P(TaskschmiedeRequestsTest, ACreationCostsWhatThePlanSays) {
  for (const char* role : {"member", "guest", "owner"}) {
    SCOPED_TRACE(role);
    expect_as_planned(create(std::string(role) + "@north.example", role));
  }
  Change without_role = create("new@north.example");
  without_role.after->erase("role");
  expect_as_planned(without_role);
}

TEST_P(TaskschmiedeRequestsTest, AnUpdateCostsWhatThePlanSays) {
  expect_as_planned(update("usr_sam", {{"name", "Samuel"}, {"metadata.dept", "IT"}}));
  expect_as_planned(update("usr_sam", {{"external_id", "E2"}}));
  expect_as_planned(update("usr_sam", {{"external_id", "E3"}, {"name", "Sam"}}));
  expect_as_planned(update("usr_sam", {{"external_id", "E4"}, {"role", "member"}}));
  expect_as_planned(update("usr_sam", {{"role", "guest"}}));
  expect_as_planned(update("usr_sam", {{"name", "Sam"}, {"role", "member"}}));
}

// Nobody but a member is planned to be reactivated: who is none any more is created.
TEST_P(TaskschmiedeRequestsTest, AReactivationCostsWhatThePlanSays) {
  const Change ivy = change(Action::kReactivate, "usr_ivy", "ivy@north.example");
  EXPECT_EQ(target_->find({ivy.remote_id, ""}).account.status, AccountStatus::kInactive);
  expect_as_planned(ivy);
  (void)apply(change(Action::kDeactivate, "usr_ivy", "ivy@north.example"));
  EXPECT_EQ(target_->find({ivy.remote_id, ""}).presence, Presence::kAbsent);
}

// Read back as well; with another organisation there is nothing to suspend.
TEST_P(TaskschmiedeRequestsTest, ARemovalCostsWhatThePlanSaysAtMost) {
  const auto remove = [&](const Change& leaver) {
    return sent_by([&] {
      (void)apply(leaver);
      EXPECT_EQ(target_->find({leaver.remote_id, ""}).presence, Presence::kAbsent);
    });
  };
  const Change sam = change(Action::kDeactivate, "usr_sam", "Sam@north.example");
  EXPECT_EQ(remove(sam), requests_of(sam, target_->capabilities()) + 1);
  const Change amy = change(Action::kDeactivate, "usr_amy", "amy@north.example");
  EXPECT_LE(remove(amy), requests_of(amy, target_->capabilities()) + 1);
}

INSTANTIATE_TEST_SUITE_P(BothDoors, TaskschmiedeRequestsTest, ::testing::Values("mcp", "rest"));

}  // namespace
}  // namespace usher::taskschmiede
