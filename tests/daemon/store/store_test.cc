#include "daemon/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::int64_t kDay = 86'400;

Link link(const std::string& target, const std::string& source_id, const std::string& remote_id,
          const std::string& tenancy = "house") {
  Link link;
  link.target = target;
  link.source_id = source_id;
  link.remote_id = remote_id;
  link.tenancy = tenancy;
  return link;
}

Change change(const std::string& source_id, Action action = Action::kInvite) {
  Change change;
  change.action = action;
  change.source_id = source_id;
  change.key = source_id + "@example.com";
  return change;
}

class StoreTest : public testing::Test {
 protected:
  std::int64_t begin(const Change& what, const std::string& step = "send", std::int64_t at = kNow,
                     bool approved = false) {
    const Intent intent{&what, "staff", approved};
    return store_->intend("run", "seats", {&intent, 1}, step, "context", at).at(0);
  }
  void finish(const Change& what, const std::string& state, std::int64_t at = kNow,
              bool approved = false) {
    store_->settle(begin(what, "send", at, approved), state, "7", state == "failed" ? "503" : "",
                   at);
  }

  static StoredHold hold(const std::string& hash, std::vector<Change> changes,
                         HoldClass hold_class = HoldClass::kRemovals) {
    StoredHold stored;
    stored.target = "seats";
    stored.hold.hash = "sha256:" + hash;
    stored.hold.hold_class = hold_class;
    stored.hold.count = changes.size();
    stored.changes = std::move(changes);
    stored.created_at = kNow;
    return stored;
  }

  std::unique_ptr<Store> store_ = Store::in_memory();
};

// ── links ──────────────────────────────────────────────────────────────────────────────────────

TEST_F(StoreTest, ALinkComesBackAsItWas) {
  Link one = link("seats", "E1", "7");
  one.key = "Ann@example.com";
  one.origin = Origin::kAdopted;
  one.source = "staff";
  one.id_attribute = "employee_id";
  one.linked_at = 1;
  one.released_at = 2;
  one.recreated_at = 3;
  one.missing_since = 4;
  one.acknowledged_at = 5;
  one.withdrawn_at = 6;
  one.invitations = 7;
  one.invited_at = 8;
  one.desired_digest = "d";
  one.person_digest = "p";
  one.name_digest = "n";
  store_->put_link(one);
  EXPECT_EQ(store_->find_link("seats", "E1"), one);
  EXPECT_FALSE(store_->find_link("seats", "E2"));
  EXPECT_FALSE(store_->find_link("other", "E1"));
}

TEST_F(StoreTest, ALinkIsWrittenOverByItsOwner) {
  store_->put_link(link("seats", "E1", "7"));
  store_->put_link(link("seats", "E1", "8"));
  EXPECT_THAT(store_->all_links(), SizeIs(1));
  EXPECT_EQ(store_->find_link("seats", "E1")->remote_id, "8");
}

// never-again 37, 35: the second claimant is refused, and the first loses nothing.
TEST_F(StoreTest, OneAccountHasOnePerson) {
  store_->put_link(link("seats", "E1", "7"));
  EXPECT_THROW(store_->put_link(link("seats", "E2", "7")), StoreError);
  EXPECT_EQ(store_->find_link("seats", "E1")->remote_id, "7");
  EXPECT_FALSE(store_->find_link("seats", "E2"));
}

TEST_F(StoreTest, ARefusedLinkLeavesTheOldOneOfThePerson) {
  store_->put_link(link("seats", "E1", "7"));
  store_->put_link(link("seats", "E2", "8"));
  EXPECT_THROW(store_->put_link(link("seats", "E2", "7")), StoreError);
  EXPECT_EQ(store_->find_link("seats", "E2")->remote_id, "8");
}

// never-again 43: two clients of one workspace must not both own an account.
TEST_F(StoreTest, OneAccountOfATenancyHasOneTarget) {
  store_->put_link(link("sales", "E1", "7"));
  EXPECT_THROW(store_->put_link(link("support", "E1", "7")), StoreError);
  EXPECT_NO_THROW(store_->put_link(link("support", "E1", "7", "another house")));
}

TEST_F(StoreTest, TenanciesThatWereNotLearntAreNotTheSame) {
  store_->put_link(link("sales", "E1", "7", ""));
  EXPECT_NO_THROW(store_->put_link(link("support", "E1", "7", "")));
  EXPECT_FALSE(store_->find_holder("other", "", "7"));
  EXPECT_THAT(store_->sibling_links("", "other"), IsEmpty());
}

TEST_F(StoreTest, KnowsWhoHoldsAnAccount) {
  store_->put_link(link("sales", "E1", "7"));
  EXPECT_EQ(store_->find_holder("sales", "house", "7")->source_id, "E1");
  EXPECT_EQ(store_->find_holder("support", "house", "7")->target, "sales");
  EXPECT_FALSE(store_->find_holder("support", "another house", "7"));
  EXPECT_THAT(store_->sibling_links("house", "support"), ElementsAre(Pair("7", "sales")));
  EXPECT_THAT(store_->sibling_links("house", "sales"), IsEmpty());
}

// ── transactions ───────────────────────────────────────────────────────────────────────────────

TEST_F(StoreTest, WhatThrowsInATransactionNeverHappened) {
  EXPECT_THROW(store_->transact([&] {
    store_->put_link(link("seats", "E1", "7"));
    store_->transact([&] { store_->put_link(link("seats", "E2", "8")); });
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_THAT(store_->all_links(), IsEmpty());
  store_->put_link(link("seats", "E3", "9"));
  EXPECT_THAT(store_->all_links(), SizeIs(1));
}

// ── memories ───────────────────────────────────────────────────────────────────────────────────

TEST_F(StoreTest, AbsencesAreCountedPerTargetAndPerson) {
  store_->put_absence("seats", {"E1", 1, 10, "hash"});
  store_->put_absence("seats", {"E1", 2, 10, "hash"});
  store_->put_absence("seats", {"E2", 1, 20, "hash"});
  store_->put_absence("other", {"E1", 5, 1, "hash"});
  EXPECT_EQ(store_->absences("seats").at("E1").reads, 2);
  store_->drop_absence("seats", "E1");
  EXPECT_THAT(store_->absences("seats"), ElementsAre(Pair("E2", testing::_)));
  EXPECT_EQ(store_->absences("other").at("E1").reads, 5);
}

TEST_F(StoreTest, RemembersSourcesAndTargets) {
  EXPECT_FALSE(store_->source_memory("staff"));
  store_->put_source_memory("staff", {180, {"a.csv", "b, \"c\".csv"}, kNow});
  EXPECT_THAT(store_->source_memory("staff")->parts, ElementsAre("a.csv", "b, \"c\".csv"));
  EXPECT_FALSE(store_->target_memory("seats"));
  store_->put_target_memory("seats", {"hash", "email", kNow});
  EXPECT_EQ(store_->target_memory("seats")->last_run, kNow);
}

TEST_F(StoreTest, RewritesAreKeptPerAttribute) {
  store_->put_rewrite("seats", {"E1", "team", "Sales", "sales", 1, kNow});
  store_->put_rewrite("seats", {"E1", "team", "Sales", "SALES", 2, kNow});
  store_->put_rewrite("seats", {"E1", "role", "a", "b", 1, kNow});
  EXPECT_THAT(store_->rewrites("seats"), SizeIs(2));
  store_->drop_rewrite("seats", "E1", "team");
  EXPECT_THAT(store_->rewrites("seats"), SizeIs(1));
}

TEST_F(StoreTest, RewritesDoNotOutliveTheAccountTheyAreAbout) {
  Link one = link("seats", "E1", "7");
  const auto count_after = [&](const Link& next) {
    store_->put_rewrite("seats", {"E1", "role", "admin", "agent", 2, 10});
    store_->put_link(next);
    return store_->rewrites("seats").size();
  };
  store_->put_link(one);
  EXPECT_EQ(count_after(one), 1U);
  one.released_at = 5;
  EXPECT_EQ(count_after(one), 0U) << "access was taken away";
  one.remote_id = "8";
  EXPECT_EQ(count_after(one), 0U) << "another account";
}

TEST_F(StoreTest, ARewriteRemembersWhetherItWasTakenAndWhatBroughtItAbout) {
  store_->put_rewrite("seats", {"E1", "role", "admin", "", 1, kNow, false, Cause::kJoiner});
  const Rewrite rewrite = store_->rewrites("seats").at(0);
  EXPECT_FALSE(rewrite.taken);
  EXPECT_EQ(rewrite.cause, Cause::kJoiner);
}

// ── journal ────────────────────────────────────────────────────────────────────────────────────

// never-again 45, 47: what was begun is known before it leaves, and stays known until it is
// settled.
TEST_F(StoreTest, AnOperationIsOpenUntilItIsSettled) {
  const std::int64_t id = begin(change("E1"));
  const auto open = store_->unsettled("seats");
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].change.key, "E1@example.com");
  EXPECT_EQ(open[0].step, "send");
  EXPECT_EQ(open[0].context, "context");
  EXPECT_EQ(open[0].intended_at, kNow);
  EXPECT_THAT(store_->check(), ElementsAre(HasSubstr("E1@example.com")));
  store_->settle(id, "applied", "7", "", kNow + 1);
  EXPECT_THAT(store_->unsettled("seats"), IsEmpty());
  EXPECT_THAT(store_->check(), IsEmpty());
}

TEST_F(StoreTest, EveryStepOfAnOperationIsJournalled) {
  const std::vector<std::int64_t> ids{begin(change("E1", Action::kReinvite), "revoke")};
  EXPECT_EQ(store_->unsettled("seats")[0].step, "revoke");
  store_->intend_step(ids, "invite", "note", kNow + 5);
  const Operation operation = store_->unsettled("seats")[0];
  EXPECT_EQ(operation.step, "invite");
  EXPECT_EQ(operation.context, "note");
  EXPECT_EQ(operation.intended_at, kNow + 5);
}

TEST_F(StoreTest, WhatTravelledTogetherSharesABatch) {
  const Change one = change("E1");
  const Change two = change("E2");
  const std::vector<Intent> intents{{&one, "staff", false}, {&two, "staff", false}};
  (void)store_->intend("run", "seats", intents, "create", "", kNow);
  (void)begin(change("E3"));
  const auto open = store_->unsettled("seats");
  EXPECT_EQ(open[0].batch, open[1].batch);
  EXPECT_NE(open[1].batch, open[2].batch);
}

TEST_F(StoreTest, AFailureIsForgottenWithTheNextSuccess) {
  finish(change("E1"), "failed");
  finish(change("E2"), "failed");
  EXPECT_EQ(store_->failures("seats").at("E1").error, "503");
  finish(change("E1"), "applied");
  EXPECT_THAT(store_->failures("seats"), ElementsAre(Pair("E2", testing::_)));
}

TEST_F(StoreTest, RemovalsAreCountedUnlessSomebodyApprovedThem) {
  finish(change("E1", Action::kRevoke), "applied", kNow - 2 * kDay);
  finish(change("E2", Action::kRevoke), "applied");
  finish(change("E3", Action::kRevoke), "applied", kNow, true);
  finish(change("E4", Action::kRevoke), "failed");
  finish(change("E5"), "applied");
  Change weaker = change("E6", Action::kUpdate);
  weaker.lowers_entitlement = true;
  finish(weaker, "applied");
  EXPECT_EQ(store_->removals_of_target("seats", kNow - kDay), 2U);
  EXPECT_EQ(store_->removals_of_target("seats", kNow - 7 * kDay), 3U);
  EXPECT_EQ(store_->removals_of_source("staff", kNow - kDay), 2U);
  EXPECT_EQ(store_->removals_of_source("other", kNow - kDay), 0U);
}

TEST_F(StoreTest, HistoryIsFoundByIdAndByKeyNewestFirst) {
  finish(change("E1"), "applied", kNow);
  finish(change("E1", Action::kRevoke), "failed", kNow + 5);
  finish(change("E2"), "applied");
  const auto entries = store_->history("e1@EXAMPLE.com", 10);
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].action, "revoke");
  EXPECT_EQ(entries[0].error, "503");
  EXPECT_EQ(entries[1].at, kNow);
  EXPECT_THAT(store_->history("E1", 1), SizeIs(1));
  EXPECT_THAT(store_->history("", 10), SizeIs(3));
  EXPECT_THAT(store_->history("E", 10), IsEmpty());
}

// ── holds ──────────────────────────────────────────────────────────────────────────────────────

TEST_F(StoreTest, HoldsAreReplacedByThoseOfTheLastRun) {
  store_->replace_holds("seats", {hold("aa", {change("E1")}), hold("bb", {change("E2")})}, kNow);
  store_->replace_holds("seats", {hold("bb", {change("E2")})}, kNow);
  ASSERT_THAT(store_->holds(), SizeIs(1));
  EXPECT_EQ(store_->holds()[0].hold.hash, "sha256:bb");
  EXPECT_EQ(store_->holds()[0].changes.at(0).source_id, "E2");
  store_->replace_holds("other", {}, kNow);
  EXPECT_THAT(store_->holds(), SizeIs(1));
}

TEST_F(StoreTest, AHoldIsFoundByTheBeginningOfItsHash) {
  store_->replace_holds("seats", {hold("aabb", {change("E1")}), hold("aacc", {change("E2")})},
                        kNow);
  EXPECT_THAT(store_->find_holds("aa"), SizeIs(2));
  EXPECT_THAT(store_->find_holds("aab"), SizeIs(1));
  EXPECT_THAT(store_->find_holds("sha256:aacc"), SizeIs(1));
  EXPECT_THAT(store_->find_holds("bb"), IsEmpty());
}

TEST_F(StoreTest, AnApprovalIsGoodForSevenDays) {
  store_->replace_holds("seats", {hold("aa", {change("E1")})}, kNow);
  EXPECT_THAT(store_->approved_lines("seats", kNow), IsEmpty());
  store_->approve("sha256:aa", "ann@desk", kNow);
  const std::string line = identity_line(change("E1"));
  EXPECT_THAT(store_->approved_lines("seats", kNow + 7 * kDay - 1), ElementsAre(line));
  EXPECT_THAT(store_->approved_lines("seats", kNow + 7 * kDay), IsEmpty());
  EXPECT_THAT(store_->approved_lines("other", kNow), IsEmpty());
  EXPECT_EQ(store_->holds()[0].approved_by, "ann@desk");
}

TEST_F(StoreTest, AnApprovalOutlivesTheRunThatNoLongerHolds) {
  store_->replace_holds("seats", {hold("aa", {change("E1"), change("E2")})}, kNow);
  store_->approve("sha256:aa", "ann@desk", kNow);
  store_->replace_holds("seats", {}, kNow + kDay);
  EXPECT_THAT(store_->approved_lines("seats", kNow + kDay), SizeIs(2));
}

TEST_F(StoreTest, AnApprovalIsUsedUpChangeByChange) {
  store_->replace_holds("seats", {hold("aa", {change("E1"), change("E2")})}, kNow);
  store_->approve("sha256:aa", "ann@desk", kNow);
  store_->consume_approval("seats", identity_line(change("E1")));
  EXPECT_THAT(store_->approved_lines("seats", kNow), ElementsAre(identity_line(change("E2"))));
  store_->consume_approval("seats", identity_line(change("E2")));
  EXPECT_THAT(store_->holds(), IsEmpty());
}

TEST_F(StoreTest, AnExpiredApprovalIsForgottenWhenNothingIsHeldAnyMore) {
  store_->replace_holds("seats", {hold("aa", {change("E1")})}, kNow);
  store_->approve("sha256:aa", "ann@desk", kNow);
  store_->replace_holds("seats", {}, kNow + 8 * kDay);
  EXPECT_THAT(store_->holds(), IsEmpty());
}

// ── runs ───────────────────────────────────────────────────────────────────────────────────────

TEST_F(StoreTest, RunsAreListedNewestFirstAndFoundByTarget) {
  store_->put_run({"R1", "apply", 10, 11, 0, R"({"targets": [{"name": "seats"}]})"});
  store_->put_run({"R2", "plan", 20, 21, 5, R"({"targets": [{"name": "seats2"}]})"});
  const auto runs = store_->runs(10);
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[0].run, "R2");
  EXPECT_EQ(runs[0].exit_code, 5);
  EXPECT_EQ(store_->last_run_of("seats")->run, "R1");
  EXPECT_FALSE(store_->last_run_of("seat"));
}

}  // namespace
}  // namespace usher
