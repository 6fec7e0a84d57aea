// Who knocks at the door.

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kWrong = "CANARY-a-credential-that-nobody-gave-out";

void wrong_credential_stops_the_target(const Subject& subject) {
  World world(subject, 3);
  world.change_setting(subject.credential, Secret(kWrong));
  const ConnectorError error = error_of([&] { (void)world.list(); });
  EXPECT_TRUE(error.stops_target()) << error.what();
  EXPECT_THAT(error.what(), Not(HasSubstr("CANARY")));
}

void wrong_credential_is_a_finding_of_probe(const Subject& subject) {
  World world(subject, 1);
  world.change_setting(subject.credential, Secret(kWrong));
  const std::vector<Finding> findings = world.target().probe();
  EXPECT_TRUE(std::ranges::any_of(findings, [](const Finding& each) { return !each.good; }));
  for (const Finding& each : findings) EXPECT_THAT(each.what, Not(HasSubstr("CANARY")));
}

void right_credential_has_no_bad_finding(const Subject& subject) {
  World world(subject, 2);
  for (const Finding& each : world.target().probe()) EXPECT_TRUE(each.good) << each.what;
}

void probing_sends_no_write(const Subject& subject) {
  World world(subject, 2);
  const nlohmann::json before = world.state();
  (void)world.target().probe();
  EXPECT_EQ(world.state(), before);
}

// Whatever request the credential expires at: nothing may look like an empty or shorter list.
void credential_that_expires_while_listing_is_no_shorter_list(const Subject& subject) {
  World whole(subject, some_people(subject));
  const std::size_t before = whole.requests();
  (void)whole.list();
  const std::size_t requests = whole.requests() - before;
  for (std::size_t at = 0; at < requests; ++at) {
    SCOPED_TRACE(::testing::Message() << "expired at request " << at + 1);
    World world(subject, some_people(subject));
    world.stage().fault(
        nlohmann::json{{"after", at}, {"times", 0}, {"action", "status"}, {"status", 401}}.dump());
    const ConnectorError error = error_of([&] { (void)world.list(); });
    EXPECT_TRUE(error.stops_target()) << error.what();
  }
}

}  // namespace

std::vector<Case> credential_cases() {
  return {
      {"AWrongCredentialStopsTheTarget", always, wrong_credential_stops_the_target},
      {"AWrongCredentialIsAFindingOfProbe", always, wrong_credential_is_a_finding_of_probe},
      {"ARightCredentialHasNoBadFinding", always, right_credential_has_no_bad_finding},
      {"ProbingSendsNoWrite", always, probing_sends_no_write},
      {"ACredentialThatExpiresWhileListingIsNoShorterList", always,
       credential_that_expires_while_listing_is_no_shorter_list},
  };
}

}  // namespace usher::contract
