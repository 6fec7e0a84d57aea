#include "daemon/service/target_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "config/settings.h"
#include "connectors/clock.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/run.h"
#include "daemon/engine/run_record.h"
#include "daemon/service/liveness.h"
#include "daemon/service/metrics.h"
#include "daemon/service/run_log.h"
#include "daemon/service/state_access.h"

namespace usher {
namespace {

Ending ending_of(const TargetPlan& target, const std::stop_token& stop) {
  if (!target.plan.failed) return Ending::kGood;
  if (stop.stop_requested()) return Ending::kStopped;
  return target.rate_limited ? Ending::kLimited : Ending::kFailed;
}

std::string first_error(const Plan& plan) {
  for (const Problem& problem : plan.problems) {
    if (problem.severity == Severity::kError) return problem.message;
  }
  return {};
}

/// A family whose people nobody could read has no members that could say so.
void note_failed_sources(const RunResult& result, RunOutcome& outcome) {
  for (const SourceReport& source : result.report.sources) {
    if (!source.failed) continue;
    outcome.ending = Ending::kFailed;
    outcome.status = to_string(TargetStatus::kFailed);
    outcome.why = fmt::format("the source '{}' could not be read", source.name);
  }
}

/// Of one target, or of all members of a family together: as good as the worst of them.
RunOutcome outcome_of(const RunResult& result, const std::stop_token& stop) {
  RunOutcome outcome{Ending::kGood, {}, {}, 0};
  TargetStatus worst = TargetStatus::kInSync;
  std::size_t failed = 0;
  for (const TargetPlan& target : result.targets) {
    worst = std::min(worst, target.plan.status);
    outcome.held += count(target.plan, ChangeStatus::kHeld);
    if (!target.plan.failed) continue;
    ++failed;
    outcome.ending = std::max(outcome.ending, ending_of(target, stop));
    outcome.why = first_error(target.plan);
  }
  outcome.status = to_string(worst);
  const std::size_t all = result.targets.size();
  if (failed > 0 && all > 1) {
    outcome.why = fmt::format("{} of {} targets failed, the last: {}", failed, all, outcome.why);
    if (failed < all && outcome.ending == Ending::kFailed) outcome.ending = Ending::kPartly;
  }
  if (all == 0) note_failed_sources(result, outcome);
  return outcome;
}

Metrics::LeftAt left_at(const RunResult& result, const Store& store) {
  Metrics::LeftAt left;
  for (const TargetPlan& target : result.targets) {
    for (const auto& [source_id, absence] : store.absences(target.plan.target)) {
      left[target.plan.target][source_id] = absence.first_at;
    }
  }
  return left;
}

RunOptions options_for(const TargetConfig& target, ActiveRun& active, const std::stop_token& stop) {
  RunOptions options;
  options.applies = target.mode == Mode::kApply;
  options.records = true;
  options.targets = {target.name};
  options.stop = stop;
  options.progress = [&active](const Progress& progress) { active.progress(progress.writes); };
  return options;
}

RunOutcome run_on(const RunStage& stage, Store& store, const Config& config,
                  const std::string& name, const std::stop_token& stop) {
  ActiveRun active(stage.liveness, name);
  const auto began = stage.clock.steady();
  const std::int64_t started = to_seconds(stage.clock.now());
  const TargetFamily* family = config.find_family(name);
  const TargetConfig& target = family != nullptr ? family->shape : *config.find_target(name);
  const RunResult result = run({config, store, stage.http, stage.clock, &stage.reservations},
                               options_for(target, active, stop));
  const std::int64_t finished = to_seconds(stage.clock.now());
  record_run(store, result.report, started, finished);
  stage.metrics.record(result.report, left_at(result, store), finished);
  if (family != nullptr) stage.metrics.keep_members(name, result.report);
  RunOutcome outcome = outcome_of(result, stop);
  for (const LogLine& line : log_lines(result.report, outcome.ending))
    stage.log.write(line.level, line.text);
  stage.log.debug(fmt::format("{}: run {} took {:.1f} s", name, result.report.run,
                              std::chrono::duration<double>(stage.clock.steady() - began).count()));
  return outcome;
}

}  // namespace

RunOutcome run_target(const RunStage& stage, const std::shared_ptr<const Config>& config,
                      const std::string& target, const std::stop_token& stop) {
  try {
    const auto lease = stage.state.enter(stop);
    if (!lease) return {Ending::kStopped, {}, {}, 0};
    return run_on(stage, lease->store(), *config, target, stop);
  } catch (const std::exception& error) {
    stage.log.error(fmt::format("{}: the run failed: {}", target, error.what()));
    return {Ending::kFailed, error.what(), "failed", 0};
  }
}

}  // namespace usher
