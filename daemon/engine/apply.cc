#include "daemon/engine/apply.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/clock.h"
#include "connectors/error.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/ledger.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr int kTriesInOneRun = 2;
constexpr int kFailuresThatStop = 5;  ///< in a row, without any success between
constexpr std::int64_t kDay = 86'400;

bool is_read_back(const Change& change) {
  return change.action == Action::kRevoke || change.action == Action::kDeactivate ||
         change.action == Action::kDelete;
}

class ListCollector : public AccountSink {
 public:
  void account(Account account) override { accounts.push_back(std::move(account)); }
  void problem(Problem) override {}
  std::vector<Account> accounts;
};

class Applier {
 public:
  Applier(TargetPlan& target, Target& provider, const ApplyContext& context)
      : target_(target), provider_(provider), context_(context), ledger_(target, context) {}

  std::set<std::string> run() {
    std::vector<Candidate*> todo = planned();
    for (std::size_t at = 0; at < todo.size();) {
      report_progress(at, todo.size());
      if (context_.stop.stop_requested()) stop("stopped before it was begun; the next run does it");
      if (!stopped_.empty()) {
        skip(*todo[at++], stopped_);
        continue;
      }
      const std::size_t size = batch_size(todo, at);
      carry_out({todo.begin() + static_cast<std::ptrdiff_t>(at), todo.begin() + static_cast<std::ptrdiff_t>(at + size)});
      at += size;
    }
    report_progress(todo.size(), todo.size());
    return std::move(touched_);
  }

 private:
  using Batch = std::vector<Candidate*>;

  [[nodiscard]] std::vector<Candidate*> planned() {
    std::vector<Candidate*> todo;
    for (Candidate& candidate : target_.candidates) {
      const Change& change = candidate.change;
      if (change.status == ChangeStatus::kPlanned && change.action != Action::kManual) todo.push_back(&candidate);
    }
    return todo;
  }

  /// Creations travel together where one request may carry several.
  [[nodiscard]] std::size_t batch_size(const std::vector<Candidate*>& todo, std::size_t at) const {
    const Action action = todo[at]->change.action;
    if (action != Action::kCreate && action != Action::kInvite) return 1;
    const std::size_t most = std::max<std::size_t>(1, provider_.capabilities().batch);
    std::size_t size = 1;
    while (size < most && at + size < todo.size() && todo[at + size]->change.action == action) ++size;
    return size;
  }

  void carry_out(const Batch& batch) {
    for (Candidate* candidate : batch) touched_.insert(candidate->change.source_id);
    Change& first = batch.front()->change;
    if (!sends(first)) {
      first.status = ChangeStatus::kApplied;
      return ledger_.settle_applied(0, *batch.front(), first.remote_id);
    }
    if (first.needs_lookup && !is_absent(*batch.front())) return;
    for (int tries = 1; tries <= kTriesInOneRun; ++tries) {
      if (!send(batch, tries == kTriesInOneRun)) return;
    }
  }

  /// The precondition of a creation that was planned from an incomplete list.
  bool is_absent(Candidate& candidate) {
    try {
      const Lookup found = provider_.find({"", candidate.change.key});
      if (found.presence == Presence::kAbsent) return true;
      skip(candidate, found.presence == Presence::kPresent
                          ? "the account is there already; it will be adopted when the list is complete"
                          : "could not be looked up, so nobody knows whether it is there");
    } catch (const ConnectorError& error) {
      skip(candidate, std::string("could not be looked up: ") + error.what());
    }
    return false;
  }

  /// One request, or the steps of one. True when it is known not to have been carried out and is
  /// worth another try now.
  bool send(const Batch& batch, bool is_last_try) {
    std::vector<const Candidate*> candidates(batch.begin(), batch.end());
    JournalSteps steps(ledger_, context_, target_.plan.target, std::move(candidates));
    std::vector<Change> changes;
    for (const Candidate* candidate : batch) changes.push_back(as_sent(candidate->change));
    try {
      succeed(batch, steps, provider_.apply(changes, steps));
    } catch (const ConnectorError& error) {
      if (error.kind == ErrorKind::kUnknownOutcome) return look_up(batch, steps, error, is_last_try);
      if (error.kind == ErrorKind::kConflict && adopt_existing(batch, steps)) return false;
      fail(batch, steps, error);
    }
    return false;
  }

  /// To a connector an adoption that sets fields right is an update.
  static Change as_sent(Change change) {
    if (change.action == Action::kAdopt) change.action = Action::kUpdate;
    return change;
  }

  static std::int64_t operation_of(const JournalSteps& steps, std::size_t at) {
    return at < steps.operations().size() ? steps.operations()[at] : 0;
  }

  void succeed(const Batch& batch, const JournalSteps& steps, const std::vector<Applied>& applied) {
    failures_in_a_row_ = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      Candidate& candidate = *batch[i];
      candidate.change.status = ChangeStatus::kApplied;
      if (i < applied.size()) {
        if (!applied[i].remote_id.empty()) candidate.change.remote_id = applied[i].remote_id;
        if (!applied[i].note.empty()) candidate.change.reason += " (" + applied[i].note + ")";
      }
      // A 200 is not proof: a removal stays open in the journal until it was read back.
      if (is_read_back(candidate.change) && operation_of(steps, i) != 0) continue;
      ledger_.settle_applied(operation_of(steps, i), candidate, candidate.change.remote_id);
    }
  }

  /// The answer was lost: what the target holds now tells what happened.
  bool look_up(const Batch& batch, const JournalSteps& steps, const ConnectorError& error, bool is_last_try) {
    bool retry = false;
    for (const Resolution& resolution : resolutions_of(steps)) {
      Candidate& candidate = candidate_of(batch, resolution);
      switch (resolution.outcome) {
        case Resolution::Outcome::kApplied:
          candidate.change.status = ChangeStatus::kApplied;
          if (!resolution.remote_id.empty()) candidate.change.remote_id = resolution.remote_id;
          if (!is_read_back(candidate.change)) {
            ledger_.settle_applied(resolution.operation.id, candidate, candidate.change.remote_id);
          }
          break;
        case Resolution::Outcome::kFailed:
          candidate.change.status = is_last_try ? ChangeStatus::kFailed : ChangeStatus::kPlanned;
          candidate.change.error = is_last_try ? std::string(error.what()) : std::string();
          ledger_.settle(resolution);
          retry = !is_last_try && !resolution.drops_link;
          if (resolution.drops_link) skip(candidate, resolution.note + "; the next run does it");
          break;
        case Resolution::Outcome::kUnknown:
          candidate.change.status = ChangeStatus::kUnknown;
          candidate.change.error = std::string(error.what()) + "; looked up, still unknown: the next run looks again";
          break;
      }
    }
    return retry;
  }

  [[nodiscard]] std::vector<Resolution> resolutions_of(const JournalSteps& steps) {
    std::vector<Operation> open = context_.store.unsettled(target_.plan.target);
    std::erase_if(open, [&](const Operation& operation) {
      return std::ranges::find(steps.operations(), operation.id) == steps.operations().end();
    });
    ListCollector collector;
    bool is_complete = false;
    if (!provider_.capabilities().has_lookup) {
      try {
        is_complete = provider_.list(collector).receipt.complete() &&
                      collector.accounts.size() * 2 >= target_.plan.accounts;
      } catch (const ConnectorError&) {
        // Not read is not absent: the outcome stays unknown.
      }
    }
    return resolve(open, provider_, collector.accounts, is_complete, ledger_.now());
  }

  static Candidate& candidate_of(const Batch& batch, const Resolution& resolution) {
    const std::string& source_id = resolution.operation.change.source_id;
    return **std::ranges::find_if(batch, [&](const Candidate* candidate) {
      return candidate->change.source_id == source_id;
    });
  }

  /// 409: the key exists. Look it up and link it; never retry.
  bool adopt_existing(const Batch& batch, const JournalSteps& steps) {
    Candidate& candidate = *batch.front();
    Change& change = candidate.change;
    if (batch.size() != 1 || !is_creation(change) || target_.config->policy.adopt != Adopt::kAuto) return false;
    try {
      const Lookup found = provider_.find({"", change.key});
      if (found.presence != Presence::kPresent || !found.account.untouchable.empty()) return false;
      if (context_.store.find_holder(target_.tenancy, found.account.remote_id)) return false;
      change.remote_id = found.account.remote_id;
      change.error = "the account existed already: it is linked";
      change.status = ChangeStatus::kSkipped;
      ledger_.settle_failed(operation_of(steps, 0), candidate);
      ledger_.adopt(change, change.remote_id);
      return true;
    } catch (const ConnectorError&) {
      return false;  // the 409 itself is the message
    }
  }

  void fail(const Batch& batch, const JournalSteps& steps, const ConnectorError& error) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->change.status = ChangeStatus::kFailed;
      batch[i]->change.error = error.what();
      ledger_.settle_failed(operation_of(steps, i), *batch[i]);
    }
    if (error.stops_target()) {
      target_.plan.failed = true;
      target_.plan.problems.push_back({Severity::kError, "", target_.config->where, error.what()});
      stop("not begun: the target refused us");
    } else if (error.kind == ErrorKind::kRateLimited) {
      stop("not begun: the provider's limit is used up");
    } else if (error.kind == ErrorKind::kTransient && ++failures_in_a_row_ >= kFailuresThatStop) {
      stop(fmt::format("not begun: {} requests in a row failed", kFailuresThatStop));
    }
  }

  void stop(const std::string& why) {
    if (stopped_.empty()) stopped_ = why;
  }

  static void skip(Candidate& candidate, const std::string& why) {
    candidate.change.status = ChangeStatus::kSkipped;
    candidate.change.error = why;
  }

  void report_progress(std::size_t done, std::size_t total) const {
    if (context_.progress) context_.progress({"applying " + target_.plan.target, done, total, true});
  }

  TargetPlan& target_;
  Target& provider_;
  const ApplyContext& context_;
  Ledger ledger_;
  std::set<std::string> touched_;
  std::string stopped_;  ///< why nothing more is begun; empty: go on
  int failures_in_a_row_ = 0;
};

/// Looks at a target again after apply.
class Verifier {
 public:
  Verifier(TargetPlan& target, const std::set<std::string>& touched, const ApplyContext& context)
      : target_(target), touched_(touched), context_(context), ledger_(target, context) {}

  /// True when nothing is left to do for anybody who was touched.
  bool look(const PlanRequest& request) {
    TargetPlan seen = plan_target(request);
    if (seen.plan.failed || !seen.plan.receipt.complete()) {
      why_ = "the target could not be read back completely";
      mark_removals_unknown();
      return false;
    }
    for (const Resolution& resolution : seen.resolutions) settle_removal(resolution);
    why_.clear();
    for (const Candidate& candidate : seen.candidates) judge(candidate.change);
    return why_.empty();
  }

  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  void settle_removal(const Resolution& resolution) {
    const Change& settled = resolution.operation.change;
    for (Candidate& candidate : target_.candidates) {
      Change& change = candidate.change;
      if (change.source_id != settled.source_id || change.action != settled.action || !is_read_back(change)) continue;
      if (resolution.outcome == Resolution::Outcome::kFailed) {
        change.status = ChangeStatus::kFailed;
        change.error = "the target answered success, but the account can still be used";
      } else if (resolution.outcome == Resolution::Outcome::kUnknown) {
        change.status = ChangeStatus::kUnknown;
        change.error = "could not be read back; the next run looks again";
      }
    }
    ledger_.settle(resolution);
  }

  void mark_removals_unknown() {
    for (Candidate& candidate : target_.candidates) {
      Change& change = candidate.change;
      if (change.status != ChangeStatus::kApplied || !is_read_back(change)) continue;
      change.status = ChangeStatus::kUnknown;
      change.error = "could not be read back; the next run looks again";
    }
  }

  void judge(const Change& left) {
    const bool counts = left.status == ChangeStatus::kPlanned && left.action != Action::kManual;
    if (!counts || !touched_.contains(left.source_id)) return;
    const Change* sent = change_of(left.source_id);
    if (sent == nullptr || sent->status != ChangeStatus::kApplied) return;  // its own status says so
    if (learn_rewrites(*sent, left)) return;
    why_ = fmt::format("after apply there is still {} to do for {}", to_string(left.action),
                       escape_for_display(left.key.empty() ? left.source_id : left.key));
  }

  [[nodiscard]] const Change* change_of(const std::string& source_id) const {
    for (const Candidate& candidate : target_.candidates) {
      if (candidate.change.source_id == source_id && candidate.change.action != Action::kManual) return &candidate.change;
    }
    return nullptr;
  }

  /// The target keeps another form of what it was sent, neither the old value nor ours. True when
  /// that explains everything that is left.
  bool learn_rewrites(const Change& sent, const Change& left) {
    if (left.action != Action::kUpdate || !left.before || !left.after) return false;
    std::vector<Rewrite> rewrites;
    for (const std::string& field : left.fields) {
      const Value* seen = left.before->find(field);
      const Value* wanted = left.after->find(field);
      const Value* old = sent.before ? sent.before->find(field) : nullptr;
      if (seen == nullptr || wanted == nullptr || (old != nullptr && *old == *seen)) return false;
      rewrites.push_back({left.source_id, field, to_text(*wanted), to_text(*seen), 1, ledger_.now()});
    }
    for (Rewrite& rewrite : rewrites) store_rewrite(rewrite);
    return true;
  }

  void store_rewrite(Rewrite& rewrite) {
    for (const Rewrite& earlier : context_.store.rewrites(target_.plan.target)) {
      const bool is_same = earlier.source_id == rewrite.source_id && earlier.attribute == rewrite.attribute;
      if (is_same && rewrite.at - earlier.at < kDay) rewrite.count = earlier.count + 1;
    }
    context_.store.put_rewrite(target_.plan.target, rewrite);
    target_.plan.problems.push_back(
        {Severity::kWarning, rewrite.source_id, target_.config->where,
         fmt::format("{} was written as '{}' and is kept as '{}'{}", rewrite.attribute, escape_for_display(rewrite.sent),
                     escape_for_display(rewrite.seen),
                     rewrite.count > 1 ? "; for the second time within 24 h, so it is left alone from now on"
                                       : "; usher takes the two for equal while both stay")});
  }

  TargetPlan& target_;
  const std::set<std::string>& touched_;
  const ApplyContext& context_;
  Ledger ledger_;
  std::string why_;
};

}  // namespace

void record_observations(const TargetPlan& target, const ApplyContext& context) {
  if (target.plan.failed) return;
  Ledger ledger(target, context);
  const std::string& name = target.plan.target;
  context.store.transact([&] {
    for (const Resolution& resolution : target.resolutions) ledger.settle(resolution);
    for (const auto& [source_id, absence] : target.absences) context.store.put_absence(name, absence);
    for (const std::string& source_id : target.returned) context.store.drop_absence(name, source_id);
    for (const auto& [source_id, bookkeeping] : target.bookkeeping) ledger.keep_book(source_id, bookkeeping);
    // Only a whole look at both sides says who was wanted under this configuration.
    if (target.plan.receipt.complete() && target.plan.source_complete) {
      context.store.put_target_memory(name, {target.config->hash, target.match, ledger.now()});
    }
  });
}

std::set<std::string> apply_changes(TargetPlan& target, Target& provider, const ApplyContext& context) {
  return Applier(target, provider, context).run();
}

void verify(TargetPlan& target, const std::set<std::string>& touched, const PlanRequest& request,
            const ApplyContext& context) {
  if (touched.empty()) return;
  if (context.progress) context.progress({"reading back " + target.plan.target, 0, 0, true});
  Verifier verifier(target, touched, context);
  const auto until = context.clock.steady() + request.target.capabilities().consistency;
  bool converged = verifier.look(request);
  while (!converged && context.clock.steady() < until && !context.stop.stop_requested()) {
    context.clock.sleep_for(std::chrono::seconds(1), context.stop);
    converged = verifier.look(request);
  }
  target.plan.converged = converged;
  if (!converged) {
    target.plan.problems.push_back({Severity::kWarning, "", target.config->where, "not converged: " + verifier.why()});
  }
}

}  // namespace usher
