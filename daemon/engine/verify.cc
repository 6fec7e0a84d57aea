#include "daemon/engine/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/clock.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/ledger.h"
#include "daemon/engine/rewrites.h"
#include "mapping/text.h"

namespace usher {
namespace {

/// Looks at a target again after apply.
class Verifier {
 public:
  Verifier(TargetPlan& target, const std::set<std::string>& touched, const Capabilities& can,
           const ApplyContext& context)
      : target_(target), touched_(touched), can_(can), context_(context), ledger_(target, context) {
    for (const Candidate& candidate : target.candidates) {
      const Change& change = candidate.change;
      if (change.action != Action::kManual) changes_.emplace(change.source_id, &change);
    }
  }

  /// True when nothing is left to do for anybody who was touched.
  bool look(PlanRequest request) {
    why_.clear();
    noted_.clear();
    is_whole_ = false;
    request.now = ledger_.now();
    drop_replaced();
    const TargetPlan seen = plan_target(request);
    if (seen.plan.failed || !seen.plan.receipt.complete()) {
      why_ = "the target could not be read back completely";
      leave_unproven(target_);
      return false;
    }
    is_whole_ = true;
    for (const Resolution& resolution : seen.resolutions) settle(resolution);
    for (const std::string& source_id : seen.missing) judge_missing(source_id);
    for (const Candidate& candidate : seen.candidates) judge(candidate.change);
    for (const Problem& problem : seen.plan.problems) judge(problem);
    return why_.empty() && !lacks_trace();
  }

  /// After the last look: counts and tells what was not shown as it was written. True when nothing
  /// is left that the next run will do.
  bool conclude() {
    if (is_whole_) context_.store.transact([&] { store_rewrites(); });
    return why_.empty();
  }

  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  void settle(const Resolution& resolution) {
    const Change& settled = resolution.operation.change;
    for (Candidate& candidate : target_.candidates) {
      Change& change = candidate.change;
      if (change.source_id == settled.source_id && change.action == settled.action)
        bring_up_to(resolution, change);
    }
    ledger_.settle(resolution);
  }

  void bring_up_to(const Resolution& resolution, Change& change) {
    switch (resolution.outcome) {
      case Resolution::Outcome::kApplied:
        change.status = ChangeStatus::kApplied;
        change.error.clear();
        break;
      case Resolution::Outcome::kFailed:
        change.status = ChangeStatus::kFailed;
        change.error = is_read_back(change)
                           ? "the target answered success, but the account can still be used"
                           : "was not carried out";
        break;
      case Resolution::Outcome::kUnknown:
        change.status = ChangeStatus::kUnknown;
        if (change.error.empty()) change.error = "could not be read back; the next run looks again";
        why_ = fmt::format("nobody knows yet what became of {} for {}", to_string(change.action),
                           name_of(change));
        break;
    }
  }

  /// A success that left no account behind is none.
  void judge_missing(const std::string& source_id) {
    const Change* sent = change_of(source_id);
    if (sent == nullptr || sent->status != ChangeStatus::kApplied || is_read_back(*sent)) return;
    why_ =
        fmt::format("{} was answered with success, but the target does not show the account of {}",
                    to_string(sent->action), name_of(*sent));
  }

  static std::string name_of(const Change& change) {
    return escape_for_display(change.key.empty() ? change.source_id : change.key);
  }

  /// Whoever was touched and cannot be served is not in order, though nothing is left to send.
  void judge(const Problem& problem) {
    if (problem.severity != Severity::kError || !touched_.contains(problem.source_id)) return;
    why_ = fmt::format("{}: {}", escape_for_display(problem.source_id), problem.message);
  }

  void judge(const Change& left) {
    const bool is_open =
        left.status == ChangeStatus::kPlanned || left.status == ChangeStatus::kHeld;
    if (!is_open || left.action == Action::kManual || !touched_.contains(left.source_id)) return;
    if (!was_applied(left.source_id)) return;  // its own status says so
    const Change* sent = change_of(left.source_id);
    if (note_rewrites(*sent, left) || left.status == ChangeStatus::kHeld) return;
    why_ = fmt::format("after apply there is still {} to do for {}", to_string(left.action),
                       name_of(left));
  }

  [[nodiscard]] const Change* change_of(const std::string& source_id) const {
    const auto at = changes_.find(source_id);
    return at == changes_.end() ? nullptr : at->second;
  }

  [[nodiscard]] bool was_applied(const std::string& source_id) const {
    const Change* sent = change_of(source_id);
    return sent != nullptr && sent->status == ChangeStatus::kApplied;
  }

  // ── what reads back other than it was written ──────────────────────────────────────────────

  /// Notes every field of `left` that we wrote just now. True when that explains all of it. What a
  /// leaver keeps is never explained away.
  bool note_rewrites(const Change& sent, const Change& left) {
    if (left.action != Action::kUpdate || left.cause == Cause::kLeaver) return false;
    if (!left.before || !left.after || !sent.after) return false;
    bool is_all = true;
    for (const std::string& field : left.fields) {
      const Value* wanted = left.after->find(field);
      const Value* written = sent.after->find(field);
      if (wanted == nullptr || written == nullptr || *wanted != *written) {
        is_all = false;  // not ours: somebody else changed it
        continue;
      }
      const Value* seen = left.before->find(field);
      const bool is_taken = !gives_power(can_, field) && shows_trace(sent, field, seen);
      noted_.push_back({left.source_id, field, to_text(*wanted), seen ? to_text(*seen) : "", 1,
                        ledger_.now(), is_taken, sent.cause});
    }
    return is_all;
  }

  /// Neither the old value nor nothing: another form of what was sent.
  static bool shows_trace(const Change& sent, const std::string& field, const Value* seen) {
    const Value* old = sent.before ? sent.before->find(field) : nullptr;
    return !is_empty(seen) && (old == nullptr || *old != *seen);
  }

  [[nodiscard]] bool lacks_trace() const {
    return std::ranges::any_of(noted_, [](const Rewrite& rewrite) { return !rewrite.taken; });
  }

  void store_rewrites() {
    std::map<std::pair<std::string, std::string>, Rewrite> earlier;
    for (Rewrite& rewrite : context_.store.rewrites(target_.plan.target))
      earlier.emplace(std::pair(rewrite.source_id, rewrite.attribute), std::move(rewrite));
    for (Rewrite& rewrite : noted_) {
      const auto known = earlier.extract(std::pair(rewrite.source_id, rewrite.attribute));
      if (!known.empty() && continues(known.mapped(), rewrite))
        rewrite.count = known.mapped().count + 1;
      context_.store.put_rewrite(target_.plan.target, rewrite);
      report(rewrite);
    }
    for (std::string& others : left_alone_.others()) {
      target_.plan.problems.push_back(
          {Severity::kWarning, "", target_.config->where, std::move(others)});
    }
    for (const auto& [at, rewrite] : earlier) {
      const bool is_over =
          !rewrite.taken && was_applied(rewrite.source_id) && !is_parked(rewrite, ledger_.now());
      if (is_over)
        context_.store.drop_rewrite(target_.plan.target, rewrite.source_id, rewrite.attribute);
    }
  }

  /// What was never shown and has been written over says nothing any more.
  void drop_replaced() {
    for (const Rewrite& rewrite : context_.store.rewrites(target_.plan.target)) {
      if (!rewrite.taken && was_applied(rewrite.source_id) && is_replaced(rewrite))
        context_.store.drop_rewrite(target_.plan.target, rewrite.source_id, rewrite.attribute);
    }
  }

  /// Whether another value was written since.
  [[nodiscard]] bool is_replaced(const Rewrite& rewrite) const {
    const Change* change = change_of(rewrite.source_id);
    const bool writes =
        change != nullptr && change->after && contains_name(change->fields, rewrite.attribute);
    const Value* written = writes ? change->after->find(rewrite.attribute) : nullptr;
    return written != nullptr && to_text(*written) != rewrite.sent;
  }

  /// A form of its own counts within a day, whatever was sent: somebody keeps changing it. What
  /// leaves no trace counts by what was sent, as long as it takes: once a day is soon enough.
  static bool continues(const Rewrite& earlier, const Rewrite& now) {
    if (earlier.taken != now.taken) return false;
    return now.taken ? now.at - earlier.at < kDay : earlier.sent == now.sent;
  }

  void report(const Rewrite& rewrite) {
    if (rewrite.taken) {
      return warn(rewrite,
                  fmt::format("{} was written as '{}' and is kept as '{}'{}", rewrite.attribute,
                              escape_for_display(rewrite.sent), escape_for_display(rewrite.seen),
                              rewrite.count > 1
                                  ? "; for the second time within 24 h, so it is left alone from "
                                    "now on"
                                  : "; usher takes the two for equal while both stay"));
    }
    const bool has_power = gives_power(can_, rewrite.attribute);
    if (rewrite.count >= kRewritesThatPark) {
      return warn(rewrite, describe_parked(rewrite, has_power),
                  has_power ? Severity::kError : Severity::kWarning);
    }
    why_ = fmt::format(
        "{} of {} was written as {}, but the target shows {}; the next run writes it once more",
        rewrite.attribute, escape_for_display(rewrite.source_id), quote_rewrite(rewrite.sent),
        quote_rewrite(rewrite.seen));
  }

  void warn(const Rewrite& rewrite, std::string message, Severity severity = Severity::kWarning) {
    if (severity == Severity::kWarning && !left_alone_.names(rewrite.attribute)) return;
    target_.plan.problems.push_back(
        {severity, rewrite.source_id, target_.config->where, std::move(message)});
  }

  TargetPlan& target_;
  const std::set<std::string>& touched_;
  const Capabilities& can_;
  const ApplyContext& context_;
  Ledger ledger_;
  std::map<std::string_view, const Change*> changes_;  ///< by person, the first that is not manual
  bool is_whole_ = false;                              ///< the last look saw everything
  std::vector<Rewrite> noted_;
  Crowd left_alone_;
  std::string why_;
};

}  // namespace

void leave_unproven(TargetPlan& target) {
  for (Candidate& candidate : target.candidates) {
    Change& change = candidate.change;
    if (change.status != ChangeStatus::kApplied || !is_read_back(change)) continue;
    change.status = ChangeStatus::kUnknown;
    change.error = "could not be read back; the next run looks again";
  }
}

void verify(TargetPlan& target, const std::set<std::string>& touched, const PlanRequest& request,
            const ApplyContext& context) {
  if (touched.empty()) return;
  if (context.progress) context.progress({"reading back " + target.plan.target, 0, 0, true});
  Verifier verifier(target, touched, request.target.capabilities(), context);
  const auto until = context.clock.steady() + request.target.capabilities().consistency;
  bool converged = verifier.look(request);
  while (!converged && context.clock.steady() < until && !context.stop.stop_requested()) {
    context.clock.sleep_for(std::chrono::seconds(1), context.stop);
    converged = verifier.look(request);
  }
  target.plan.converged = verifier.conclude();
  if (!target.plan.converged) {
    target.plan.problems.push_back(
        {Severity::kWarning, "", target.config->where, "not converged: " + verifier.why()});
  }
}

}  // namespace usher
