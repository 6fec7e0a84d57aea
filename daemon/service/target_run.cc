#include "daemon/service/target_run.h"

#include <fmt/format.h>

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

RunOutcome outcome_of(const TargetPlan& target, const std::stop_token& stop) {
  const Plan& plan = target.plan;
  return {ending_of(target, stop), plan.failed ? first_error(plan) : std::string(),
          std::string(to_string(plan.status)), count(plan, ChangeStatus::kHeld)};
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
  const RunResult result = run({config, store, stage.http, stage.clock, &stage.reservations},
                               options_for(*config.find_target(name), active, stop));
  const std::int64_t finished = to_seconds(stage.clock.now());
  record_run(store, result.report, started, finished);
  stage.metrics.record(result.report, left_at(result, store), finished);
  RunOutcome outcome = outcome_of(result.targets.front(), stop);
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
