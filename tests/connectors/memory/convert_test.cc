// What crosses the wire to the reference service; everything else is in the contract suite.

#include "connectors/memory/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"

namespace usher::memory {
namespace {

Account read(const char* text) {
  const JsonDocument document(text, "a user");
  return to_account(document.root());
}

Change change(Action action, Texts fields = {}) {
  Change change;
  change.action = action;
  change.fields = std::move(fields);
  change.after = Fields{};
  change.after->set("email", std::string("ann@example.com"));
  change.after->set("role", std::string("admin"));
  return change;
}

TEST(MemoryConvertTest, AUserIsAnAccount) {
  const Account account = read(
      R"({"id": "u7", "email": "Ann@example.com", "name": null, "role": "admin", "active": false,
               "owner": true})");
  EXPECT_EQ(account.remote_id, "u7");
  EXPECT_EQ(account.key, "Ann@example.com");
  EXPECT_EQ(account.status, AccountStatus::kInactive);
  EXPECT_EQ(account.untouchable, "owner");
}

TEST(MemoryConvertTest, AUserWithoutIdIsNoAccount) {
  EXPECT_THROW((void)read(R"({"email": "a@b", "role": "viewer", "active": true})"), ConnectorError);
}

TEST(MemoryConvertTest, OnlyWhatDiffersIsSent) {
  EXPECT_EQ(to_body(change(Action::kUpdate, {"role"})), R"({"role":"admin"})");
  EXPECT_EQ(to_body(change(Action::kReactivate, {"role"})), R"({"active":true,"role":"admin"})");
  EXPECT_EQ(to_body(change(Action::kDeactivate)), R"({"active":false})");
}

}  // namespace
}  // namespace usher::memory
