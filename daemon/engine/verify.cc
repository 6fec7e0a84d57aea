#include "daemon/engine/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/clock.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/ledger.h"
#include "mapping/text.h"

namespace usher {
namespace {

/// Looks at a target again after apply.
class Verifier {
 public:
  Verifier(TargetPlan& target, const std::set<std::string>& touched, const Capabilities& can,
           const ApplyContext& context)
      : target_(target),
        touched_(touched),
        can_(can),
        context_(context),
        ledger_(target, context) {}

  /// True when nothing is left to do for anybody who was touched.
  bool look(PlanRequest request) {
    request.now = ledger_.now();
    const TargetPlan seen = plan_target(request);
    if (seen.plan.failed || !seen.plan.receipt.complete()) {
      why_ = "the target could not be read back completely";
      leave_unproven(target_);
      return false;
    }
    why_.clear();
    for (const Resolution& resolution : seen.resolutions) settle(resolution);
    for (const std::string& source_id : seen.missing) judge_missing(source_id);
    for (const Candidate& candidate : seen.candidates) judge(candidate.change);
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

  void judge(const Change& left) {
    const bool counts = left.status == ChangeStatus::kPlanned && left.action != Action::kManual;
    if (!counts || !touched_.contains(left.source_id)) return;
    const Change* sent = change_of(left.source_id);
    if (sent == nullptr || sent->status != ChangeStatus::kApplied)
      return;  // its own status says so
    if (learn_rewrites(*sent, left)) return;
    why_ = fmt::format("after apply there is still {} to do for {}", to_string(left.action),
                       name_of(left));
  }

  [[nodiscard]] const Change* change_of(const std::string& source_id) const {
    for (const Candidate& candidate : target_.candidates) {
      if (candidate.change.source_id == source_id && candidate.change.action != Action::kManual)
        return &candidate.change;
    }
    return nullptr;
  }

  /// The target keeps another form of what it was sent, neither the old value nor ours. True when
  /// that explains everything that is left.
  bool learn_rewrites(const Change& sent, const Change& left) {
    if (left.action != Action::kUpdate || !left.before || !left.after) return false;
    std::vector<Rewrite> rewrites;
    for (const std::string& field : left.fields) {
      if (gives_power(field)) return false;  // must be what is wanted, not nearly so
      const Value* seen = left.before->find(field);
      const Value* wanted = left.after->find(field);
      const Value* old = sent.before ? sent.before->find(field) : nullptr;
      if (!sent.after || !sent.after->contains(field))
        return false;  // not ours: somebody else changed it
      if (seen == nullptr || wanted == nullptr || (old != nullptr && *old == *seen)) return false;
      rewrites.push_back(
          {left.source_id, field, to_text(*wanted), to_text(*seen), 1, ledger_.now()});
    }
    for (Rewrite& rewrite : rewrites) store_rewrite(rewrite);
    return true;
  }

  [[nodiscard]] bool gives_power(const std::string& field) const {
    const AttributeSpec* spec = can_.find(field);
    return spec != nullptr && spec->entitlement;
  }

  void store_rewrite(Rewrite& rewrite) {
    for (const Rewrite& earlier : context_.store.rewrites(target_.plan.target)) {
      const bool is_same =
          earlier.source_id == rewrite.source_id && earlier.attribute == rewrite.attribute;
      if (is_same && rewrite.at - earlier.at < kDay) rewrite.count = earlier.count + 1;
    }
    context_.store.put_rewrite(target_.plan.target, rewrite);
    target_.plan.problems.push_back(
        {Severity::kWarning, rewrite.source_id, target_.config->where,
         fmt::format("{} was written as '{}' and is kept as '{}'{}", rewrite.attribute,
                     escape_for_display(rewrite.sent), escape_for_display(rewrite.seen),
                     rewrite.count > 1
                         ? "; for the second time within 24 h, so it is left alone from now on"
                         : "; usher takes the two for equal while both stay")});
  }

  TargetPlan& target_;
  const std::set<std::string>& touched_;
  const Capabilities& can_;
  const ApplyContext& context_;
  Ledger ledger_;
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
  target.plan.converged = converged;
  if (!converged) {
    target.plan.problems.push_back(
        {Severity::kWarning, "", target.config->where, "not converged: " + verifier.why()});
  }
}

}  // namespace usher
