#include "connectors/polytomic/roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"

namespace usher::polytomic {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Roles read(const char* text) {
  const JsonDocument document(text, "roles");
  return Roles(document.root());
}

const Roles& some() {
  static const Roles kRoles = read(R"([
      {"id": "R1", "name": "Admin", "system": true}, {"id": "R2", "name": "Member"},
      {"id": "R3", "name": "Analyst"}, {"id": "R4", "name": "analyst"}, {"id": "R5", "name": "Équipe"},
      {"id": "R6", "name": null}])");
  return kRoles;
}

TEST(PolytomicRolesTest, NamesAndIdsInAnyLetterCaseAreOneRole) {
  for (const char* text : {"Member", "member", "MEMBER", " member ", "R2", "r2"}) {
    EXPECT_EQ(some().find_id(text), "R2") << text;
    EXPECT_EQ(some().canonical(text), "Member") << text;
  }
  EXPECT_EQ(some().canonical("ÉQUIPE"), "Équipe");
}

TEST(PolytomicRolesTest, RolesThatShareANameAreCalledByTheirIds) {
  EXPECT_EQ(some().find_id("Analyst"), std::nullopt);
  EXPECT_EQ(some().canonical("r3"), "R3");
  EXPECT_EQ(some().find_id("R4"), "R4");
}

TEST(PolytomicRolesTest, WhatDoesNotExistStaysWhatItIs) {
  EXPECT_EQ(some().canonical("No Such"), "No Such");
  EXPECT_EQ(some().find_id("No Such"), std::nullopt);
  EXPECT_EQ(Roles().canonical("Member"), "Member");
}

TEST(PolytomicRolesTest, SeveralAreInOrderAndEachOnce) {
  EXPECT_THAT(some().canonical(Texts{"member", "Admin", "R2"}), ElementsAre("Admin", "Member"));
  EXPECT_THAT(some().names(), ElementsAre("Admin", "Member", "R3", "R4", "R6", "Équipe"));
}

TEST(PolytomicRolesTest, NullIsNoRolesAndAnythingElseIsNoList) {
  EXPECT_THAT(read("null").names(), IsEmpty());
  for (const char* text :
       {"{}", "7", R"([{"name": "Admin"}])", R"([{"id": ""}])", R"(["Admin"])"}) {
    EXPECT_THROW((void)read(text), ConnectorError) << text;
  }
}

}  // namespace
}  // namespace usher::polytomic
