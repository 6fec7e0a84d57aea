// The report as a comment on a pull request. Only headings and tables, no open elements, so that it
// can be cut after any line.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "daemon/report/formats.h"
#include "daemon/report/layout.h"
#include "daemon/report/summary.h"
#include "daemon/report/view.h"
#include "mapping/text.h"

namespace usher {
namespace {

/// GitHub refuses comments above 65,536 characters; GitLab and Gitea allow more.
constexpr std::size_t kMaxBytes = 60'000;
constexpr std::size_t kUnmanagedListed = 50;

/// In `ann@example.com` the `@` is no mention, because it follows a letter.
bool follows_word(std::string_view text, std::size_t at) {
  return at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
}

/// Whatever could begin markup becomes an entity. Entities are text to every Markdown reader,
/// inside tables too, where neither a backslash nor a code span stops a `|` reliably.
std::string escaped(std::string_view foreign) {
  static constexpr std::string_view kMarkup = "&<>|`*_[]\\~#!$";
  const std::string visible = escape_for_display(foreign);
  std::string text;
  for (std::size_t i = 0; i < visible.size(); ++i) {
    const char c = visible[i];
    const bool begins_link = std::string_view(visible).substr(i).starts_with("://");
    if (c == '@' && !follows_word(visible, i)) {
      // A mention would send mail to a stranger; an empty comment breaks it and is not seen.
      text += "@<!-- -->";
    } else if (begins_link || kMarkup.find(c) != std::string_view::npos) {
      text += fmt::format("&#{};", static_cast<int>(c));
    } else {
      text += c;
    }
  }
  return text;
}

class MarkdownReport {
 public:
  std::string render(const RunReport& report) {
    add("## usher {}: {}\n\n", escaped(report.mode), outcome(report));
    add("{}{} · run {} · exit code {}: {}.\n",
        report.mode == "plan" ? "Dry run: nothing was sent. " : "", escaped(report.started),
        escaped(report.run), report.exit_code, exit_meaning(report));
    if (needs_summary(report)) summary(report);
    overview(report);
    for (const Plan* plan : worst_first(report)) decisions(*plan);
    problems("the run", report.problems);
    for (const SourceReport& source : report.sources) this->source(source);
    for (const Plan* plan : told_in_detail(report)) target(*plan);
    return cut(std::move(out_));
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void summary(const RunReport& report) {
    const std::vector<TargetStatus> states = states_of(report);
    add("\n| target | targets |");
    for (const TargetStatus state : states) add(" {} |", words(state));
    add(" in all |\n|---|--:|");
    for (std::size_t i = 0; i < states.size(); ++i) add("--:|");
    add("---|\n");
    for (const FamilySummary& family : summarise(report)) {
      add("| {} | {} |", escaped(family.name), grouped(family.targets.size()));
      for (const TargetStatus state : states) add(" {} |", grouped(family.count(state)));
      add(" {} |\n", outcome(family.targets));
    }
    if (const std::string text = left_out(report); !text.empty()) add("\n{}.\n", text);
  }

  void overview(const RunReport& report) {
    if (told_in_detail(report).empty()) return;
    add("\n| target | status | accounts | planned | applied | held | failed | waiting | unchanged "
        "|\n"
        "|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for (const Plan* plan : told_in_detail(report)) {
      const auto n = [plan](ChangeStatus status) { return count(*plan, status); };
      add("| {} | **{}** | {} | {} | {} | {} | {} | {} | {} |\n", escaped(plan->target),
          words(plan->status), plan->accounts, n(ChangeStatus::kPlanned), n(ChangeStatus::kApplied),
          n(ChangeStatus::kHeld), n(ChangeStatus::kFailed), n(ChangeStatus::kWaiting),
          plan->unchanged);
    }
  }

  void decisions(const Plan& plan) {
    const std::vector<const Change*> leavers = open_leavers(plan);
    if (!leavers.empty()) this->leavers(plan, leavers);
    for (const Hold& hold : plan.holds) this->hold(plan, hold);
  }

  void leavers(const Plan& plan, const std::vector<const Change*>& leavers) {
    add("\n### Left, but still with access in {}: {}\n\nOnly a human can take it away.\n",
        escaped(plan.target), counted(leavers.size(), "person", "people"));
    rows(leavers);
  }

  void hold(const Plan& plan, const Hold& hold) {
    add("\n### Held in {}: {} ({}, {})\n\n", escaped(plan.target), counted(hold.count, "change"),
        to_string(hold.hold_class), to_string(hold.status));
    add("Limit: {}. ", escaped(hold.limit));
    if (!hold.setting.empty()) add("Setting: {}. ", escaped(hold.setting));
    if (const std::string command = approve_command(hold); !command.empty()) {
      add("Approve exactly these:\n\n```sh\n{}\n```\n", escape_for_display(command));
    } else {
      add("They go by themselves when seats are free.\n");
    }
    rows(held_by(plan, hold));
  }

  void source(const SourceReport& source) {
    add("\n### Source {}\n\n{}, {} unknown; {}.\n", escaped(source.name),
        counted(source.people, "person", "people"), source.unknown,
        source.failed               ? "**could not be read**"
        : source.receipt.complete() ? "complete read"
                                    : "**incomplete read, so nobody is removed**");
    for (const std::string& reason : source.receipt.reasons) add("- {}\n", escaped(reason));
    problems(source.name, source.problems);
  }

  void target(const Plan& plan) {
    add("\n### {} ({}): {}\n\n{}.", escaped(plan.target), escaped(plan.connector),
        words(plan.status), escaped(capitalised(explain_counts(plan))));
    if (const std::string text = cost(plan); !text.empty()) add(" To send: {}.", text);
    if (!plan.receipt.complete()) add(" **The target was not read completely.**");
    if (!plan.converged)
      add(" **Not converged: after apply the target still differs from the plan.**");
    add("\n");
    for (const std::string& reason : plan.receipt.reasons) add("- {}\n", escaped(reason));
    problems(plan.target, plan.problems);
    for (const ChangeGroup& group : remaining_groups(plan)) {
      add("\n#### {} ({})\n", to_string(group.action), group.changes.size());
      rows(group.changes);
    }
    unmanaged(plan);
  }

  void rows(const std::vector<const Change*>& changes) {
    add("\n| action | account | change | why | status |\n|---|---|---|---|---|\n");
    for (const Change* change : changes) row(*change);
  }

  void row(const Change& change) {
    add("| {} | {}<br>{} | ", to_string(change.action),
        escaped(change.key.empty() ? change.remote_id : change.key), escaped(change.source_id));
    std::string_view separator;
    for (const Difference& d : differences_beside_key(change)) {
      add("{}{}: ", separator, escaped(d.name));
      if (has_before(change)) add("{} → ", escaped(d.before));
      add("**{}**", escaped(d.after));
      separator = "<br>";
    }
    add(" | {}: {}{} | {} |\n", to_string(change.cause), escaped(change.reason),
        change.error.empty() ? "" : "<br>**error:** " + escaped(change.error),
        to_string(change.status));
  }

  void problems(std::string_view of, const std::vector<Problem>& problems) {
    if (problems.empty()) return;
    add("\n#### Problems of {}\n\n", escaped(of));
    for (const Problem* problem : errors_first(problems)) {
      add("- **{}**", problem->severity == Severity::kError ? "error" : "warning");
      if (!problem->where.empty()) add(" {}", escaped(problem->where));
      if (!problem->source_id.empty()) add(" ({})", escaped(problem->source_id));
      add(": {}\n", escaped(problem->message));
    }
  }

  void unmanaged(const Plan& plan) {
    if (plan.unmanaged_count == 0) return;
    add("\n#### Unmanaged accounts ({}), left alone\n\n", plan.unmanaged_count);
    const std::size_t listed = std::min(plan.unmanaged.size(), kUnmanagedListed);
    for (std::size_t i = 0; i < listed; ++i) {
      add("- {}\n", escaped(name_of(plan.unmanaged[i])));
    }
    if (plan.unmanaged_count > listed) add("- … and {} more\n", plan.unmanaged_count - listed);
  }

  static std::string cut(std::string text) {
    if (text.size() <= kMaxBytes) return text;
    const std::size_t end = text.rfind('\n', kMaxBytes) + 1;
    const auto lines =
        std::count(text.begin() + static_cast<std::ptrdiff_t>(end), text.end(), '\n');
    text.erase(end);
    return text + fmt::format(
                      "\n**Cut here to fit a comment: {} more lines.** "
                      "The formats html, json and csv hold everything.\n",
                      lines);
  }

  std::string out_;
};

}  // namespace

std::string render_markdown(const RunReport& report) {
  return MarkdownReport().render(report);
}

}  // namespace usher
