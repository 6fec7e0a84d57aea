#include "daemon/service/run_log.h"

#include <fmt/format.h>

#include <string_view>

#include "mapping/plan.h"

namespace usher {
namespace {

constexpr std::size_t kHashShown = std::string_view("sha256:").size() + 12;

std::string_view past_of(Action action) {
  switch (action) {
    case Action::kAdopt:
      return "adopted";
    case Action::kRevoke:
      return "revoked the invitation of";
    case Action::kDeactivate:
      return "deactivated";
    case Action::kDelete:
      return "deleted";
    case Action::kUpdate:
      return "updated";
    case Action::kReactivate:
      return "reactivated";
    case Action::kReinvite:
      return "invited again";
    case Action::kAssign:
      return "assigned a seat to";
    case Action::kCreate:
      return "created";
    case Action::kInvite:
      return "invited";
    case Action::kManual:
      return "left to a human";
  }
  return "changed";
}

std::string name_of(const Change& change) {
  if (change.key.empty()) return change.source_id.empty() ? change.remote_id : change.source_id;
  return change.source_id.empty() ? change.key
                                  : fmt::format("{} ({})", change.key, change.source_id);
}

LogLevel failure_level(Ending ending) {
  switch (ending) {
    case Ending::kLimited:
      return LogLevel::kWarning;
    case Ending::kStopped:
      return LogLevel::kInfo;
    default:
      return LogLevel::kError;
  }
}

class Writer {
 public:
  explicit Writer(Ending ending) : failure_level_(failure_level(ending)) {}

  void target(const Plan& plan) {
    if (plan.failed) return failure(plan);
    receipt(plan.target, plan.receipt);
    problems(plan.target, plan.problems);
    for (const Hold& hold : plan.holds) held(plan, hold);
    for (const Change& change : plan.changes) changed(plan.target, change);
    if (skipped_ > kShown)
      add(LogLevel::kWarning, "{}: {} more changes were not made", plan.target, skipped_ - kShown);
    add(LogLevel::kInfo, "{}: {}", plan.target, summary(plan));
  }

  void source(const SourceReport& source) {
    if (source.failed) return;  // every target of it says so
    receipt(source.name, source.receipt);
    problems(source.name, source.problems);
  }

  void problems(const std::string& of, const std::vector<Problem>& found) {
    for (std::size_t i = 0; i < found.size() && i < kShown; ++i)
      problem(LogLevel::kWarning, of, found[i]);
    if (found.size() > kShown) {
      add(LogLevel::kWarning, "{}: {} more problems; `usher plan` lists them", of,
          found.size() - kShown);
    }
  }

  std::vector<LogLine> lines;

 private:
  template <typename... Args>
  void add(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
    lines.push_back({level, fmt::format(format, std::forward<Args>(args)...)});
  }

  void failure(const Plan& plan) {
    for (const Problem& found : plan.problems) {
      problem(found.severity == Severity::kError ? failure_level_ : LogLevel::kWarning, plan.target,
              found);
    }
    for (const Change& change : plan.changes) changed(plan.target, change);
    add(LogLevel::kInfo, "{}: {}", plan.target, summary(plan));
  }

  void problem(LogLevel level, const std::string& of, const Problem& found) {
    add(level, "{}: {}{}{}{}{}", of, found.where, found.where.empty() ? "" : ": ", found.source_id,
        found.source_id.empty() ? "" : ": ", found.message);
  }

  void receipt(const std::string& of, const Receipt& receipt) {
    for (const std::string& reason : receipt.reasons) {
      add(LogLevel::kWarning, "{}: not read completely, so nothing is removed: {}", of, reason);
    }
  }

  void held(const Plan& plan, const Hold& hold) {
    if (hold.status == HoldStatus::kApproved) return;
    const std::string cure = hold.hold_class == HoldClass::kSeats
                                 ? std::string("they go when seats are free")
                                 : fmt::format("`usher approve {}` releases exactly these",
                                               hold.hash.substr(0, kHashShown));
    add(LogLevel::kWarning, "{}: {} changes held ({}): the limit is {} ({}); {}", plan.target,
        hold.count, to_string(hold.hold_class), hold.limit, hold.setting, cure);
  }

  void changed(const std::string& target, const Change& change) {
    switch (change.status) {
      case ChangeStatus::kApplied:
        add(LogLevel::kNotice, "{}: {} {}: {}", target, past_of(change.action), name_of(change),
            change.reason);
        break;
      case ChangeStatus::kFailed:
      case ChangeStatus::kUnknown:
      case ChangeStatus::kSkipped:
        if (++skipped_ > kShown) break;
        add(LogLevel::kWarning, "{}: {} {}: {}: {}", target, to_string(change.action),
            name_of(change), to_string(change.status), change.error);
        break;
      default:
        add(LogLevel::kDebug, "{}: {} {}: {}: {}", target, to_string(change.action),
            name_of(change), to_string(change.status), change.reason);
    }
  }

  const LogLevel failure_level_;
  std::size_t skipped_ = 0;
};

}  // namespace

std::string summary(const Plan& plan) {
  std::string counts;
  for (const ChangeStatus status : kChangeStatuses) {
    if (const std::size_t n = count(plan, status); n > 0)
      counts += fmt::format("{} {}, ", n, to_string(status));
  }
  return fmt::format("{}{} people, {} accounts: {}", counts, plan.people, plan.accounts,
                     to_string(plan.status));
}

std::vector<LogLine> log_lines(const RunReport& report, Ending ending) {
  Writer writer(ending);
  writer.problems("run " + report.run, report.problems);
  for (const SourceReport& source : report.sources) writer.source(source);
  for (const Plan& plan : report.targets) writer.target(plan);
  return std::move(writer.lines);
}

}  // namespace usher
