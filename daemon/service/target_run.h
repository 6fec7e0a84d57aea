#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "daemon/service/crew.h"

namespace usher {

class Clock;
class HttpContext;
class Liveness;
class Log;
class Metrics;
class Reservations;
class StateAccess;
struct Config;

/// What the runs of a service share; all of it outlives them.
struct RunStage {
  StateAccess& state;
  Reservations& reservations;
  HttpContext& http;
  Clock& clock;
  Liveness& liveness;
  Metrics& metrics;
  Log& log;
};

/// One run of `target` as its mode allows: waits for the state, runs, keeps the report, counts,
/// logs. Never throws: what goes wrong is in the outcome. `config` stays as it is until the run is
/// over, whatever is loaded meanwhile.
[[nodiscard]] RunOutcome run_target(const RunStage& stage,
                                    const std::shared_ptr<const Config>& config,
                                    const std::string& target, const std::stop_token& stop);

}  // namespace usher
