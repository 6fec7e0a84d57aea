#include "daemon/report/explain.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/daemon/report/golden.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Person ann() {
  Person person;
  person.source_id = "E0042";
  person.where = "people/hr.csv:42:1";
  person.attributes.set("mail", {"Ann@Example.com"});
  person.attributes.set("department", {"Sales"});
  person.attributes.set("groups", {"sales-leads", "staff"});
  person.unread = {"mobile"};
  return person;
}

TargetExplanation sales() {
  TargetExplanation target;
  target.target = "sales-whatsapp";
  target.connector = "timelines";
  target.scope = R"(department eq "Sales" and active eq true)";
  target.in_scope = Truth::kTrue;
  target.steps = {{R"(department eq "Sales")", "Sales", Truth::kTrue},
                  {"active eq true", "true", Truth::kTrue}};
  target.mapped = {{"email", Value("ann@example.com"), "${mail | lower}", ""},
                   {"team", std::nullopt, "${team}", "team is absent"}};
  target.match = "by link";
  target.link = Link{};
  target.link->remote_id = "410";
  target.link->origin = Origin::kAdopted;
  target.link->linked_at = 1767323045;
  target.account = Account{};
  target.account->remote_id = "410";
  target.account->key = "ann@example.com";
  target.account->fields.set("role", std::string("agent"));
  target.changes = {sample::promotion("0042")};
  return target;
}

Explanation explanation() {
  Explanation e;
  e.source_id = "E0042";
  e.key = "ann@example.com";
  e.source = "staff";
  e.person = ann();
  e.targets = {sales()};
  e.history = {{1767323045, "sales-whatsapp", "adopt", "joiner", "applied", "01J8ZQ4T2N", ""}};
  return e;
}

TEST(ExplainTest, GoldenText) {
  expect_golden("explain.txt",
                render_explanation_text(explanation(), {.colour = false, .width = 100}));
}

TEST(ExplainTest, GoldenJson) {
  expect_golden("explain.json", render_explanation_json(explanation()));
}

TEST(ExplainTest, SomeoneWhoLeftHasNoSourceValuesButALinkAndADecision) {
  Explanation e = explanation();
  e.person.reset();
  e.targets[0].changes = {sample::manual_leaver("0042")};
  const std::string text = render_explanation_text(e, {});
  EXPECT_THAT(text, HasSubstr("source staff does not have this person"));
  EXPECT_THAT(text, HasSubstr("link: account 410, adopted by usher 2026-01-02T03:04:05Z"));
  EXPECT_THAT(text, HasSubstr("manual (leaver, planned): is no longer in source staff"));
  EXPECT_FALSE(nlohmann::json::parse(render_explanation_json(e))["present"].get<bool>());
}

TEST(ExplainTest, NothingToDoSaysWhy) {
  Explanation e = explanation();
  e.targets[0].changes.clear();
  e.targets[0].decision = "linked, and every managed attribute is as wanted";
  EXPECT_THAT(render_explanation_text(e, {}),
              HasSubstr("now: linked, and every managed attribute is as wanted"));
}

TEST(ExplainTest, AnUnknownPersonOfNoTargetStillHasAnAnswer) {
  Explanation e;
  e.source_id = "E9999";
  e.source = "staff";
  const std::string text = render_explanation_text(e, {});
  EXPECT_THAT(text, HasSubstr("E9999"));
  EXPECT_THAT(text, HasSubstr("No operation in the journal."));
}

TEST(ExplainTest, ForeignValuesCannotReachTheTerminal) {
  Explanation e = explanation();
  const std::string hostile = "\x1b[2J\u202E";
  e.key = e.source = e.person->where = e.targets[0].match = e.targets[0].decision = hostile;
  e.person->attributes.set(hostile, {hostile});
  e.targets[0].faults = {hostile};
  e.targets[0].account->untouchable = hostile;
  e.history[0].error = hostile;
  const std::string text = render_explanation_text(e, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\u202E")));
}

TEST(ExplainTest, OfManyTargetsOnlyThoseThatConcernThePersonAreTold) {
  Explanation e = explanation();
  for (int i = 0; i < 499; ++i) {
    e.targets.emplace_back().target = "customers/" + std::to_string(i);
    e.targets.back().is_concerned = false;
  }
  const std::string text = render_explanation_text(e, {});
  EXPECT_THAT(text, HasSubstr("sales-whatsapp"));
  EXPECT_THAT(text, Not(HasSubstr("customers/7")));
  EXPECT_THAT(text, HasSubstr("499 other targets where they are not in scope"));
}

}  // namespace
}  // namespace usher
