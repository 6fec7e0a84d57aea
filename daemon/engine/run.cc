#include "daemon/engine/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "connectors/clock.h"
#include "connectors/error.h"
#include "connectors/http/client.h"
#include "connectors/source.h"
#include "connectors/target.h"
#include "daemon/engine/catalogue.h"
#include "daemon/engine/finish.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/plan_file.h"
#include "daemon/engine/reservations.h"
#include "daemon/engine/verify.h"
#include "daemon/store/store.h"
#include "mapping/text.h"
#include "usher_version.h"

namespace usher {
namespace {

constexpr std::chrono::minutes kSkewTolerated{5};

std::optional<std::uint64_t> accepted(const RunOptions& options, const std::string& name) {
  const auto at = options.accept_counts.find(name);
  return at == options.accept_counts.end() ? std::nullopt : std::optional(at->second);
}

class Run {
 public:
  Run(const RunEnvironment& environment, const RunOptions& options)
      : env_(environment), options_(options), now_(to_seconds(environment.clock.now())) {
    RunReport& report = result_.report;
    report.version = kVersion;
    report.run = make_ulid(env_.clock.now());
    report.mode = options.applies ? "apply" : "plan";
    report.started = to_rfc3339(now_);
    if (options.applies && environment.reservations != nullptr)
      ticket_ = environment.reservations->begin();
  }

  RunResult run() {
    read_sources();
    choose_targets();
    // From here on every target is known by name.
    check_clock();
    plan_targets();
    // From here on every target has been planned, none has been written to.
    settle_with_others();
    narrow_to_saved_plan();
    for (auto& [target, provider] : planned_) finish_plan(*target, provider->capabilities());
    // From here on what is `planned` is what may be done, and the report can be read.
    if (writes()) record();
    if (options_.applies) apply();
    report();
    return std::move(result_);
  }

 private:
  /// Whether anything is written down.
  [[nodiscard]] bool writes() const { return options_.applies || options_.records; }

  /// A clock that went back makes every waiting time meaningless.
  void check_clock() {
    for (const Chosen& target : result_.selection.targets) {
      const auto memory = env_.store.target_memory(target.config->name);
      if (memory && now_ < memory->last_run) {
        clock_doubt_ = fmt::format(
            "the clock says {}, before the last run at {}: nothing that depends on time is removed",
            to_rfc3339(now_), to_rfc3339(memory->last_run));
        result_.report.problems.push_back({Severity::kWarning, "", "", clock_doubt_});
        return;
      }
    }
  }

  void read_sources() {
    for (const SourceConfig& source : env_.config.sources) {
      if (!needs_source(env_.config, options_.targets, source.name)) continue;
      result_.sources.emplace(
          source.name,
          read_source(env_, source, accepted(options_, source.name), options_.progress));
    }
  }

  void choose_targets() {
    std::vector<std::string> known = env_.store.known_targets();
    if (options_.saved != nullptr) {
      for (const auto& [name, changes] : options_.saved->targets) known.push_back(name);
    }
    result_.selection = select_targets(env_.config, options_.targets, result_.sources, known);
    auto& problems = result_.report.problems;
    problems.insert(problems.end(), result_.selection.problems.begin(),
                    result_.selection.problems.end());
  }

  void plan_targets() {
    for (const auto& [chosen, fault] : result_.selection.targets) {
      const TargetConfig& config = *chosen;
      auto plan = std::make_unique<TargetPlan>();
      std::unique_ptr<Target> provider;
      if (const std::string why = fault.empty() ? failed_source_of(config) : fault; !why.empty()) {
        *plan = failed_plan(config, why);
      } else {
        try {
          provider = make_target(config, env_.http, {env_.config.state, writes()});
          *plan = make_plan(config, *provider);
        } catch (const ConnectorError& error) {
          *plan = failed_plan(config, error.what());
          plan->rate_limited = error.kind == ErrorKind::kRateLimited;
        }
      }
      result_.targets.push_back(std::move(*plan));
      providers_.push_back(std::move(provider));
    }
    for (std::size_t i = 0; i < providers_.size(); ++i) {
      if (providers_[i] != nullptr) planned_.emplace_back(&result_.targets[i], providers_[i].get());
    }
  }

  TargetPlan make_plan(const TargetConfig& config, Target& provider) const {
    TargetPlan plan = plan_target(request(config, provider));
    if (const std::string skew = skew_of(config); clock_doubt_.empty() && !skew.empty()) {
      plan.plan.problems.push_back({Severity::kWarning, "", config.where, skew});
    }
    return plan;
  }

  PlanRequest request(const TargetConfig& config, Target& provider) const {
    return {config,
            provider,
            result_.sources,
            env_.store,
            now_,
            [this, &config] { return clock_doubt_.empty() ? skew_of(config) : clock_doubt_; },
            true /*counts absence*/,
            accepted(options_, config.name),
            options_.explain,
            {} /*known missing*/,
            options_.progress};
  }

  /// Why our clock and the provider's cannot both be right; empty: they agree, or it has not
  /// answered.
  [[nodiscard]] std::string skew_of(const TargetConfig& config) const {
    const std::string url = config.settings.text_or("url", "");
    const std::chrono::seconds skew =
        url.empty() ? std::chrono::seconds(0) : env_.http.clock_skew(url);
    if (std::chrono::abs(skew) <= kSkewTolerated) return {};
    return fmt::format(
        "the provider's clock is {} s {} ours: nothing that depends on time is removed. Set the "
        "clock of this machine (NTP)",
        std::chrono::abs(skew).count(), skew.count() > 0 ? "ahead of" : "behind");
  }

  /// Two targets of one workspace that both find a person new would invite them twice.
  void settle_siblings() {
    auto creators = others_.creations;
    for (const auto& [target, provider] : planned_) {
      if (target->tenancy.empty() || provider->capabilities().key.empty()) continue;
      std::erase_if(target->candidates, [&creators, &plan = *target](const Candidate& candidate) {
        const Change& change = candidate.change;
        if (!is_creation(change)) return false;
        const auto [at, is_first] =
            creators.try_emplace({plan.tenancy, fold_key(change.key)}, plan.plan.target);
        if (is_first || at->second == plan.plan.target) return false;
        ++plan.plan.conflict;
        plan.plan.problems.push_back({Severity::kError, change.source_id, plan.config->where,
                                      fmt::format("target '{}' of the same workspace creates {} "
                                                  "just now; one account has one owner: let "
                                                  "the scopes of the two exclude each other",
                                                  at->second, escape_for_display(change.key))});
        return true;
      });
    }
  }

  [[nodiscard]] std::string failed_source_of(const TargetConfig& config) const {
    for (const std::string& source : config.sources) {
      if (result_.sources.at(source).report.failed) {
        return fmt::format("its source '{}' could not be read", source);
      }
    }
    return {};
  }

  static TargetPlan failed_plan(const TargetConfig& config, const std::string& why) {
    TargetPlan plan;
    plan.config = &config;
    plan.plan.target = config.name;
    plan.plan.connector = config.connector;
    plan.plan.hash = sha256(config.name);
    plan.fail(why);
    plan.plan.status = status_of(plan.plan);
    return plan;
  }

  /// What several targets must share, whether they are planned in this run or in others beside it.
  void settle_with_others() {
    if (ticket_ == nullptr) return settle();
    ticket_->reserve([this](const Reserved& others) {
      others_ = others;
      settle();
      return planned();
    });
  }

  void settle() {
    settle_siblings();
    limit_sources();
    release();
    limit_sources();  // what was released no longer counts, the rest still does
  }

  [[nodiscard]] Reserved planned() const {
    Reserved mine;
    for (const auto& [target, provider] : planned_) {
      for (const std::string& source : target->config->sources) {
        mine.removals[source] += count_planned_removals(target->candidates, source);
      }
      for (const Candidate& candidate : target->candidates) {
        if (candidate.change.status != ChangeStatus::kPlanned || !is_creation(candidate.change))
          continue;
        mine.creations.emplace(std::pair(target->tenancy, fold_key(candidate.change.key)),
                               target->plan.target);
      }
    }
    return mine;
  }

  /// The removals of a day count over all targets of a source: somebody deleted from the directory
  /// by mistake must not be lost in twenty small targets at once.
  void limit_sources() {
    for (const auto& [name, reading] : result_.sources) {
      std::size_t removals = env_.store.removals_of_source(name, now_ - kDay);
      if (const auto at = others_.removals.find(name); at != others_.removals.end())
        removals += at->second;
      const std::size_t done = removals;
      const Placed<int>* limit = nullptr;
      for (const auto& [target, provider] : planned_) {
        const auto& sources = target->config->sources;
        if (std::ranges::find(sources, name) == sources.end()) continue;
        removals += count_planned_removals(target->candidates, name);
        const Placed<int>& per_day = target->config->policy.limits.removals_per_day;
        if (limit == nullptr || per_day.value < limit->value) limit = &per_day;
      }
      if (limit == nullptr || removals <= static_cast<std::size_t>(limit->value)) continue;
      const Parking parking{fmt::format("{} in 24 h over all targets of source '{}', {} done",
                                        limit->value, name, done),
                            limit->where};
      for (const auto& [target, provider] : planned_) {
        park_removals_of(name, target->candidates, target->guards, parking);
      }
    }
  }

  void release() {
    if (options_.approve.empty()) return;
    std::map<std::string, std::size_t> missed;
    for (const auto& [target, provider] : planned_) {
      for (const std::string& hash :
           release_holds(*target, target->config->policy, options_.approve, env_.store)) {
        ++missed[hash];
      }
    }
    for (const auto& [hash, count] : missed) {
      if (count < planned_.size()) continue;
      result_.report.problems.push_back(
          {Severity::kError, "", "",
           fmt::format("there is no hold {}; what it named has changed since, or it belongs to "
                       "another target. "
                       "`usher plan` shows the holds of now",
                       hash)});
    }
  }

  /// Carries out what is both in the file and still planned identically.
  void narrow_to_saved_plan() {
    if (options_.saved == nullptr) return;
    for (const auto& [target, provider] : planned_) {
      std::map<std::string, Change> saved;
      if (const auto at = options_.saved->targets.find(target->plan.target);
          at != options_.saved->targets.end()) {
        for (const Change& change : at->second) saved.emplace(identity_line(change), change);
      }
      for (Candidate& candidate : target->candidates) {
        const bool is_free = candidate.change.status == ChangeStatus::kPlanned &&
                             candidate.change.action != Action::kManual;
        if (is_free) candidate.postponed = saved.erase(identity_line(candidate.change)) == 0;
      }
      for (auto& [line, change] : saved) {
        if (change.action == Action::kManual) continue;
        change.status = ChangeStatus::kSkipped;
        change.error = "is in the saved plan but no longer planned like this";
        Candidate candidate;
        candidate.change = std::move(change);
        target->candidates.push_back(std::move(candidate));
      }
    }
  }

  void record() {
    env_.store.transact([&] {
      for (const auto& [name, reading] : result_.sources) {
        if (!reading.report.receipt.complete()) continue;
        env_.store.put_source_memory(name,
                                     {reading.people.size(), reading.report.receipt.parts, now_});
      }
    });
    for (const auto& [target, provider] : planned_) {
      record_observations(*target, context());
      store_holds(*target);
    }
  }

  void store_holds(const TargetPlan& target) {
    std::vector<StoredHold> holds;
    for (const Hold& hold : target.plan.holds) {
      StoredHold stored{target.plan.target, hold, {}, now_, {}, 0};
      for (const Candidate& candidate : target.candidates) {
        if (candidate.change.hold_class == hold.hold_class)
          stored.changes.push_back(candidate.change);
      }
      holds.push_back(std::move(stored));
    }
    if (!target.plan.failed) env_.store.replace_holds(target.plan.target, holds, now_);
  }

  [[nodiscard]] ApplyContext context() const {
    return {env_.store, env_.clock, result_.report.run, options_.stop, options_.progress};
  }

  void apply() {
    for (const auto& [target, provider] : planned_) {
      if (target->plan.failed) continue;
      try {
        carry_out(*target, *provider);
      } catch (const ConnectorError& error) {
        target->fail(error.what());
      }
      target->plan.changes.clear();
      for (const Candidate& candidate : target->candidates)
        target->plan.changes.push_back(candidate.change);
      target->plan.status = status_of(target->plan);
    }
  }

  void carry_out(TargetPlan& target, Target& provider) const {
    const ApplyContext apply_context = context();
    const std::set<std::string> touched = apply_changes(target, provider, apply_context);
    PlanRequest again = request(*target.config, provider);
    again.counts_absence = false;
    again.known_missing = target.missing;
    again.now = to_seconds(env_.clock.now());
    again.progress = {};  // still part of what a stop lets end: `verify` says so
    if (!target.plan.failed) verify(target, touched, again, apply_context);
  }

  void report() {
    for (auto& [name, reading] : result_.sources) result_.report.sources.push_back(reading.report);
    for (const TargetPlan& target : result_.targets) result_.report.targets.push_back(target.plan);
    result_.report.exit_code = exit_code_of(result_.report, false);
  }

  const RunEnvironment& env_;
  const RunOptions& options_;
  std::int64_t now_;
  std::string clock_doubt_;
  RunResult result_;
  std::vector<std::unique_ptr<Target>> providers_;
  std::vector<std::pair<TargetPlan*, Target*>> planned_;
  std::unique_ptr<Reservations::Ticket> ticket_;  ///< null: no other run goes on
  Reserved others_;
};

}  // namespace

SourceReading read_source(const RunEnvironment& environment, const SourceConfig& config,
                          std::optional<std::uint64_t> accepted, const ProgressSink& progress) {
  try {
    const auto source =
        find_source_kind(config.type)->make(config.name, config.settings, environment.clock);
    return read_people(config, *source, environment.store.source_memory(config.name), accepted,
                       progress);
  } catch (const ConnectorError& error) {
    SourceReading reading;
    reading.config = &config;
    reading.report.name = config.name;
    reading.fail(error.what());
    return reading;
  }
}

RunResult run(const RunEnvironment& environment, const RunOptions& options) {
  return Run(environment, options).run();
}

int exit_code_of(const RunReport& report, bool detailed) {
  const auto any_target = [&](TargetStatus status) {
    return std::ranges::any_of(report.targets,
                               [&](const Plan& plan) { return plan.status == status; });
  };
  const auto is_error = [](const Problem& problem) { return problem.severity == Severity::kError; };
  const bool source_failed = std::ranges::any_of(report.sources, &SourceReport::failed);
  if (source_failed || any_target(TargetStatus::kFailed)) return 1;
  if (any_target(TargetStatus::kPartial) || std::ranges::any_of(report.problems, is_error))
    return 5;
  if (any_target(TargetStatus::kHeld)) return 4;
  return detailed && any_target(TargetStatus::kChanges) ? 2 : 0;
}

}  // namespace usher
