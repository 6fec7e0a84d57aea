#include "daemon/store/change_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace usher {
namespace {

Change full_change() {
  Change change;
  change.action = Action::kUpdate;
  change.cause = Cause::kDrift;
  change.source_id = "E1";
  change.remote_id = "7";
  change.key = "ann@example.com";
  change.fields = {"active", "role", "roles"};
  change.before = Fields{};
  change.after = Fields{};
  change.before->set("role", std::string("admin"));
  change.after->set("role", std::string("agent \"quoted\"\n\xc3\xa4"));
  change.after->set("active", false);
  change.after->set("roles", Texts{"a", "b"});
  change.reason = "was changed behind usher's back";
  change.attempt = 3;
  change.needs_lookup = change.lowers_entitlement = change.sends_mail = change.moves_link = true;
  change.requests = 2;
  return change;
}

TEST(ChangeJsonTest, AChangeComesBackAsItWas) {
  const Change change = full_change();
  const Change back = change_from_json(to_json(change));
  EXPECT_EQ(identity_line(back), identity_line(change));
  EXPECT_EQ(back.before, change.before);
  EXPECT_EQ(back.after, change.after);
  EXPECT_EQ(back.cause, Cause::kDrift);
  EXPECT_EQ(back.reason, change.reason);
  EXPECT_EQ(back.attempt, 3);
  EXPECT_EQ(back.requests, 2);
  EXPECT_TRUE(back.needs_lookup && back.lowers_entitlement && back.sends_mail && back.moves_link);
}

// A removal has no `after`, which is another thing than an empty one.
TEST(ChangeJsonTest, NothingAndEmptyStayApart) {
  Change change = full_change();
  change.before = Fields{};
  change.after.reset();
  const Change back = change_from_json(to_json(change));
  EXPECT_FALSE(back.after);
  ASSERT_TRUE(back.before);
  EXPECT_TRUE(back.before->empty());
}

TEST(ChangeJsonTest, WhatIsNotAChangeIsRefused) {
  EXPECT_THROW((void)change_from_json(nlohmann::json::object()), nlohmann::json::exception);
  EXPECT_THROW((void)change_from_json(nlohmann::json("revoke everybody")),
               nlohmann::json::exception);
}

}  // namespace
}  // namespace usher
