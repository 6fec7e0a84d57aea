#pragma once

#include <string>
#include <vector>

#include "daemon/service/log.h"
#include "daemon/service/schedule.h"

namespace usher {

struct Plan;
struct RunReport;

struct LogLine {
  LogLevel level;
  std::string text;

  friend bool operator==(const LogLine&, const LogLine&) = default;
};

/// What the log says about a run: an error when it failed, a warning for every person who was
/// skipped, every limit hit (the provider's too) and every read that was not complete, a notice for
/// every change made, and one line of summary. A run that was cut short failed by no fault: info.
/// Problems that a run meets every time would fill the journal: of each kind the first `kShown` are
/// named. Pure.
[[nodiscard]] std::vector<LogLine> log_lines(const RunReport& report, Ending ending);
inline constexpr std::size_t kShown = 20;

/// `3 changes applied, 1 held, 180 people, 181 accounts: held`
[[nodiscard]] std::string summary(const Plan& plan);

}  // namespace usher
