// Seeds: what they may say, and what is said about faulty ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/connectors/sandbox/rehearsal.h"

namespace usher::sandbox {
namespace {

using ::testing::HasSubstr;

std::string problem_of(std::string_view seed) {
  try {
    const Rehearsal on(seed);
  } catch (const BadRequest& error) {
    return error.what();
  }
  return "taken";
}

TEST(SeedTest, FaultySeedsAreRefusedWithThePlace) {
  struct Case {
    const char* seed;
    const char* message;
  };
  const Case cases[] = {
      {"{\n  \"workspaces\": [,]}", "the seed is not JSON: parse error at line 2"},
      {R"([])", "seed: /: an object is wanted here"},
      {R"({"workspace": []})", "/workspace: is not known here: did you mean `workspaces`?"},
      {R"({"workspaces": [7]})", "/workspaces/0: an object is wanted here, not 7"},
      {R"({"workspaces": [{}]})", "/workspaces/0/id: is required"},
      {R"({"workspaces": [{"id": "a"}, {"id": "a"}]})", "/workspaces/1/id: `a` is given twice"},
      {R"({"workspaces": [{"id": "a", "seats": "5"}]})", "/workspaces/0/seats: a whole number"},
      {R"({"workspaces": [{"id": "a", "users": [{"email": "x@y.z", "role": "agnet"}]}]})",
       "/workspaces/0/users/0/role: `agnet` is none of owner, admin, team_supervisor, teammate, "
       "agent, "
       "collaborator: did you mean `agent`?"},
      {R"({"workspaces": [{"id": "a", "users": [{"email": "x@y.z", "team": "T"}]}]})",
       "/workspaces/0/users/0/team: `T` is none of the workspace's teams: Default"},
      {R"({"workspaces": [{"id": "a", "users": [{"email": "x@y.z"}, {"email": "X@y.z"}]}]})",
       "/workspaces/0/users/1/email: `X@y.z` is in this workspace already"},
      {R"({"workspaces": [{"id": "a", "users": [{"email": "x@y.z", "user_id": 5}, {"email": "w@y.z", "user_id": 5}]}]})",
       "/workspaces/0/users/1/user_id: 5 is in this workspace already"},
      {R"({"workspaces": [{"id": "a", "users": [{"email": "x@y.z", "user_id": 5}]},
                          {"id": "b", "users": [{"email": "w@y.z", "user_id": 5}]}]})",
       "/workspaces: user_id 5 belongs to both x@y.z and w@y.z"},
      {R"({"workspaces": [{"id": "a", "users": [{"email": "x@y.z", "created_at": "yesterday"}]}]})",
       "a time such as 2026-11-05T13:22:10Z is wanted, not `yesterday`"},
      {R"({"workspaces": [{"id": "a", "users": [{"email": "x@y.z", "role": "owner"}, {"email": "w@y.z", "role": "owner"}]}]})",
       "/workspaces/0/users/1/role: the workspace has an owner already"},
      {R"({"workspaces": [{"id": "a", "tokens": ["t", "t"]}]})",
       "/workspaces/0/tokens: token 2 is given twice"},
      {R"({"workspaces": [{"id": "a", "tokens": [7]}]})",
       "/workspaces/0/tokens: a token is a text or"},
      {R"({"workspaces": [{"id": "a", "generate": [{"count": 3, "email": "x@y.z"}]}]})",
       "/workspaces/0/generate/0/email: must contain {n}"},
      {R"({"partners": [{"id": "p", "secret": "s", "workspaces": ["w"]}]})",
       "/partners/0/workspaces: there is no workspace `w` in this seed"},
      {R"({"partners": [{"id": "p"}]})", "/partners/0/secret: is required"},
      {R"({"switches": {"error_code": "maybe"}})",
       "switch `error_code` takes present|absent, not `maybe`"},
      {R"({"faults": [{"action": "explode"}]})", "/rules/0/action: `explode` is none of"},
  };
  for (const auto& [seed, message] : cases) {
    EXPECT_THAT(problem_of(seed), HasSubstr(message)) << seed;
  }
}

TEST(SeedTest, AllProblemsAreToldAtOnce) {
  const auto message = problem_of(
      R"({"workspaces": [{"id": "a", "seats": -1, "users": [{"emial": "x"}]}], "partners": [{"id": "p"}]})");
  EXPECT_THAT(message, HasSubstr("/seats"));
  EXPECT_THAT(message, HasSubstr("/users/0/email: is required"));
  EXPECT_THAT(message, HasSubstr("/users/0/emial: is not known here: did you mean `email`?"));
  EXPECT_THAT(message, HasSubstr("/partners/0/secret"));
}

TEST(SeedTest, AWorkspaceWithoutAnOwnerGetsOne) {
  Rehearsal on(R"({"workspaces": [{"id": "a"}]})");
  EXPECT_EQ(on.workspace("a")["users"][0]["role"], "owner");
  EXPECT_EQ(on.workspace("a")["seats"]["used"], 1);
}

TEST(SeedTest, UsersCanBeGenerated) {
  Rehearsal on(R"({"workspaces": [{"id": "a", "seats": 2000, "tokens": ["owner-token"],
      "generate": [{"count": 1000, "email": "p{n}@x.example", "role": "teammate"}]}]})");
  const auto teammates = on.call("GET", "/workspace/teammates").json["data"]["teammates"];
  ASSERT_EQ(teammates.size(), 1001);
  EXPECT_EQ(teammates[1000]["email"], "p1000@x.example");
  EXPECT_EQ(teammates[1000]["role"], "Teammate");
}

TEST(SeedTest, AListIsRenderedOnceWhileNothingChanges) {
  Rehearsal on;
  const auto first = on.call("GET", "/workspace/teammates").response.body;
  EXPECT_EQ(on.call("GET", "/workspace/teammates").response.body, first);
  on.invite("ann@x.example");
  EXPECT_NE(on.call("GET", "/workspace/teammates").response.body, first);
}

TEST(SeedTest, TextsAreEscapedInLists) {
  Rehearsal on(R"({"workspaces": [{"id": "a", "tokens": ["owner-token"],
      "users": [{"email": "x@y.z", "display_name": "Zoë \"Z\" \\ \u0007\n"}]}]})");
  EXPECT_EQ(on.call("GET", "/workspace/teammates").json["data"]["teammates"][0]["display_name"],
            "Zoë \"Z\" \\ \a\n");
}

TEST(SeedTest, TheExampleWorks) {
  std::ifstream in(USHER_SOURCE_DIR "/connectors/sandbox/examples/seed.json");
  std::ostringstream text;
  text << in.rdbuf();
  Rehearsal on(text.str());
  EXPECT_EQ(on.workspace()["user_count"], 5);
}

}  // namespace
}  // namespace usher::sandbox
