#include "connectors/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"
#include "tests/connectors/recording.h"

namespace usher {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kOk = 200;
constexpr int kNotFound = 404;

Change change(Action action) {
  Change change;
  change.action = action;
  change.key = "ann@example.com";
  change.remote_id = "u7";
  return change;
}

Capabilities everything() {
  Capabilities can;
  can.creation = Action::kCreate;
  can.can_deactivate = can.can_reactivate = can.can_delete = true;
  can.can_revoke = can.can_reinvite = can.assigns = true;
  return can;
}

/// Carries one change out that is answered by an error; nothing: by a success.
Applied apply(Action action, std::optional<ConnectorError> error, test::RecordingSteps& steps,
              const Capabilities& can = everything()) {
  const Change one = change(action);
  return apply_each({&one, 1}, steps, can, "Acme",
                    [&](const Change&) -> Applied {
                      if (error) throw *error;
                      return {"u7", std::nullopt, {}};
                    })
      .at(0);
}

ErrorKind failure(Action action, const ConnectorError& error) {
  test::RecordingSteps steps;
  try {
    (void)apply(action, error, steps);
  } catch (const ConnectorError& thrown) {
    EXPECT_THAT(steps.log, ElementsAre(std::string(to_string(action)) + "?ann@example.com"));
    return thrown.kind;
  }
  ADD_FAILURE() << "was not thrown";
  return error.kind;
}

TEST(LookUpTest, ANotFoundIsAbsentAndOtherTroubleUnknown) {
  const auto found = [](ErrorKind kind) {
    return look_up([&]() -> Lookup { throw ConnectorError(kind, "trouble"); }).presence;
  };
  EXPECT_EQ(found(ErrorKind::kNotFound), Presence::kAbsent);
  for (const ErrorKind kind : {ErrorKind::kMalformed, ErrorKind::kTransient,
                               ErrorKind::kRateLimited, ErrorKind::kUnknownOutcome})
    EXPECT_EQ(found(kind), Presence::kUnknown) << to_string(kind);
  EXPECT_THROW((void)found(ErrorKind::kForbidden), ConnectorError);
}

TEST(FindOutTest, TroubleIsABadFinding) {
  EXPECT_TRUE(find_out([] { return "3 users"; }).at(0).good);
  const Finding bad = find_out([]() -> std::string {
                        throw ConnectorError(ErrorKind::kUnauthorized, "refused");
                      }).at(0);
  EXPECT_FALSE(bad.good);
  EXPECT_EQ(bad.what, "refused");
}

TEST(ApplyEachTest, AStepIsNotedBeforeAndAfterTheRequest) {
  test::RecordingSteps steps;
  EXPECT_EQ(apply(Action::kCreate, {}, steps).remote_id, "u7");
  EXPECT_THAT(steps.log, ElementsAre("create?ann@example.com", "create=u7"));
}

TEST(ApplyEachTest, WhatIsNotDeclaredIsRefusedBeforeAnythingIsSent) {
  Capabilities nothing;
  nothing.creation = Action::kCreate;
  nothing.can_update = false;
  for (const Action action : kActions) {
    if (action == Action::kCreate) continue;
    SCOPED_TRACE(to_string(action));
    test::RecordingSteps steps;
    EXPECT_THROW((void)apply(action, {}, steps, nothing), ConnectorError);
    EXPECT_THAT(steps.log, IsEmpty());
  }
}

TEST(ApplyEachTest, WhatIsDeclaredIsSent) {
  for (const Action action : kActions) {
    if (action == Action::kInvite || action == Action::kManual) continue;
    test::RecordingSteps steps;
    EXPECT_NO_THROW((void)apply(action, {}, steps)) << to_string(action);
  }
}

TEST(ApplyEachTest, ARemovalOfSomebodyWhoIsGoneIsASuccess) {
  const ConnectorError gone(ErrorKind::kNotFound, "gone", {}, kNotFound);
  for (const Action action : {Action::kDeactivate, Action::kDelete, Action::kRevoke}) {
    test::RecordingSteps steps;
    EXPECT_EQ(apply(action, gone, steps).note, "was already gone");
    EXPECT_EQ(steps.log.size(), 2U);
  }
  EXPECT_EQ(failure(Action::kUpdate, gone), ErrorKind::kNotFound);
}

TEST(ApplyEachTest, ASuccessThatCannotBeReadHasAnUnknownOutcome) {
  EXPECT_EQ(failure(Action::kCreate, {ErrorKind::kMalformed, "no JSON"}),
            ErrorKind::kUnknownOutcome);
  EXPECT_EQ(failure(Action::kCreate, {ErrorKind::kMalformed, "no JSON", {}, kOk}),
            ErrorKind::kUnknownOutcome);
  EXPECT_EQ(failure(Action::kDelete, {ErrorKind::kMalformed, "a page", {}, kNotFound}),
            ErrorKind::kMalformed);
}

}  // namespace
}  // namespace usher
