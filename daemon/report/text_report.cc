// The report for a terminal or a mail: the worst first, what needs a decision before what is
// routine, and one line of totals at the end, where the eye is when the command returns.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/report/formats.h"
#include "daemon/report/layout.h"
#include "daemon/report/summary.h"
#include "daemon/report/table.h"
#include "daemon/report/text_writer.h"
#include "daemon/report/view.h"

namespace usher {
namespace {

/// Entries of one list that are shown before it is shortened.
constexpr std::size_t kShownPerList = 200;
/// Targets that are told in detail before the rest is only counted.
constexpr std::size_t kTargetsShown = 50;

Paint paint_of(TargetStatus status) {
  switch (status) {
    case TargetStatus::kFailed:
    case TargetStatus::kPartial:
      return Paint::kRed;
    case TargetStatus::kHeld:
      return Paint::kYellow;
    case TargetStatus::kChanges:
      return Paint::kCyan;
    case TargetStatus::kInSync:
      return Paint::kGreen;
  }
  return Paint::kBold;
}

Paint paint_of(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::kFailed:
    case ChangeStatus::kUnknown:
      return Paint::kRed;
    case ChangeStatus::kHeld:
      return Paint::kYellow;
    case ChangeStatus::kApplied:
      return Paint::kGreen;
    default:
      return Paint::kCyan;
  }
}

class TextReport : private TextWriter {
 public:
  using TextWriter::TextWriter;

  std::string render(const RunReport& report) {
    head(report);
    if (needs_summary(report)) summary(report);
    problems(report.problems, 0);
    blank();
    for (const SourceReport& source : report.sources) this->source(source);
    plans(told_in_detail(report));
    totals(report);
    return take();
  }

 private:
  void head(const RunReport& report) {
    line(0,
         fmt::format("{} · {} · run {}",
                     colour(Paint::kBold, fmt::format("usher {} {}", report.version, report.mode)),
                     report.started, report.run));
    if (report.mode == "plan") line(0, "Dry run: nothing was sent, nothing was written.");
    blank();
  }

  /// Whatever waits for a human is told; of what goes by itself, as much as can be read.
  void plans(const std::vector<const Plan*>& plans) {
    std::size_t shown_here = 0;
    for (const Plan* plan : plans) {
      const bool goes_by_itself = plan->status >= TargetStatus::kChanges;
      if (goes_by_itself && shown_here >= kTargetsShown) break;
      this->plan(*plan);
      ++shown_here;
    }
    if (shown_here == plans.size()) return;
    blank();
    line(0, fmt::format("… and {}; --target NAME shows one, --format json, html or csv all",
                        counted(plans.size() - shown_here, "more target")));
  }

  void summary(const RunReport& report) {
    const std::vector<TargetStatus> states = states_of(report);
    std::vector<Table::Column> columns{{"target"}, {"targets", Table::Align::kRight}};
    for (const TargetStatus state : states)
      columns.push_back({std::string(words(state)), Table::Align::kRight});
    columns.push_back({"in all"});
    Table table(std::move(columns));
    for (const FamilySummary& family : summarise(report)) {
      std::vector<std::string> cells{family.name, grouped(family.targets.size())};
      for (const TargetStatus state : states) {
        const std::size_t number = family.count(state);
        cells.push_back(number == 0 ? std::string() : grouped(number));
      }
      cells.push_back(outcome(family.targets));
      table.add(std::move(cells));
    }
    lines(table.render(style()));
    if (const std::string text = left_out(report); !text.empty()) line(0, text + ".");
    blank();
  }

  void source(const SourceReport& source) {
    const std::string people = counted(source.people, "person", "people");
    const std::string unknown =
        source.unknown > 0 ? fmt::format(", {} unknown and left as they are", source.unknown) : "";
    const std::string name = fmt::format("Source {}: ", shown(source.name));
    if (source.failed) {
      line(0, name + colour(Paint::kRed, "could not be read"));
    } else if (source.receipt.complete()) {
      line(0, fmt::format("{}{}{}; complete read", name, people, unknown));
    } else {
      line(0, fmt::format("{}{}{}; {}", name, people, unknown,
                          colour(Paint::kRed, "INCOMPLETE read, so nobody is removed")));
    }
    reasons(source.receipt);
    problems(source.problems, 2);
  }

  void plan(const Plan& plan) {
    blank();
    line(0, fmt::format("{}  {} ({}): {}", colour(paint_of(plan.status), upper(words(plan.status))),
                        colour(Paint::kBold, shown(plan.target)), plan.connector, outcome(plan)));
    line(2, shown(explain_counts(plan)));
    if (plan.changes.empty() && !plan.scope.empty()) line(2, "scope: " + shown(plan.scope));
    if (const std::string text = cost(plan); !text.empty()) line(2, text);
    if (!plan.receipt.complete() && plan.status != TargetStatus::kFailed) {
      line(2, colour(Paint::kRed, "INCOMPLETE read of the target, so nobody is removed"));
    }
    reasons(plan.receipt);
    if (!plan.converged) {
      line(2, colour(Paint::kRed,
                     "Not converged: after apply the target still differs from the plan."));
    }
    leavers(open_leavers(plan));
    for (const Hold& hold : plan.holds) this->hold(plan, hold);
    problems(plan.problems, 2);
    for (const ChangeGroup& group : remaining_groups(plan)) this->group(group);
    unmanaged(plan);
  }

  void hold(const Plan& plan, const Hold& hold) {
    const std::string command = approve_command(hold);
    blank();
    line(2, colour(Paint::kYellow,
                   fmt::format("Held: {} in class {} ({})", counted(hold.count, "change"),
                               to_string(hold.hold_class), to_string(hold.status))));
    line(4, "limit    " + shown(hold.limit));
    if (!hold.setting.empty()) line(4, "setting  " + shown(hold.setting));
    // Not wrapped: it is there to be copied.
    verbatim(
        4, "approve  " + (command.empty() ? "not needed: they go by themselves when seats are free"
                                          : colour(Paint::kBold, shown(command))));
    list(held_by(plan, hold), [this](const Change& c) { change(c, to_string(c.action)); });
  }

  void leavers(const std::vector<const Change*>& leavers) {
    if (leavers.empty()) return;
    blank();
    line(2,
         colour(Paint::kRed, fmt::format("Left, but still with access: {} only a human can remove",
                                         counted(leavers.size(), "person", "people"))));
    list(leavers, [this](const Change& c) { change(c, {}); });
  }

  void group(const ChangeGroup& group) {
    blank();
    line(2, colour(Paint::kBold,
                   fmt::format("{} ({})", to_string(group.action), group.changes.size())));
    list(group.changes, [this](const Change& c) { change(c, {}); });
  }

  /// `ann@example.com  E0042 · joiner`, its attributes, why, and what went wrong.
  void change(const Change& change, std::string_view action) {
    std::string head = action.empty() ? "" : std::string(action) + "  ";
    head += shown(change.key.empty() ? change.remote_id : change.key);
    head += colour(Paint::kDim,
                   fmt::format("  {} · {}", shown(change.source_id), to_string(change.cause)));
    if (change.status != ChangeStatus::kPlanned && change.status != ChangeStatus::kHeld) {
      head += "  " + colour(paint_of(change.status), to_string(change.status));
    }
    if (change.attempt > 0) head += fmt::format("  (failed before: {})", change.attempt);
    verbatim(4, head);
    has_before(change) ? moves(change) : values(change);
    line(6, shown(change.reason));
    if (!change.error.empty()) line(6, colour(Paint::kRed, "error: ") + shown(change.error));
  }

  /// One line for each attribute that becomes another.
  void moves(const Change& change) {
    for (const Difference& d : differences(change)) {
      line(6, fmt::format("{}: {} → {}", shown(d.name), shown(d.before), shown(d.after)));
    }
  }

  /// One line for all attributes of a new account.
  void values(const Change& change) {
    std::vector<std::string> texts;
    for (const Difference& d : differences_beside_key(change)) {
      texts.push_back(fmt::format("{}: {}", shown(d.name), shown(d.after)));
    }
    if (!texts.empty()) line(6, join(texts, ", "));
  }

  void problems(const std::vector<Problem>& problems, std::size_t indent) {
    if (problems.empty()) return;
    if (indent > 0) blank();
    list(errors_first(problems), [this, indent](const Problem& p) { problem(p, indent); });
  }

  void problem(const Problem& problem, std::size_t indent) {
    const bool error = problem.severity == Severity::kError;
    std::string text = colour(error ? Paint::kRed : Paint::kYellow, error ? "error" : "warning");
    if (!problem.where.empty()) text += " " + shown(problem.where);
    if (!problem.source_id.empty()) text += " (" + shown(problem.source_id) + ")";
    line(indent, text + ": " + shown(problem.message));
  }

  void reasons(const Receipt& receipt) {
    for (const std::string& reason : receipt.reasons) line(2, "- " + shown(reason));
  }

  void unmanaged(const Plan& plan) {
    if (plan.unmanaged_count == 0) return;
    blank();
    line(2, colour(Paint::kBold, fmt::format("unmanaged ({})", plan.unmanaged_count)) +
                ": not ours, listed only and left alone");
    const std::size_t shown_here = std::min(plan.unmanaged.size(), kShownPerList);
    for (std::size_t i = 0; i < shown_here; ++i) line(4, shown(name_of(plan.unmanaged[i])));
    // No format has more than kUnmanagedShown of them, so none can be recommended.
    const std::size_t hidden = plan.unmanaged_count - shown_here;
    if (hidden > 0) line(4, fmt::format("… and {} more", grouped(hidden)));
  }

  void totals(const RunReport& report) {
    const Totals totals = totals_of(report);
    blank();
    std::string text =
        fmt::format("Total: {}, {}: {}; {}, {}", counted(report.targets.size(), "target"),
                    counted(totals.accounts, "account"), outcome(report),
                    counted(static_cast<std::uint64_t>(totals.requests), "request"),
                    counted(static_cast<std::uint64_t>(totals.mails), "mail"));
    if (totals.errors > 0) text += ", " + counted(totals.errors, "error");
    if (totals.warnings > 0) text += ", " + counted(totals.warnings, "warning");
    line(0, colour(Paint::kBold, fmt::format("{}. Exit code {}: {}.", text, report.exit_code,
                                             exit_meaning(report))));
  }

  template <typename T, typename Show>
  void list(const std::vector<const T*>& entries, Show show) {
    const std::size_t shown_here = std::min(entries.size(), kShownPerList);
    for (std::size_t i = 0; i < shown_here; ++i) show(*entries[i]);
    more(entries.size() - shown_here);
  }

  void more(std::size_t hidden) {
    if (hidden > 0)
      line(4, fmt::format("… and {} more; --format json, html or csv shows all", grouped(hidden)));
  }

  static std::string upper(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    return result;
  }
};

}  // namespace

std::string render_text(const RunReport& report, const TextStyle& style) {
  return TextReport(style).render(report);
}

}  // namespace usher
