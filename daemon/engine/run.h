#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "config/settings.h"
#include "daemon/engine/apply.h"
#include "daemon/engine/planner.h"
#include "daemon/engine/selection.h"
#include "mapping/plan.h"

namespace usher {

class Clock;
class HttpContext;
class Reservations;
class Store;
struct SavedPlan;

struct RunOptions {
  bool applies = false;              ///< false: dry run, no write request leaves
  bool records = false;              ///< write down what was seen even in a dry run (the daemon)
  std::vector<std::string> targets;  ///< names of targets or families; empty: all
  std::vector<std::string> approve;  ///< hashes of holds, or their prefixes
  std::map<std::string, std::uint64_t> accept_counts;  ///< source or target → number
  const SavedPlan* saved = nullptr;                    ///< carry out only what is in it
  std::string explain;                                 ///< keep the reasoning about this person
  std::stop_token stop;
  ProgressSink progress;
};

struct RunResult {
  RunReport report;
  std::vector<TargetPlan> targets;  ///< as the report's, with what lies behind them
  std::map<std::string, SourceReading> sources;
  Selection selection;  ///< the targets' configurations
};

/// What a run works with; all of it must outlive the run.
struct RunEnvironment {
  const Config& config;
  Store& store;
  HttpContext& http;
  Clock& clock;
  Reservations* reservations =
      nullptr;  ///< shared with runs that go on at the same time; null: there are none
};

/// One pass: reads every needed source once, plans all targets, checks every plan before the first
/// is applied, applies and reads back. Throws StoreError when the state cannot be written.
[[nodiscard]] RunResult run(const RunEnvironment& environment, const RunOptions& options);

/// Makes and reads one source, as a run does. One that cannot be made has failed.
[[nodiscard]] SourceReading read_source(const RunEnvironment& environment,
                                        const SourceConfig& config,
                                        std::optional<std::uint64_t> accepted = std::nullopt,
                                        const ProgressSink& progress = {});

/// 0 done, 1 a source or target could not be read at all, 4 waits for a human, 5 done in part.
/// `detailed`: 2 where changes are pending.
[[nodiscard]] int exit_code_of(const RunReport& report, bool detailed);

}  // namespace usher
