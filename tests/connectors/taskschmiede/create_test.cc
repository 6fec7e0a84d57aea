// From a person to a member: one request by MCP, four by REST, chains that were cut, and people who
// are on the server already.

#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TaskschmiedeCreateTest : public TaskschmiedeFixture {
 protected:
  void SetUp() override {
    TaskschmiedeFixture::SetUp();
    (void)list();
  }
  void SetUpRest() {
    use_rest();
    (void)list();
  }

  [[nodiscard]] std::size_t count(const std::string& call) {
    const auto all = calls();
    return static_cast<std::size_t>(std::ranges::count(all, call));
  }

  /// What the engine does after a lost answer: it looks, and tries again where nothing was done.
  Applied create_with_lost_answers(const Change& change) {
    for (int tries = 0; tries < 5; ++tries) {
      try {
        return apply(change);
      } catch (const ConnectorError& error) {
        EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
        const Lookup found = target_->recover({{change}, "create", "", 0}).at(0);
        if (found.presence == Presence::kPresent) return {found.account.remote_id, {}, {}};
        EXPECT_EQ(found.presence, Presence::kAbsent);
      }
    }
    ADD_FAILURE() << "never ends";
    return {};
  }
};

TEST_F(TaskschmiedeCreateTest, ByMcpOneRequestMakesAMember) {
  const Applied applied = apply(create("new@north.example"));
  EXPECT_EQ(user("new@north.example").at("id"), applied.remote_id);
  EXPECT_EQ(role("new@north.example"), "member");
  EXPECT_EQ(count("ts.usr.create"), 1U);
  EXPECT_EQ(count("ts.org.set_member_role"), 0U);
  EXPECT_THAT(steps_.log, ElementsAre("create?new@north.example", "create=" + applied.remote_id));
}

TEST_F(TaskschmiedeCreateTest, WhateverCanBeSentAtOnceIsSentAtOnce) {
  Change change = create("new@north.example");
  change.after->set("external_id", std::string("E9"));
  change.after->set("metadata.dept", std::string("Sales"));
  (void)apply(change);
  EXPECT_EQ(arguments("ts.usr.create"),
            nlohmann::json::parse(R"({"name": "New One", "email": "new@north.example",
                "external_id": "E9", "metadata": {"dept": "Sales"}, "organization_id": "org_north"})"));
}

TEST_F(TaskschmiedeCreateTest, AnotherRoleThanMemberIsASecondStep) {
  const Applied applied = apply(create("new@north.example", "admin"));
  EXPECT_EQ(role("new@north.example"), "admin");
  EXPECT_THAT(steps_.log, ElementsAre("create?new@north.example", "create=" + applied.remote_id,
                                      "role?admin", "role=" + applied.remote_id));
}

TEST_F(TaskschmiedeCreateTest, ByRestEachRequestIsAStep) {
  SetUpRest();
  const Applied applied = apply(create("new@north.example", "guest"));
  const std::string& id = applied.remote_id;
  EXPECT_EQ(role("new@north.example"), "guest");
  EXPECT_NE(user("new@north.example").at("resource_id"), "");
  EXPECT_THAT(steps_.log, ElementsAre("create?new@north.example", "create=" + id, "resource?" + id,
                                      "resource=" + id, HasSubstr("link?res_"), "link=" + id,
                                      "member?" + id, "member=" + id));
}

// C3: no duplicate, ever
TEST_F(TaskschmiedeCreateTest, AChainThatIsCutAnywhereIsFinishedByTheNextCreation) {
  SetUpRest();
  for (const char* action : {"lost_reply_after_commit", "lost_reply_before_commit"}) {
    for (const char* step :
         {"POST /users", "POST /resources", "PATCH /users", "POST /organizations"}) {
      SCOPED_TRACE(std::string(action) + " " + step);
      const std::string method = std::string(step).substr(0, std::string(step).find(' '));
      const std::string path = "/api/v1" + std::string(step).substr(method.size() + 1);
      const std::string email = "new" + std::to_string(calls().size()) + "@north.example";
      const std::size_t before = users();
      const bool is_repeated = method == "PATCH" || path.ends_with("organizations");
      stage_.fault(nlohmann::json{{"action", action},
                                  {"times", is_repeated ? 5 : 1},
                                  {"match", {{"method", method}, {"path", path}}}}
                       .dump());
      const Applied applied = create_with_lost_answers(create(email, "guest"));
      stage_.clear_faults();
      EXPECT_EQ(user(email).at("id"), applied.remote_id);
      EXPECT_EQ(role(email), "guest");
      EXPECT_EQ(users(), before + 1);
    }
  }
}

TEST_F(TaskschmiedeCreateTest, ByMcpALostAnswerMakesNoSecondUser) {
  for (const char* action : {"lost_reply_after_commit", "lost_reply_before_commit"}) {
    const std::string email = std::string(action) + "@north.example";
    const std::size_t before = users();
    stage_.fault(nlohmann::json{{"action", action}, {"match", {{"body", "ts.usr.create"}}}}.dump());
    const Applied applied = create_with_lost_answers(create(email));
    EXPECT_EQ(user(email).at("id"), applied.remote_id);
    EXPECT_EQ(users(), before + 1);
  }
}

TEST_F(TaskschmiedeCreateTest, WhoIsInAnotherOrganisationBecomesAMember) {
  const Applied applied = apply(create("bob@south.example", "admin"));
  EXPECT_EQ(applied.remote_id, "usr_bob");
  EXPECT_EQ(role("bob@south.example"), "admin");
  EXPECT_EQ(user("bob@south.example").at("name"), "New One");
  EXPECT_THAT(applied.note, HasSubstr("was on the server already"));
  EXPECT_EQ(count("ts.org.add_member"), 1U);
  EXPECT_EQ(count("ts.usr.create"), 0U);
}

TEST_F(TaskschmiedeCreateTest, WhoWasMadeSinceTheSearchBecomesAMemberToo) {
  for (const char* codes : {"observed", "documented"}) {
    const std::string email = std::string(codes) + "@south.example";
    stage_.set("taskschmiede_error_codes", codes);
    stage_.edit(
        nlohmann::json{{"add", {{"email", email}, {"organizations", {{"org_south", "guest"}}}}}}
            .dump());
    const std::size_t before = users();
    stage_.fault(R"({"action": "wrong_json_type", "members": ["email"],
                     "value": "not-yet@south.example", "match": {"path": "/api/v1/users"}})");
    const Applied applied = apply(create(email));
    EXPECT_EQ(applied.remote_id, user(email).at("id"));
    EXPECT_EQ(role(email), "member");
    EXPECT_EQ(users(), before);
  }
  EXPECT_EQ(count("ts.usr.create"), 2U);
}

// To the server that would be somebody new.
TEST_F(TaskschmiedeCreateTest, AnotherSpellingInAnotherOrganisationIsNobodyNew) {
  stage_.edit(
      R"({"add": {"id": "usr_out", "email": "Out@South.example", "organizations": {"org_south": "guest"}}})");
  const std::size_t before = users();
  for (const char* transport : {"mcp", "rest"}) {
    values_.set("transport", std::string(transport));
    make();
    (void)list();
    const Applied applied = apply(create("out@south.example"));
    EXPECT_EQ(applied.remote_id, "usr_out");
    EXPECT_EQ(role("Out@South.example"), "member");
    (void)apply(change(Action::kDeactivate, "usr_out", "Out@South.example"));
  }
  EXPECT_EQ(users(), before);
}

// Without a search of the server there are a 409 and the organisation, and no second user there.
TEST_F(TaskschmiedeCreateTest, WhereTheServerIsNotShownTheOrganisationIsSearched) {
  for (const char* closed :
       {R"("status": 403)", R"("status": 302)", R"("status": 401, "shape": "html")",
        R"("status": 403, "shape": "html")", R"("status": 404, "shape": "html")",
        R"("status": 405, "shape": "html")", R"("status": 200, "shape": "html")"}) {
    SCOPED_TRACE(closed);
    make();
    (void)list();
    stage_.fault(R"({"action": "status", "times": 99, "match": {"path": "/api/v1"}, )" +
                 std::string(closed) + "}");
    const std::size_t before = users();
    const std::size_t asked = count("GET /users");
    EXPECT_EQ(refused(create("sam@north.example")).kind, ErrorKind::kConflict);
    const ConnectorError error = refused(create("bob@south.example"));
    EXPECT_EQ(error.kind, ErrorKind::kConflict);
    EXPECT_THAT(error.what(), HasSubstr("perhaps outside of the organisation"));
    const std::string email = "new" + std::to_string(before) + "@north.example";
    const Applied applied = apply(create(email));
    EXPECT_EQ(applied.remote_id, user(email).at("id"));
    EXPECT_EQ(users(), before + 1);
    EXPECT_EQ(count("GET /users"), asked + 1) << "one refusal is enough";
    stage_.clear_faults();
  }
}

// The login by MCP does not ask for it, and its token serves REST too.
TEST_F(TaskschmiedeCreateTest, TheSearchOfTheServerNeedsNoSecondFactor) {
  stage_.set("taskschmiede_second_factor", "yes");
  use_password("ada@north.example", "CANARY-password");
  EXPECT_EQ(apply(create("BOB@south.example")).remote_id, "usr_bob");
}

// It says nothing about who is there.
TEST_F(TaskschmiedeCreateTest, ASearchThatFailsCreatesNobody) {
  stage_.edit(
      R"({"add": {"email": "Out@South.example", "organizations": {"org_south": "guest"}}})");
  for (const char* fault : {R"("action": "status", "status": 503, "times": 9)",
                            R"("action": "missing_members", "members": ["id"])"}) {
    stage_.fault("{" + std::string(fault) + R"(, "match": {"path": "/api/v1/users"}})");
    EXPECT_FALSE(refused(create("out@south.example")).stops_target());
    stage_.clear_faults();
  }
  EXPECT_EQ(users(), 8U);
}

// The same state that a deactivation leaves behind; without a resource it is also a chain's first
// step.
TEST_F(TaskschmiedeCreateTest, WhoIsSuspendedAndInNoOrganisationIsActivated) {
  (void)apply(create("lea@north.example"));
  EXPECT_EQ(role("lea@north.example"), "member");
  EXPECT_EQ(user("lea@north.example").at("status"), "active");
  EXPECT_NE(user("lea@north.example").at("resource_id"), "");
}

TEST_F(TaskschmiedeCreateTest, ALeaverWhoComesBackGetsTheirAccountBack) {
  const std::size_t before = users();
  for (const char* transport : {"mcp", "rest"}) {
    values_.set("transport", std::string(transport));
    make();
    (void)list();
    (void)apply(change(Action::kDeactivate, "usr_sam", "Sam@north.example"));
    EXPECT_EQ(user("Sam@north.example").at("status"), "suspended");
    EXPECT_EQ(apply(create("sam@north.example", "guest")).remote_id, "usr_sam");
    EXPECT_EQ(user("Sam@north.example").at("status"), "active");
    EXPECT_EQ(role("Sam@north.example"), "guest");
  }
  EXPECT_EQ(users(), before);
}

TEST_F(TaskschmiedeCreateTest, WhoWasSuspendedByOthersStaysSo) {
  stage_.edit(R"({"email": "bob@south.example", "status": "suspended"})");
  (void)apply(create("bob@south.example"));
  EXPECT_EQ(user("bob@south.example").at("status"), "suspended");
}

TEST_F(TaskschmiedeCreateTest, WhoIsAMemberAlreadyIsAConflict) {
  for (const char* transport : {"mcp", "rest"}) {
    values_.set("transport", std::string(transport));
    make();
    EXPECT_EQ(refused(create("amy@north.example")).kind, ErrorKind::kConflict);
  }
  EXPECT_EQ(role("amy@north.example"), "member");
}

// never picked at random
TEST_F(TaskschmiedeCreateTest, TwoSpellingsOfOneAddressAreForAHuman) {
  stage_.edit(
      R"({"add": {"id": "usr_Bob", "email": "Bob@south.example", "organizations": {"org_south": "guest"}}})");
  for (const char* transport : {"mcp", "rest"}) {
    values_.set("transport", std::string(transport));
    make();
    const ConnectorError error = refused(create("bob@south.example"));
    EXPECT_EQ(error.kind, ErrorKind::kConflict);
    EXPECT_THAT(error.what(), HasSubstr("different spellings"));
  }
  EXPECT_EQ(role("bob@south.example"), "");
}

// To the server that would be another person.
TEST_F(TaskschmiedeCreateTest, WhoIsAMemberInAnotherSpellingIsAConflictToo) {
  for (const char* transport : {"mcp", "rest"}) {
    values_.set("transport", std::string(transport));
    make();
    EXPECT_EQ(refused(create("sam@north.example")).kind, ErrorKind::kConflict);
  }
  EXPECT_EQ(users(), 7U);
}

TEST_F(TaskschmiedeCreateTest, AddressesAreSentInLowerCase) {
  (void)apply(create("New@North.example"));
  EXPECT_EQ(role("new@north.example"), "member");
}

TEST_F(TaskschmiedeCreateTest, WhatMustNotLeaveDoesNot) {
  Change nameless = create("new@north.example");
  nameless.after->set("name", std::string());
  EXPECT_EQ(refused(nameless).kind, ErrorKind::kRejected);
  EXPECT_EQ(refused(create("new@north.example", "bogus")).kind, ErrorKind::kRejected);
  EXPECT_THAT(steps_.log, IsEmpty());
  EXPECT_EQ(users(), 7U);
}

TEST_F(TaskschmiedeCreateTest, ASuccessThatCannotBeReadLeavesItOpen) {
  stage_.fault(
      R"({"action": "missing_members", "members": ["id"], "match": {"body": "ts.usr.create"}})");
  EXPECT_EQ(refused(create("new@north.example")).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(target_->recover({{create("new@north.example")}, "create", "", 0}).at(0).presence,
            Presence::kPresent);
}

TEST_F(TaskschmiedeCreateTest, AServerErrorLeavesItOpen) {
  stage_.act("taskschmiede_fail", R"({"tool": "ts.usr.create", "code": "internal_error"})");
  EXPECT_EQ(refused(create("new@north.example")).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(count("ts.usr.create"), 1U);
}

// By MCP as well: the second step is what is left.
TEST_F(TaskschmiedeCreateTest, WhatWasCreatedInAnEarlierAttemptOnlyGetsItsRole) {
  stage_.fault(
      R"({"action": "lost_reply_before_commit", "times": 5, "match": {"body": "set_member_role"}})");
  EXPECT_EQ(refused(create("new@north.example", "admin")).kind, ErrorKind::kUnknownOutcome);
  steps_.done_before = {"create"};
  (void)apply(create("new@north.example", "admin"));
  EXPECT_EQ(role("new@north.example"), "admin");
  EXPECT_EQ(count("ts.usr.create"), 1U);
}

}  // namespace
}  // namespace usher::taskschmiede
