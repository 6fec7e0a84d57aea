#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/source.h"
#include "daemon/engine/apply.h"
#include "daemon/engine/people.h"
#include "daemon/engine/planner.h"
#include "daemon/store/store.h"
#include "tests/support/fake_target.h"
#include "tests/support/manual_clock.h"

namespace usher {

inline constexpr std::int64_t kHour = 3600;

/// A directory in memory, and what can be wrong with a read of it.
class FakeSource : public Source {
 public:
  [[nodiscard]] Receipt read(PersonSink& sink) override;
  [[nodiscard]] std::vector<Finding> probe() override { return {}; }

  /// A person of Sales with `id@example.com`, unless told otherwise.
  Person& add(const std::string& id, const std::string& mail = {});
  Person& person(const std::string& id);
  void remove(const std::string& id);

  std::vector<Person> people;
  std::vector<std::string> parts;
  std::string incomplete;  ///< why the read is not complete; empty: it is
  bool fails = false;      ///< it cannot be read at all
};

/// One source, one target, a clock and a state: everything of a run but the catalogue that would
/// make them. `plan` and `apply` do what a run does, step by step, for this one target.
class World {
 public:
  explicit World(Capabilities capabilities = FakeTarget::inviting());

  /// Adds `count` people `p001` … to the source.
  void hire(int count);
  /// They accept their invitations.
  void accept_all();

  [[nodiscard]] TargetPlan plan();
  TargetPlan apply();
  /// As the daemon does in `mode: plan`: nothing is sent, but what was seen is written down.
  TargetPlan observe();

  /// Keeps the first hold of `plan` and releases it, as `usher approve` does.
  void approve_stored(const std::string& hash);

  [[nodiscard]] std::int64_t now() const;
  void pass(std::int64_t seconds) { clock.advance(std::chrono::seconds(seconds)); }
  [[nodiscard]] std::optional<Link> link(const std::string& source_id) const;
  /// Reads the mapping anew; `role` and `team` are templates, empty: not mapped.
  void map(const std::string& role, const std::string& team = {});
  /// As `map`, with the rules of `role` written out.
  void map_role(std::vector<Rule> rules);
  void set_scope(const std::string& filter);

  ManualClock clock;
  FakeSource directory;
  FakeTarget target;
  SourceConfig source_config;
  TargetConfig config;
  std::unique_ptr<Store> store = Store::in_memory();
  std::vector<std::string> approve;  ///< `--approve` of the next runs
  std::optional<std::uint64_t> accept_people;
  std::optional<std::uint64_t> accept_accounts;
  std::string clock_doubt;
  std::stop_source stop;

  /// Further sources, by name, beside `staff`.
  std::map<std::string, std::pair<FakeSource, SourceConfig>> more;

 private:
  TargetPlan run(bool applies, bool records);
  [[nodiscard]] std::map<std::string, SourceReading> read();
  void hash_config();

  std::string mapping_text_;
};

/// `invite ann@example.com, revoke bob@example.com`: what a plan holds, in its order, with the
/// status of what is not simply planned: `revoke bob@example.com (held removals)`.
[[nodiscard]] std::string summary(const TargetPlan& plan);

/// The messages of all problems, one a line: `error E1: …`.
[[nodiscard]] std::string problems(const TargetPlan& plan);

/// The change of one person; fails the test when there is none or more than one.
[[nodiscard]] Change change_of(const TargetPlan& plan, const std::string& source_id);

}  // namespace usher
