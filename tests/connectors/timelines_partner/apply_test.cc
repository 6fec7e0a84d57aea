// Creating, assigning and releasing placeholders, and finding out what became of a lost batch.

#include <set>

#include "tests/connectors/timelines_partner/fixture.h"

namespace usher::timelines_partner {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class PartnerApplyTest : public PartnerFixture {
 protected:
  std::size_t posts() {
    std::size_t count = 0;
    for (const std::string& request : requests()) count += request.starts_with("POST") ? 1 : 0;
    return count;
  }

  void lose(const char* action) {
    stage_.fault(nlohmann::json{{"action", action}, {"match", {{"method", "POST"}}}}.dump());
  }
};

Presence presence(const std::vector<Lookup>& answers) {
  for (const Lookup& answer : answers) EXPECT_EQ(answer.presence, answers.front().presence);
  return answers.front().presence;
}

// C2
TEST_F(PartnerApplyTest, ABatchIsOneRequestAndGivesEachChangeAnIdOfItsOwn) {
  const std::vector<Applied> applied = create(3);
  std::set<std::string> ids;
  for (const Applied& one : applied) ids.insert(one.remote_id);
  EXPECT_THAT(ids, SizeIs(3));
  EXPECT_EQ(posts(), 1U);
  EXPECT_EQ(stage_.last_body(), R"({"count":3})");
  EXPECT_FALSE(applied[0].account->usable);
}

// C2, C3
TEST_F(PartnerApplyTest, WhoWasThereBeforeIsWrittenDownBeforeABatchLeaves) {
  (void)create(2);
  ASSERT_THAT(steps_.log, SizeIs(2));
  EXPECT_EQ(steps_.log[0], R"(create?{"count":2,"known":["100","101","102","103"]})");
  EXPECT_THAT(steps_.log[1], HasSubstr("create="));
}

// C2
TEST_F(PartnerApplyTest, ABatchOfAHundredDoesNotLeave) {
  EXPECT_EQ(refused(100).kind, ErrorKind::kUnsupported);
  EXPECT_THAT(requests(), IsEmpty());
}

// C1
TEST_F(PartnerApplyTest, TooFewSeatsAreSeenBeforeAnythingIsSent) {
  const ConnectorError error = refused(7);
  EXPECT_EQ(error.kind, ErrorKind::kConflict);
  EXPECT_EQ(error.code, "seats_full");
  EXPECT_THAT(error.what(), HasSubstr("6 free seats (4 of 10 used) and 7 are needed"));
  EXPECT_THAT(requests(), ElementsAre("GET /northwind-eu"));
  EXPECT_THAT(steps_.log, IsEmpty());
}

// C1
TEST_F(PartnerApplyTest, SeatsThatWentMeanwhileMeanThatNothingWasCreated) {
  stage_.fault(R"({"action": "status", "status": 409, "match": {"method": "POST"}})");
  const ConnectorError error = refused(2);
  EXPECT_EQ(error.kind, ErrorKind::kConflict);
  EXPECT_EQ(error.code, "seats_full");
  EXPECT_THAT(error.what(), HasSubstr("Nothing was created"));
  EXPECT_THAT(steps_.log, Not(Contains(HasSubstr("create="))));
  EXPECT_EQ(users(), 4U);
}

// C32: a full workspace is seen each time, without anybody telling us
TEST_F(PartnerApplyTest, SeatsAreCountedAnewForEveryBatch) {
  (void)create(6);
  EXPECT_EQ(refused(1).code, "seats_full");
  EXPECT_EQ(refused(1).code, "seats_full");
  EXPECT_EQ(posts(), 1U);
}

// C3
TEST_F(PartnerApplyTest, ALostAnswerIsNotFollowedByASecondRequest) {
  lose("lost_reply_after_commit");
  EXPECT_EQ(refused(2).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(posts(), 1U);
  EXPECT_EQ(users(), 6U);
}

// C3
TEST_F(PartnerApplyTest, AServerErrorAfterACreationIsAnUnknownOutcome) {
  stage_.fault(R"({"action": "status", "status": 500, "match": {"method": "POST"}})");
  EXPECT_EQ(refused(2).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(posts(), 1U);
}

// C3
TEST_F(PartnerApplyTest, ASuccessThatCannotBeReadIsAnUnknownOutcome) {
  for (
      const char* fault :
      {R"({"action": "cut_body", "match": {"method": "POST"}})",
       R"({"action": "empty_list", "match": {"method": "POST"}})",
       R"({"action": "missing_members", "members": ["user_id"], "match": {"method": "POST"}})",
       R"({"action": "wrong_json_type", "members": ["user_id"], "value": 101, "match": {"method": "POST"}})"}) {
    stage_.fault(fault);
    EXPECT_EQ(refused(1).kind, ErrorKind::kUnknownOutcome) << fault;
  }
}

// C3
TEST_F(PartnerApplyTest, ALostBatchIsFoundByWhatAppeared) {
  lose("lost_reply_after_commit");
  (void)refused(2);
  const std::vector<Lookup> answers = recover(2);
  EXPECT_EQ(presence(answers), Presence::kPresent);
  EXPECT_NE(answers[0].account.remote_id, answers[1].account.remote_id);
}

// C3
TEST_F(PartnerApplyTest, ABatchThatNeverArrivedMayBeSentAgain) {
  lose("lost_reply_before_commit");
  (void)refused(2);
  EXPECT_EQ(presence(recover(2)), Presence::kAbsent);
}

// C3
TEST_F(PartnerApplyTest, ABatchAmongOthersNewUsersIsForAHuman) {
  lose("lost_reply_after_commit");
  (void)refused(2);
  send("/users", R"({"count": 1})");
  EXPECT_EQ(presence(recover(2)), Presence::kUnknown);
}

// C3
TEST_F(PartnerApplyTest, UsersFromBeforeTheIntentAreNotTheBatch) {
  lose("lost_reply_after_commit");
  (void)refused(2);
  EXPECT_EQ(presence(recover(2, kNow + 3600)), Presence::kUnknown);
}

// C3, C6
TEST_F(PartnerApplyTest, TheProvidersClockDatesTheBatch) {
  stage_.set("clock_offset", "120");
  lose("lost_reply_after_commit");
  (void)refused(2);
  EXPECT_EQ(presence(recover(2)), Presence::kPresent);
}

// C3
TEST_F(PartnerApplyTest, AWorkspaceThatCannotBeReadProvesNothing) {
  lose("lost_reply_before_commit");
  (void)refused(2);
  stage_.fault(R"({"action": "empty_list"})");
  EXPECT_EQ(presence(recover(2)), Presence::kUnknown);
  stage_.fault(R"({"action": "status", "status": 500, "times": 5, "match": {"method": "GET"}})");
  EXPECT_EQ(presence(recover(2)), Presence::kUnknown);
  steps_.last_context = "?";
  EXPECT_EQ(presence(recover(2)), Presence::kUnknown);
}

TEST_F(PartnerApplyTest, ABatchThatWasDoneIsNotSentAgain) {
  steps_.done_before = {"create"};
  EXPECT_EQ(refused(1).kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(PartnerApplyTest, AFreePlaceholderIsAssignedWithoutAWrite) {
  EXPECT_EQ(apply(change(Action::kAssign, "103")).remote_id, "103");
  EXPECT_THAT(requests(), ElementsAre("GET /northwind-eu"));
}

TEST_F(PartnerApplyTest, APlaceholderInUseIsNotGivenToSomebodyElse) {
  send("/users/102/qr");
  for (const char* id : {"101", "102"}) {
    EXPECT_THAT(refused(change(Action::kAssign, id)).what(), HasSubstr("may be in use")) << id;
  }
}

TEST_F(PartnerApplyTest, TheOwnerAWhoIsSuspendedAndWhoIsGoneAreNotAssigned) {
  stage_.edit(R"({"workspace": "northwind-eu", "user_id": 103, "status": "suspended"})");
  EXPECT_EQ(refused(change(Action::kAssign, "100")).kind, ErrorKind::kConflict);
  EXPECT_EQ(refused(change(Action::kAssign, "103")).kind, ErrorKind::kConflict);
  EXPECT_EQ(refused(change(Action::kAssign, "999")).kind, ErrorKind::kNotFound);
}

// C10
TEST_F(PartnerApplyTest, ALeaverIsDisconnectedAndTheSeatIsSaidToStayTaken) {
  const Applied applied = apply(change(Action::kDeactivate, "101"));
  EXPECT_THAT(applied.note, HasSubstr("seat not freed, user not deleted"));
  EXPECT_THAT(steps_.log, ElementsAre("disconnect?101", "disconnect=101"));
  EXPECT_EQ(list().seats->used, 4);
  EXPECT_FALSE(sink_.find("101").usable);
}

// C10
TEST_F(PartnerApplyTest, WhoHadNothingConnectedIsReleasedAllTheSame) {
  EXPECT_THAT(apply(change(Action::kDeactivate, "102")).note, HasSubstr("was not connected"));
}

// C10, never-again 48
TEST_F(PartnerApplyTest, WhoIsGoneIsReleasedAlready) {
  EXPECT_EQ(apply(change(Action::kDeactivate, "999")).note, "was already gone");
}

// C10, C8
TEST_F(PartnerApplyTest, AWorkspaceThatIsGoneIsNotAUserWhoIsGone) {
  values_.set("workspace", std::string("foreign"));
  make();
  EXPECT_TRUE(refused(change(Action::kDeactivate, "300")).stops_target());
}

// C10
TEST_F(PartnerApplyTest, APageWith404DoesNotProveThatAUserIsGone) {
  stage_.fault(
      R"({"action": "status", "status": 404, "shape": "html", "match": {"method": "POST"}})");
  EXPECT_EQ(refused(change(Action::kDeactivate, "101")).kind, ErrorKind::kMalformed);
}

// C10
TEST_F(PartnerApplyTest, ADisconnectionWhoseAnswerWasLostIsRepeated) {
  lose("lost_reply_after_commit");
  EXPECT_THAT(apply(change(Action::kDeactivate, "101")).note, HasSubstr("was not connected"));
}

// C10: a link that is still open lets its holder connect again
TEST_F(PartnerApplyTest, AnOpenLinkOutlivesTheDisconnection) {
  send("/users/101/qr");
  (void)apply(change(Action::kDeactivate, "101"));
  (void)list();
  EXPECT_TRUE(sink_.find("101").usable);
}

// C9, C11, C12, C21
TEST_F(PartnerApplyTest, WhatTheApiCannotDoOrMustNotDoIsNeverSent) {
  for (const Action action : {Action::kDelete, Action::kUpdate, Action::kReactivate,
                              Action::kInvite, Action::kRevoke, Action::kReinvite}) {
    EXPECT_EQ(refused(change(action, "101")).kind, ErrorKind::kUnsupported);
  }
  (void)target_->probe();
  (void)create(1);
  (void)apply(change(Action::kDeactivate, "101"));
  EXPECT_THAT(requests(), Each(Not(HasSubstr("/qr"))));
  EXPECT_THAT(requests(), Each(Not(HasSubstr("api-token"))));
  EXPECT_THAT(requests(), Each(Not(HasSubstr("PATCH"))));
}

TEST_F(PartnerApplyTest, AnAdoptionSendsNothing) {
  EXPECT_EQ(apply(change(Action::kAdopt, "103")).remote_id, "103");
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(PartnerApplyTest, APlaceholderIsFoundByItsIdOnly) {
  EXPECT_EQ(target_->find({"103", ""}).presence, Presence::kPresent);
  EXPECT_EQ(target_->find({"999", ""}).presence, Presence::kAbsent);
  EXPECT_EQ(target_->find({"", "ann@northwind.example"}).presence, Presence::kUnknown);
}

}  // namespace
}  // namespace usher::timelines_partner
