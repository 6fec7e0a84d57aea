#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <utility>

namespace usher::e2e {
namespace {

constexpr std::string_view kSeed = R"({
  "workspaces": [
    {"id": "northwind-eu", "display_name": "Northwind EU", "seats": 2000, "teams": ["Default", "Sales"],
     "tokens": ["tla_token-of-the-owner"],
     "users": [{"user_id": 410, "email": "olga@northwind.example", "role": "owner"}]},
    {"id": "northwind-field", "display_name": "Northwind Field", "seats": 2000,
     "users": [{"user_id": 700, "email": "700-northwind-field@partners.timelines.ai", "role": "owner"}]}],
  "partners": [{"id": "northwind-partner", "secret": "secret-of-the-partner-0123456789",
                "workspaces": ["northwind-field"]}]})";

constexpr std::string_view kSource = R"(version: 1
state: state.db
sources:
  staff: { type: csv, path: people.csv, id: id, groups: { column: groups, separator: ";" } }
targets:
)";

std::string id_of(int number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "E%04d", number);
  return text.data();
}

std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text.append("    ").append(lines.substr(0, end)).append("\n");
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

}  // namespace

std::string mail_of(int number) {
  return "p" + std::to_string(number) + "@northwind.example";
}

std::string person_row(int number) {
  return id_of(number) + "," + mail_of(number) + ",Person " + std::to_string(number) +
         ",Default,all\n";
}

std::string people_csv(int count, int first) {
  std::string csv = "id,mail,name,team,groups\n";
  for (int number = first; number < first + count; ++number) csv += person_row(number);
  return csv;
}

std::string without(std::string csv, const std::vector<int>& numbers) {
  for (const int number : numbers) csv = replaced(std::move(csv), person_row(number), "");
  return csv;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << "there is no '" << from << "' to replace";
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

nlohmann::json target_of(const nlohmann::json& report, std::string_view name) {
  for (const auto& target : report.at("targets")) {
    if (target.at("name") == name) return target;
  }
  ADD_FAILURE() << "no target " << name << " in " << report.dump(2);
  return {};
}

nlohmann::json change_of(const nlohmann::json& target, std::string_view source_id) {
  for (const auto& change : target.at("changes")) {
    if (change.at("source_id") == source_id) return change;
  }
  return {};
}

int removals_in(const nlohmann::json& target) {
  int sum = 0;
  for (const char* action : {"deactivate", "delete", "revoke", "manual"}) {
    sum += target.at("counts").at(action).get<int>();
  }
  return sum;
}

World::World(int people, const std::vector<std::string>& sandbox_arguments)
    : sandbox_(folder_, kSeed, sandbox_arguments) {
  configure(inbox_config());
  set_people(people_csv(people));
}

std::string World::inbox_config(std::string_view more) const {
  return std::string(kSource) + R"(  inbox:
    connector: timelines
    source: staff
    url: )" +
         sandbox_.url("timelines") + R"(
    token: { env: E2E_TOKEN }
    rate: off
    retry: { attempts: 1 }
    map:
      email: "${mail}"
      team: "${team | default('Default')}"
      role: [ { when: 'groups eq "leads"', value: team_supervisor }, agent ]
    leavers: { do: deactivate, reads: 1 }
)" + indented(more);
}

std::string World::phones_config(std::string_view more) const {
  return std::string(kSource) + R"(  phones:
    connector: timelines_partner
    source: staff
    url: )" +
         sandbox_.url("timelines_partner") + R"(
    partner_id: northwind-partner
    partner_secret: { env: E2E_PARTNER_SECRET }
    workspace: northwind-field
    rate: off
    retry: { attempts: 1 }
    map: { label: "${name}" }
    leavers: { do: deactivate, reads: 1 }
)" + indented(more);
}

ProcessOptions World::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), USHER_BINARY_DIR "/daemon/usher");
  return {std::move(arguments),
          {{"USHER_CONFIG", "usher.yaml"},
           {"E2E_TOKEN", std::string(kToken)},
           {"E2E_PARTNER_SECRET", std::string(kPartnerSecret)}},
          folder_.path(),
          std::chrono::minutes(4)};
}

Finished World::usher(std::vector<std::string> arguments) const {
  return run_process(command(std::move(arguments)));
}

nlohmann::json World::report(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--format", "json"});
  const Finished run = usher(std::move(arguments));
  nlohmann::json document = nlohmann::json::parse(run.output, nullptr, false);
  if (document.is_discarded()) {
    ADD_FAILURE() << "not JSON: " << run.output << "\n" << run.error;
    return nlohmann::json::object();
  }
  EXPECT_EQ(document.value("exit_code", -1), run.status) << run.error;
  return document;
}

void World::must(int status, const std::vector<std::string>& arguments) const {
  const Finished run = usher(arguments);
  ASSERT_EQ(run.status, status) << arguments.front() << "\n" << run.output << run.error;
}

}  // namespace usher::e2e
