#include <fmt/format.h>

#include "daemon/report/explain.h"
#include "daemon/report/explain_words.h"
#include "daemon/report/layout.h"
#include "daemon/report/summary.h"
#include "daemon/report/table.h"
#include "daemon/report/text_writer.h"
#include "daemon/report/view.h"

namespace usher {
namespace {

class TextExplanation : private TextWriter {
 public:
  using TextWriter::TextWriter;

  std::string render(const Explanation& explanation) {
    person(explanation);
    targets(explanation.targets);
    history(explanation.history);
    return take();
  }

 private:
  void person(const Explanation& e) {
    const std::string name = e.key.empty()
                                 ? shown(e.source_id)
                                 : fmt::format("{} ({})", shown(e.key), shown(e.source_id));
    line(0, colour(Paint::kBold, name));
    if (!e.person) {
      line(2, fmt::format("source {} does not have this person", shown(e.source)));
    } else {
      line(2, fmt::format("source {}, {}", shown(e.source), shown(e.person->where)));
      if (!e.person->fault.empty())
        line(2, colour(Paint::kRed, "broken record: ") + shown(e.person->fault));
      attributes(*e.person);
    }
    for (const Problem& problem : e.problems) {
      line(2, colour(Paint::kYellow, problem.severity == Severity::kError ? "error" : "warning") +
                  " " + shown(problem.where) + ": " + shown(problem.message));
    }
  }

  void attributes(const Person& person) {
    Table table({{}, {}});
    for (const auto& [name, values] : person.attributes) table.add({name, join(values, " | ")});
    for (const std::string& name : person.unread) table.add({name, "(not read completely)"});
    lines(table.render(style(), "    "));
  }

  /// Of hundreds of targets, those that this person has nothing to do with are only counted.
  void targets(const std::vector<TargetExplanation>& targets) {
    std::size_t others = 0;
    for (const TargetExplanation& target : targets) {
      if (target.is_concerned || targets.size() <= kMostToldSingly) {
        this->target(target);
      } else {
        ++others;
      }
    }
    if (others == 0) return;
    blank();
    line(0, fmt::format("{} where they are not in scope and never had an account from usher",
                        counted(others, "other target")));
  }

  void target(const TargetExplanation& target) {
    blank();
    line(0, fmt::format("{} ({})", colour(Paint::kBold, shown(target.target)), target.connector));
    scope(target);
    mapped(target);
    account(target);
    decision(target);
  }

  void scope(const TargetExplanation& target) {
    if (target.scope.empty()) return line(2, "scope: everybody");
    line(2,
         fmt::format("in scope: {}", colour(paint_of(target.in_scope), word_of(target.in_scope))));
    Table table({{}, {}, {}});
    for (const Filter::Step& step : target.steps) {
      table.add({std::string(word_of(step.truth)), step.text, step.actual});
    }
    if (table.empty()) return line(4, shown(target.scope));
    lines(table.render(style(), "    "));
  }

  void mapped(const TargetExplanation& target) {
    Table table({{}, {}, {}, {}});
    for (const Provenance& p : target.mapped) {
      table.add({p.attribute, p.value ? quoted_if_empty(to_text(*p.value)) : "(unmanaged)",
                 p.rule.empty() ? "" : "from " + p.rule, p.note});
    }
    if (!table.empty()) line(2, "mapped:");
    lines(table.render(style(), "    "));
    for (const std::string& fault : target.faults)
      line(4, colour(Paint::kRed, "error: ") + shown(fault));
  }

  void account(const TargetExplanation& target) {
    if (const std::optional<Link>& link = target.link) {
      line(2, fmt::format("link: account {}, {} by usher {}", shown(link->remote_id),
                          word_of(link->origin), format_utc(link->linked_at)));
      if (link->released_at != 0) line(4, "access taken away " + format_utc(link->released_at));
      if (link->acknowledged_at != 0)
        line(4, "released to a human " + format_utc(link->acknowledged_at));
      if (link->invitations > 0) {
        line(4, fmt::format("{} sent, the last one {}",
                            counted(static_cast<std::uint64_t>(link->invitations), "invitation"),
                            format_utc(link->invited_at)));
      }
    } else {
      line(2, "link: none, so the account is not ours");
    }
    if (!target.match.empty()) line(2, "found: " + shown(target.match));
    if (!target.account) return line(2, "account: none seen in the target");
    const Account& account = *target.account;
    line(2, fmt::format("account: {} {}, {}", shown(account.remote_id), shown(account.key),
                        to_string(account.status)));
    if (!account.untouchable.empty()) line(4, "never touched: " + shown(account.untouchable));
    Table table({{}, {}});
    for (const auto& [name, value] : account.fields)
      table.add({name, quoted_if_empty(to_text(value))});
    lines(table.render(style(), "    "));
  }

  void decision(const TargetExplanation& target) {
    if (target.changes.empty()) {
      line(2, colour(Paint::kBold, "now: ") +
                  (target.decision.empty() ? "nothing to do" : shown(target.decision)));
      return;
    }
    for (const Change& change : target.changes) {
      line(2,
           fmt::format("{}{} ({}, {}): {}", colour(Paint::kBold, "now: "), to_string(change.action),
                       to_string(change.cause), to_string(change.status), shown(change.reason)));
      for (const Difference& d : differences(change)) {
        line(4, fmt::format("{}: {} → {}", shown(d.name), shown(d.before), shown(d.after)));
      }
    }
    if (!target.decision.empty()) line(4, shown(target.decision));
  }

  void history(const std::vector<HistoryLine>& entries) {
    blank();
    if (entries.empty()) return line(0, "No operation in the journal.");
    Table table({{"when"}, {"target"}, {"action"}, {"cause"}, {"status"}, {"run"}, {"error"}});
    for (const HistoryLine& h : entries) {
      table.add({format_utc(h.at), h.target, h.action, h.cause, h.status, h.run, h.error});
    }
    lines(table.render(style()));
  }

  static Paint paint_of(Truth truth) {
    return truth == Truth::kTrue    ? Paint::kGreen
           : truth == Truth::kFalse ? Paint::kRed
                                    : Paint::kYellow;
  }
  static std::string quoted_if_empty(const std::string& text) {
    return text.empty() ? "(empty)" : text;
  }
};

}  // namespace

std::string render_explanation_text(const Explanation& explanation, const TextStyle& style) {
  return TextExplanation(style).render(explanation);
}

}  // namespace usher
