#include "daemon/service/liveness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace usher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LivenessTest : public ::testing::Test {
 protected:
  /// Time passes while the main loop comes round.
  void pass(std::chrono::seconds time) {
    clock_.advance(time);
    liveness_.beat();
  }

  ManualClock clock_;
  Liveness liveness_{clock_};
};

TEST_F(LivenessTest, NothingToDoIsNoReasonForComplaint) {
  pass(24h);
  EXPECT_THAT(liveness_.complaints(), IsEmpty());
}

TEST_F(LivenessTest, AMainLoopThatHangsIsNoticed) {
  clock_.advance(Liveness::kLoopPatience);
  EXPECT_THAT(liveness_.complaints(), IsEmpty());
  clock_.advance(1s);
  EXPECT_THAT(liveness_.complaints(), ElementsAre(HasSubstr("scheduler")));
}

TEST_F(LivenessTest, ARunWithoutProgressIsNamed) {
  const ActiveRun run(liveness_, "sales");
  pass(Liveness::kPatience);
  EXPECT_THAT(liveness_.complaints(), IsEmpty());
  pass(1s);
  EXPECT_THAT(liveness_.complaints(), ElementsAre(HasSubstr("sales")));
}

TEST_F(LivenessTest, ProgressOfOneRunDoesNotSpeakForAnother) {
  const ActiveRun stuck(liveness_, "stuck");
  ActiveRun busy(liveness_, "busy");
  pass(9min);
  busy.progress(false);
  pass(9min);
  EXPECT_THAT(liveness_.complaints(), ElementsAre(HasSubstr("stuck")));
}

TEST_F(LivenessTest, ALongListIsProgressWhileAnswersCome) {
  const ActiveRun run(liveness_, "sales");
  pass(9min);
  ActiveRun::note_answer();
  pass(9min);
  EXPECT_THAT(liveness_.complaints(), IsEmpty());
}

TEST_F(LivenessTest, ARunThatHasEndedIsNoLongerWatched) {
  { const ActiveRun run(liveness_, "sales"); }
  pass(11min);
  EXPECT_THAT(liveness_.complaints(), IsEmpty());
  ActiveRun::note_answer();  // nobody's, and no crash
}

TEST_F(LivenessTest, KnowsWhetherSomebodyWrites) {
  ActiveRun run(liveness_, "sales");
  EXPECT_FALSE(liveness_.any_writes());
  run.progress(true);
  ActiveRun::note_answer();
  EXPECT_TRUE(liveness_.any_writes());
}

}  // namespace
}  // namespace usher
