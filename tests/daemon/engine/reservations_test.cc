#include "daemon/engine/reservations.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

const std::pair<std::string, std::string> kAnn{"northwind", "ann@example.com"};

/// Reserves, and returns what others had reserved.
Reserved reserve(Reservations::Ticket& ticket, const Reserved& mine) {
  Reserved seen;
  ticket.reserve([&](const Reserved& others) {
    seen = others;
    return mine;
  });
  return seen;
}

TEST(ReservationsTest, RunsBesideEachOtherShareOneLimit) {
  Reservations all;
  const auto first = all.begin();
  const auto second = all.begin();
  const auto third = all.begin();
  EXPECT_TRUE(reserve(*first, {{{"staff", 5}}, {}}).removals.empty());
  EXPECT_EQ(reserve(*second, {{{"staff", 2}}, {}}).removals.at("staff"), 5U);
  EXPECT_EQ(reserve(*third, {}).removals.at("staff"), 7U);
}

TEST(ReservationsTest, TheRemovalsOfARunThatEndedAreInTheState) {
  Reservations all;
  auto first = all.begin();
  const auto second = all.begin();
  (void)reserve(*first, {{{"staff", 5}}, {}});
  first.reset();
  EXPECT_TRUE(reserve(*second, {}).removals.empty());
}

TEST(ReservationsTest, ACreationIsSeenByWhoListedBeforeIt) {
  Reservations all;
  auto first = all.begin();
  const auto second = all.begin();
  (void)reserve(*first, {{}, {{kAnn, "sales"}}});
  first.reset();
  EXPECT_EQ(reserve(*second, {}).creations.at(kAnn), "sales");
}

TEST(ReservationsTest, WhoBeginsLaterSeesTheAccountItself) {
  Reservations all;
  const auto busy = all.begin();
  auto first = all.begin();
  (void)reserve(*first, {{}, {{kAnn, "sales"}}});
  first.reset();
  const auto second = all.begin();
  EXPECT_TRUE(reserve(*second, {}).creations.empty());
}

}  // namespace
}  // namespace usher
