// The report as a page that an administrator can mail: a sentence and a few figures, what needs a
// decision, then every target with its changes by action. Every text that is not ours passes
// `escape_html`; the fragments below hold nothing else.

#include <fmt/format.h>

#include <iterator>

#include "daemon/report/formats.h"
#include "daemon/report/html_page.h"
#include "daemon/report/html_parts.h"
#include "daemon/report/layout.h"
#include "daemon/report/summary.h"
#include "daemon/report/view.h"

namespace usher {
namespace {

/// What the heading of a group says: the word of the configuration and reports, and what it means.
std::string_view title_of(Action action) {
  switch (action) {
    case Action::kAdopt:
      return "Adopt: link accounts that are already there";
    case Action::kRevoke:
      return "Revoke: withdraw open invitations";
    case Action::kDeactivate:
      return "Deactivate";
    case Action::kDelete:
      return "Delete";
    case Action::kUpdate:
      return "Update";
    case Action::kReactivate:
      return "Reactivate";
    case Action::kReinvite:
      return "Reinvite";
    case Action::kAssign:
      return "Assign: give free accounts to people";
    case Action::kCreate:
      return "Create";
    case Action::kInvite:
      return "Invite";
    case Action::kManual:
      return "Manual: tasks that only a human can do";
  }
  return "";
}

class HtmlReport {
 public:
  std::string render(const RunReport& report) {
    head(report);
    tiles(report);
    add("<main>\n");
    search();
    if (needs_summary(report)) append_summary(body_, report);
    if (report.targets.size() > 1) overview(report);
    needs_decision(report);
    if (!report.problems.empty()) run_problems(report.problems);
    sources(report.sources);
    for (std::size_t i = 0; const Plan* plan : told_in_detail(report)) target(*plan, ++i);
    add("</main>\n");
    foot(report);
    return html_page(fmt::format("usher {}: {}", report.mode, outcome(report)), body_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(body_), format, std::forward<Args>(args)...);
  }
  void rows(const Plan& plan, const std::vector<const Change*>& changes, bool with_action) {
    append_changes(body_, plan, changes, with_action);
  }
  void problems(const std::string& of, const std::vector<Problem>& problems) {
    append_problems(body_, of, problems);
  }

  // ── the first screen ───────────────────────────────────────────────────────────────────────

  void head(const RunReport& report) {
    const std::vector<const Plan*> plans = worst_first(report);
    const TargetStatus worst = plans.empty() ? TargetStatus::kFailed : plans.front()->status;
    add(R"(<header class="head">
<p class="eyebrow">usher {}</p>
<h1>{}</h1>
<p class="meta">{} · <span class="id">run {}</span> · usher {}</p>
<p class="verdict {}"><strong>{}.</strong> {} Exit code {}: {}.</p>
)",
        escape_html(report.mode), report.mode == "plan" ? "What would change" : "What was changed",
        escape_html(report.started), escape_html(report.run), escape_html(report.version),
        tone_of(worst), escape_html(capitalised(outcome(report))),
        report.mode == "plan" ? "This is a dry run: nothing was sent, nothing was written." : "",
        report.exit_code, exit_meaning(report));
  }

  void tiles(const RunReport& report) {
    const Totals totals = totals_of(report);
    add("<ul class=\"tiles\">\n");
    if (report.mode != "plan") tile(totals.of(ChangeStatus::kApplied), "applied", "green");
    tile(totals.of(ChangeStatus::kPlanned), "planned", "blue");
    tile(totals.of(ChangeStatus::kHeld), "held for approval", "amber");
    tile(totals.open_leavers, "left, still with access", "red");
    tile(totals.of(ChangeStatus::kFailed) + totals.of(ChangeStatus::kUnknown), "failed or unknown",
         "red");
    tile(totals.errors + totals.warnings, totals.errors > 0 ? "problems" : "warnings",
         totals.errors > 0 ? "red" : "amber");
    tile(totals.unchanged, "unchanged", "");
    add("</ul>\n</header>\n");
  }

  void tile(std::size_t number, std::string_view what, std::string_view tone) {
    add("<li class=\"tile {}\"><b>{}</b><span>{}</span></li>\n", number == 0 ? "zero" : tone,
        grouped(number), what);
  }

  void search() {
    add(R"(<div class="search" role="search" hidden>
<input type="search" aria-label="Filter changes, problems and accounts" placeholder="Filter: a name, a number, leaver, held, role …" autocomplete="off" spellcheck="false">
<output aria-live="polite"></output>
</div>
)");
  }

  void overview(const RunReport& report) {
    const std::vector<const Plan*> plans = told_in_detail(report);
    if (plans.empty()) return;
    add("<section class=\"block\"><h2>Targets</h2>\n<div class=\"card scroll\">"
        "<table class=\"overview\"><thead><tr><th scope=\"col\">Target</th><th "
        "scope=\"col\">Status</th>");
    for (const std::string_view title : {"Accounts", "Planned", "Applied", "Held", "Failed",
                                         "Waiting", "Not served", "Unchanged"}) {
      add("<th scope=\"col\" class=\"number\">{}</th>", title);
    }
    add("</tr></thead>\n<tbody>\n");
    for (std::size_t i = 0; const Plan* plan : plans) overview_row(*plan, ++i);
    add("</tbody></table></div></section>\n");
  }

  void overview_row(const Plan& plan, std::size_t place) {
    add(R"(<tr><th scope="row"><a href="#target-{}">{}</a></th><td>{}</td>)", place,
        escape_html(plan.target), badge(tone_of(plan.status), words(plan.status)));
    number(plan.accounts);
    for (const ChangeStatus status :
         {ChangeStatus::kPlanned, ChangeStatus::kApplied, ChangeStatus::kHeld,
          ChangeStatus::kFailed, ChangeStatus::kWaiting}) {
      number(count(plan, status));
    }
    number(plan.undecided + plan.conflict);
    number(plan.unchanged);
    add("</tr>\n");
  }

  void number(std::size_t value) {
    add(R"(<td class="number{}">{}</td>)", value == 0 ? " soft" : "", grouped(value));
  }

  // ── what waits for a human ─────────────────────────────────────────────────────────────────

  void needs_decision(const RunReport& report) {
    bool any = false;
    for (const Plan* plan : worst_first(report)) {
      if (plan->holds.empty() && open_leavers(*plan).empty()) continue;
      if (!any) {
        add("<section class=\"block\"><h2>Waiting for you</h2>\n");
        any = true;
      }
      leavers(*plan);
      for (const Hold& hold : plan->holds) this->hold(*plan, hold);
    }
    if (any) add("</section>\n");
  }

  void hold(const Plan& plan, const Hold& hold) {
    add(R"(<article class="card amber" data-group><div class="top">
<h3>{} held in {}: {} {}</h3>
<dl class="facts"><dt>Limit</dt><dd>{}</dd>)",
        counted(hold.count, "change"), escape_html(plan.target), to_string(hold.hold_class),
        badge("amber", to_string(hold.status)), escape_html(hold.limit));
    if (!hold.setting.empty())
      add("<dt>Setting</dt><dd><code>{}</code></dd>", escape_html(hold.setting));
    if (const std::string command = approve_command(hold); !command.empty()) {
      add("<dt>Approve exactly these</dt><dd class=\"command\"><code>{}</code></dd>",
          escape_html(command));
    } else {
      add("<dt>Approve</dt><dd>Not needed: they go by themselves when seats are free.</dd>");
    }
    add("</dl></div>\n");
    rows(plan, held_by(plan, hold), true);
    add("</article>\n");
  }

  void leavers(const Plan& plan) {
    const std::vector<const Change*> leavers = open_leavers(plan);
    if (leavers.empty()) return;
    add(R"(<article class="card red" data-group><div class="top">
<h3>{} left, but still {} access in {}</h3>
<p>The provider's API cannot take it away: a human has to.</p></div>
)",
        counted(leavers.size(), "person", "people"), leavers.size() == 1 ? "has" : "have",
        escape_html(plan.target));
    rows(plan, leavers, false);
    add("</article>\n");
  }

  // ── the targets ────────────────────────────────────────────────────────────────────────────

  void target(const Plan& plan, std::size_t number) {
    add(R"(<section class="block" id="target-{}"><h2>{} {}</h2>
<p class="lead">{}: {}.)",
        number, escape_html(plan.target), badge(tone_of(plan.status), words(plan.status)),
        escape_html(plan.connector), escape_html(explain_counts(plan)));
    if (const std::string text = cost(plan); !text.empty()) add(" To send: {}.", escape_html(text));
    add("</p>\n");
    if (!plan.scope.empty())
      add("<p class=\"lead\">Scope: <code>{}</code></p>\n", escape_html(plan.scope));
    receipt(plan);
    problems(plan.target, plan.problems);
    for (const ChangeGroup& group : remaining_groups(plan)) this->group(plan, group);
    if (plan.changes.empty() && plan.status == TargetStatus::kInSync) {
      add("<div class=\"card\"><div class=\"top\"><p>Nothing to do: every account is as it should "
          "be.</p></div></div>\n");
    }
    unmanaged(plan);
    add("</section>\n");
  }

  void receipt(const Plan& plan) {
    if (plan.receipt.complete() && plan.converged) return;
    add("<div class=\"card red\"><div class=\"top\">");
    if (!plan.receipt.complete()) {
      add("<h3>{}</h3>", plan.status == TargetStatus::kFailed
                             ? "The target failed"
                             : "The target was not read completely, so nobody is removed");
      for (const std::string& reason : plan.receipt.reasons) add("<p>{}</p>", escape_html(reason));
    }
    if (!plan.converged) {
      add("<h3>Not converged</h3><p>After apply the target still differs from the plan.</p>");
    }
    add("</div></div>\n");
  }

  void group(const Plan& plan, const ChangeGroup& group) {
    add(R"(<article class="card" data-group><div class="top"><h3>{} <span class="count">({})</span></h3></div>
)",
        title_of(group.action), group.changes.size());
    rows(plan, group.changes, false);
    add("</article>\n");
  }

  void unmanaged(const Plan& plan) {
    if (plan.unmanaged_count == 0) return;
    add(R"(<details class="card" data-group><summary><h3>Unmanaged accounts ({})</h3> <span class="soft">not ours: listed, and left alone</span></summary>
<ul class="list">
)",
        plan.unmanaged_count);
    for (const Unmanaged& account : plan.unmanaged) {
      add("<li data-row=\"{} unmanaged\">{}</li>\n", escape_html(plan.target),
          escape_html(name_of(account)));
    }
    if (plan.unmanaged_count > plan.unmanaged.size()) {
      add("<li class=\"soft\">… and {} more, which no report lists</li>\n",
          plan.unmanaged_count - plan.unmanaged.size());
    }
    add("</ul></details>\n");
  }

  // ── sources and problems ───────────────────────────────────────────────────────────────────

  void sources(const std::vector<SourceReport>& sources) {
    if (sources.empty()) return;
    add("<section class=\"block\"><h2>Sources</h2>\n");
    add(R"(<div class="card"><table class="sources"><thead><tr><th scope="col">Source</th><th scope="col" class="number">People</th>)"
        R"(<th scope="col" class="number">Unknown</th><th scope="col">Read</th></tr></thead><tbody>
)");
    for (const SourceReport& source : sources) this->source(source);
    add("</tbody></table></div>\n");
    for (const SourceReport& source : sources) problems(source.name, source.problems);
    add("</section>\n");
  }

  void source(const SourceReport& source) {
    add("<tr><th scope=\"row\">{}</th>", escape_html(source.name));
    number(source.people);
    number(source.unknown);
    add("<td>{}", source.failed               ? badge("red", "could not be read")
                  : source.receipt.complete() ? badge("green", "complete")
                                              : badge("red", "incomplete") + " nobody is removed");
    for (const std::string& reason : source.receipt.reasons) add("<p>{}</p>", escape_html(reason));
    add("</td></tr>\n");
  }

  void run_problems(const std::vector<Problem>& problems) {
    add("<section class=\"block\"><h2>Problems of the run</h2>\n");
    this->problems("run", problems);
    add("</section>\n");
  }

  void foot(const RunReport& report) {
    add("<footer>");
    // In the order of the configuration, as everything that is only looked up.
    for (const Plan& plan : report.targets) {
      if (plan.hash.empty() || (needs_summary(report) && plan.changes.empty())) continue;
      add("Plan of {}: <span class=\"id\">{}</span><br>", escape_html(plan.target),
          escape_html(plan.hash));
    }
    add("This file holds personal data: pass it on only to people who may see it.</footer>\n");
  }

  std::string body_;
};

}  // namespace

std::string render_html(const RunReport& report) {
  return HtmlReport().render(report);
}

}  // namespace usher
