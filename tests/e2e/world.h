#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/sandbox_process.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace usher::e2e {

/// A CSV table of people `E0001`, `E0002`, … with the columns id, mail, name, team and groups.
[[nodiscard]] std::string people_csv(int count, int first = 1);
/// Row of one person, as `people_csv` writes it.
[[nodiscard]] std::string person_row(int number);
/// The table without these persons.
[[nodiscard]] std::string without(std::string csv, const std::vector<int>& numbers);
[[nodiscard]] std::string mail_of(int number);
/// What is done to the text of a file or a document between two runs.
[[nodiscard]] std::string replaced(std::string text, std::string_view from, std::string_view to);

/// A target of a report by its name; one change of it by source id (null when there is none).
[[nodiscard]] nlohmann::json target_of(const nlohmann::json& report, std::string_view name);
[[nodiscard]] nlohmann::json change_of(const nlohmann::json& target, std::string_view source_id);
/// Sum of the changes by which somebody would lose access, or a human would be asked to take it.
[[nodiscard]] int removals_in(const nlohmann::json& target);

/// One administrator's corner of the world: a folder with a configuration, a directory of people
/// and a state, the real programs, and a sandbox with two workspaces.
///
///     northwind-eu     seats 2,000, teams Default and Sales; olga@northwind.example owns it and
///                      the token is hers
///     northwind-field  seats 2,000, managed by a partner
class World {
 public:
  static constexpr std::string_view kToken = "tla_token-of-the-owner";
  static constexpr std::string_view kPartnerSecret = "secret-of-the-partner-0123456789";
  static constexpr std::string_view kOwner = "olga@northwind.example";

  /// `usher.yaml` has the target `inbox` (timelines), `people.csv` that many people.
  explicit World(int people = 3, const std::vector<std::string>& sandbox_arguments = {});
  /// Another seed for the sandbox; what people there are and what is configured is left to you.
  explicit World(const std::string& seed) : sandbox_(folder_, seed) {}

  /// The configuration with one more line, or several, in the target `inbox`.
  [[nodiscard]] std::string inbox_config(std::string_view more = {}) const;
  /// The same people for placeholders of `northwind-field`, target `phones`.
  [[nodiscard]] std::string phones_config(std::string_view more = {}) const;

  void configure(std::string_view yaml) const { folder_.write("usher.yaml", yaml); }
  void set_people(std::string_view csv) const { folder_.write("people.csv", csv); }

  [[nodiscard]] const TempDir& folder() const { return folder_; }
  [[nodiscard]] std::string state() const { return folder_ / "state.db"; }
  SandboxProcess& sandbox() { return sandbox_; }
  [[nodiscard]] std::string sandbox_url(std::string_view api) const { return sandbox_.url(api); }

  /// How a command line of usher is started in this world; to be changed before it is.
  [[nodiscard]] ProcessOptions command(std::vector<std::string> arguments) const;
  /// Runs `usher ARGUMENTS…` to its end.
  [[nodiscard]] Finished usher(std::vector<std::string> arguments) const;
  /// The same with `--format json`; fails the test unless standard output is one JSON document
  /// whose `exit_code` is that of the process.
  [[nodiscard]] nlohmann::json report(std::vector<std::string> arguments) const;
  /// Runs it and fails the test unless it ends with `status`.
  void must(int status, const std::vector<std::string>& arguments) const;

 private:
  TempDir folder_;
  SandboxProcess sandbox_;
};

}  // namespace usher::e2e
