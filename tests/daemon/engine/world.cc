#include "tests/daemon/engine/world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "connectors/error.h"
#include "daemon/engine/finish.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/verify.h"

namespace usher {

Receipt FakeSource::read(PersonSink& sink) {
  if (fails) throw ConnectorError(ErrorKind::kTransient, "the directory does not answer");
  for (const Person& person : people) sink.person(person);
  Receipt receipt;
  receipt.entries = people.size();
  receipt.parts = parts;
  if (!incomplete.empty()) receipt.incomplete(incomplete);
  return receipt;
}

Person& FakeSource::add(const std::string& id, const std::string& mail) {
  Person person;
  person.source_id = id;
  person.where = "people.csv:" + std::to_string(people.size() + 2) + ":1";
  person.attributes.set("mail", {mail.empty() ? id + "@example.com" : mail});
  person.attributes.set("name", {"Name of " + id});
  person.attributes.set("department", {"Sales"});
  person.attributes.set("level", {"agent"});
  people.push_back(std::move(person));
  return people.back();
}

Person& FakeSource::person(const std::string& id) {
  return *std::ranges::find(people, id, &Person::source_id);
}

void FakeSource::remove(const std::string& id) {
  std::erase_if(people, [&](const Person& person) { return person.source_id == id; });
}

World::World(Capabilities capabilities) : target(std::move(capabilities)) {
  source_config.name = "staff";
  source_config.type = "csv";
  source_config.where = "usher.yaml:9:3";
  source_config.id_attribute = "employee_id";
  config.name = "seats";
  config.connector = "fake";
  config.where = "usher.yaml:20:3";
  config.sources = {"staff"};
  config.policy.leavers.action = LeaverAction::kDeactivate;
  config.policy.limits.removals_percent.where = "usher.yaml:41:7";
  if (!target.can.key.empty()) config.match = {target.can.key};
  map("${level}");
}

void World::hire(int count) {
  for (int i = 1; i <= count; ++i) directory.add(fmt::format("p{:03}", i));
}

void World::accept_all() {
  for (const std::string& key : target.keys()) target.account(key)->status = AccountStatus::kActive;
}

std::int64_t World::now() const {
  return to_seconds(clock.now());
}

std::optional<Link> World::link(const std::string& source_id) const {
  return store->find_link(config.name, source_id);
}

void World::map(const std::string& role, const std::string& team) {
  std::vector<AttributeMapping> mappings;
  const auto add = [&](const char* attribute, const std::string& text) {
    if (!text.empty()) mappings.push_back({attribute, {{std::nullopt, Template::parse(text)}}});
  };
  if (target.can.key.empty()) {
    add("label", "${name}");
  } else {
    add("email", "${mail}");
    add("name", "${name}");
    add("role", role);
    add("team", team);
    for (const AttributeSpec& spec : target.can.attributes)
      if (!spec.groups_setting.empty()) mappings.push_back({spec.name, {}, {"app-*"}});
  }
  config.mapper = Mapper(std::move(mappings), target.can);
  mapping_text_ = role + "|" + team;
  hash_config();
}

void World::map_role(std::vector<Rule> rules) {
  std::vector<AttributeMapping> mappings{{"email", {{std::nullopt, Template::parse("${mail}")}}}};
  mapping_text_ = std::to_string(rules.size()) + " rules";
  mappings.push_back({"role", std::move(rules)});
  config.mapper = Mapper(std::move(mappings), target.can);
  hash_config();
}

void World::set_scope(const std::string& filter) {
  config.scope = Filter::parse(filter);
  hash_config();
}

void World::hash_config() {
  config.hash = sha256(mapping_text_ + "|" + (config.scope ? config.scope->text() : ""));
}

std::map<std::string, SourceReading> World::read() {
  std::map<std::string, SourceReading> readings;
  readings.emplace(
      "staff", read_people(source_config, directory, store->source_memory("staff"), accept_people));
  for (auto& [name, entry] : more) {
    readings.emplace(
        name, read_people(entry.second, entry.first, store->source_memory(name), std::nullopt));
  }
  return readings;
}

TargetPlan World::plan() {
  return run(false, false);
}
TargetPlan World::apply() {
  return run(true, true);
}
TargetPlan World::observe() {
  return run(false, true);
}

TargetPlan World::run(bool applies, bool records) {
  const auto sources = read();
  PlanRequest request{
      config, target,          sources, *store, now(), [this] { return clock_doubt; },
      true,   accept_accounts, {},      {}};
  TargetPlan plan = plan_target(request);
  if (!approve.empty()) {
    EXPECT_TRUE(release_holds(plan, config.policy, approve, *store).empty());
  }
  finish_plan(plan, target.can);
  if (!records) return plan;

  for (const auto& [name, reading] : sources) {
    const Receipt& receipt = reading.report.receipt;
    if (receipt.complete())
      store->put_source_memory(name, {reading.people.size(), receipt.parts, now()});
  }
  const ApplyContext context{*store, clock, make_ulid(clock.now()), stop.get_token(), {}};
  record_observations(plan, context);
  std::vector<StoredHold> holds;
  for (const Hold& hold : plan.plan.holds) {
    holds.push_back({config.name, hold, {}, now(), {}, 0});
    for (const Candidate& candidate : plan.candidates) {
      if (candidate.change.hold_class == hold.hold_class)
        holds.back().changes.push_back(candidate.change);
    }
  }
  store->replace_holds(config.name, holds, now());
  if (!applies || plan.plan.failed) return plan;

  const auto touched = apply_changes(plan, target, context);
  request.counts_absence = false;
  request.known_missing = plan.missing;
  if (!plan.plan.failed) verify(plan, touched, request, context);
  plan.plan.changes.clear();
  for (const Candidate& candidate : plan.candidates) plan.plan.changes.push_back(candidate.change);
  plan.plan.status = status_of(plan.plan);
  return plan;
}

void World::approve_stored(const std::string& hash) {
  store->approve(hash, "admin@host", now());
}

std::string summary(const TargetPlan& plan) {
  std::string text;
  for (const Change& change : plan.plan.changes) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", to_string(change.action),
                        change.key.empty() ? change.source_id : change.key);
    if (change.status == ChangeStatus::kHeld) {
      text += fmt::format(" (held {})", to_string(*change.hold_class));
    } else if (change.status != ChangeStatus::kPlanned) {
      text += fmt::format(" ({})", to_string(change.status));
    }
  }
  return text;
}

std::string problems(const TargetPlan& plan) {
  std::string text;
  for (const Problem& problem : plan.plan.problems) {
    text += fmt::format("{} {}: {}\n", problem.severity == Severity::kError ? "error" : "warning",
                        problem.source_id, problem.message);
  }
  return text;
}

Change change_of(const TargetPlan& plan, const std::string& source_id) {
  std::vector<Change> found;
  for (const Change& change : plan.plan.changes) {
    if (change.source_id == source_id) found.push_back(change);
  }
  EXPECT_EQ(found.size(), 1U) << source_id << " in: " << summary(plan) << "\n" << problems(plan);
  return found.empty() ? Change{} : found.front();
}

}  // namespace usher
