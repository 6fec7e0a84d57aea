#include "daemon/report/html_parts.h"

#include <fmt/format.h>

#include <iterator>

#include "daemon/report/html_page.h"
#include "daemon/report/layout.h"
#include "daemon/report/summary.h"
#include "daemon/report/view.h"

namespace usher {
namespace {

template <typename... Args>
void add(std::string& html, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(html), format, std::forward<Args>(args)...);
}

void append_difference(std::string& html, const Change& change, const Difference& d) {
  add(html, R"(<span class="difference"><span class="name">{}:</span> )", escape_html(d.name));
  if (has_before(change)) add(html, "<del>{}</del> → ", escape_html(d.before));
  add(html, "<ins>{}</ins></span>", escape_html(d.after));
}

void append_status(std::string& html, const Change& change) {
  html += badge(tone_of(change.status), to_string(change.status));
  if (change.attempt == 0) return;
  add(html, R"(<p class="soft">failed {} before</p>)",
      change.attempt == 1 ? "once" : fmt::format("{} times", change.attempt));
}

/// The words in `data-row` can be searched for, though the row does not show them.
void append_change(std::string& html, const Plan& plan, const Change& change, bool with_action) {
  add(html, R"(<tr data-row="{} {}"><th scope="row" class="who">{})", escape_html(plan.target),
      to_string(change.action), escape_html(change.key.empty() ? "(no key)" : change.key));
  add(html, R"(<span class="id">{}{}</span></th><td class="what{}">)",
      escape_html(change.source_id),
      change.remote_id.empty() ? "" : " ↔ " + escape_html(change.remote_id),
      has_before(change) ? "" : " new");
  if (with_action || change.fields.empty()) {
    add(html, "<strong>{}</strong>", to_string(change.action));
  }
  for (const Difference& d : differences_beside_key(change)) append_difference(html, change, d);
  add(html, "</td><td>{} {}", badge("plain", to_string(change.cause)), escape_html(change.reason));
  if (!change.error.empty()) add(html, R"(<p class="error">{}</p>)", escape_html(change.error));
  html += R"(</td><td class="state">)";
  append_status(html, change);
  html += "</td></tr>\n";
}

void append_problem(std::string& html, std::string_view of, const Problem& problem) {
  const bool error = problem.severity == Severity::kError;
  add(html, R"(<li data-row="{} problem">{})", escape_html(of),
      badge(error ? "red" : "amber", error ? "error" : "warning"));
  if (!problem.where.empty()) add(html, " <code>{}</code>", escape_html(problem.where));
  if (!problem.source_id.empty()) {
    add(html, R"( <span class="id soft">{}</span>)", escape_html(problem.source_id));
  }
  add(html, " {}</li>\n", escape_html(problem.message));
}

}  // namespace

std::string_view tone_of(TargetStatus status) {
  switch (status) {
    case TargetStatus::kFailed:
    case TargetStatus::kPartial:
      return "red";
    case TargetStatus::kHeld:
      return "amber";
    case TargetStatus::kChanges:
      return "blue";
    case TargetStatus::kInSync:
      return "green";
  }
  return "red";
}

std::string_view tone_of(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::kFailed:
    case ChangeStatus::kUnknown:
      return "red";
    case ChangeStatus::kHeld:
      return "amber";
    case ChangeStatus::kPlanned:
      return "blue";
    case ChangeStatus::kApplied:
      return "green";
    default:
      return "";
  }
}

std::string badge(std::string_view tone, std::string_view text) {
  return fmt::format(R"(<span class="badge {}">{}</span>)", tone, escape_html(text));
}

void append_changes(std::string& html, const Plan& plan, const std::vector<const Change*>& changes,
                    bool with_action) {
  html += R"(<table class="changes"><thead><tr><th scope="col" class="who">Account</th>)"
          R"(<th scope="col" class="what">Change</th><th scope="col">Why</th>)"
          R"(<th scope="col" class="state">Status</th></tr></thead>)"
          "\n<tbody>\n";
  for (const Change* change : changes) append_change(html, plan, *change, with_action);
  html += "</tbody></table>\n";
}

void append_summary(std::string& html, const RunReport& report) {
  const std::vector<TargetStatus> states = states_of(report);
  add(html, R"(<section class="block"><h2>{} in all</h2>
<div class="card scroll"><table class="overview"><thead><tr><th scope="col">Target</th><th scope="col" class="number">Targets</th>)",
      counted(report.targets.size(), "target"));
  for (const TargetStatus state : states) {
    add(html, R"(<th scope="col" class="number">{}</th>)", badge(tone_of(state), words(state)));
  }
  html += "<th scope=\"col\">In all</th></tr></thead>\n<tbody>\n";
  for (const FamilySummary& family : summarise(report)) {
    add(html, R"(<tr><th scope="row">{}</th><td class="number">{}</td>)", escape_html(family.name),
        grouped(family.targets.size()));
    for (const TargetStatus state : states) {
      const std::size_t number = family.count(state);
      add(html, R"(<td class="number{}">{}</td>)", number == 0 ? " soft" : "", grouped(number));
    }
    add(html, "<td>{}</td></tr>\n", escape_html(outcome(family.targets)));
  }
  html += "</tbody></table></div>\n";
  if (const std::string text = left_out(report); !text.empty()) {
    add(html, "<p class=\"lead\">{}; only the others are told below.</p>\n", escape_html(text));
  }
  html += "</section>\n";
}

void append_problems(std::string& html, std::string_view of, const std::vector<Problem>& problems) {
  if (problems.empty()) return;
  const bool errors = count_problems(problems, Severity::kError) > 0;
  add(html,
      R"(<article class="card {}" data-group><div class="top"><h3>Problems of {} <span class="count">({})</span></h3></div>
<ul class="list">
)",
      errors ? "red" : "amber", escape_html(of), problems.size());
  for (const Problem* problem : errors_first(problems)) append_problem(html, of, *problem);
  html += "</ul></article>\n";
}

}  // namespace usher
