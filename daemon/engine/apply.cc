#include "daemon/engine/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "connectors/clock.h"
#include "connectors/error.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/ledger.h"
#include "daemon/engine/rewrites.h"
#include "daemon/engine/verify.h"
#include "mapping/deferral.h"
#include "mapping/text.h"

namespace usher {
namespace {

/// Whether the update gives anybody a value they have not got.
bool gains_values(const Change& update) {
  const auto texts_in = [](const std::optional<Fields>& fields, const std::string& name) {
    return texts_of(fields ? fields->find(name) : nullptr);
  };
  return std::ranges::any_of(update.fields, [&](const std::string& field) {
    const Texts before = texts_in(update.before, field);
    const Texts after = texts_in(update.after, field);
    return std::ranges::any_of(
        after, [&](const std::string& text) { return !contains_name(before, text); });
  });
}

constexpr int kTriesInOneRun = 2;
constexpr int kFailuresThatStop = 5;  ///< in a row, without any success between

class ListCollector : public AccountSink {
 public:
  void account(Account account) override { accounts.push_back(std::move(account)); }
  void problem(Problem) override {}
  std::vector<Account> accounts;
};

class Applier {
 public:
  Applier(TargetPlan& target, Target& provider, const ApplyContext& context)
      : target_(target), provider_(provider), context_(context), ledger_(target, context) {
    if (provider.capabilities().consistency.count() > 0)
      failures_ = context.store.failures(target.plan.target);
  }

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
      begin({todo.begin() + static_cast<std::ptrdiff_t>(at),
             todo.begin() + static_cast<std::ptrdiff_t>(at + size)});
      at += size;
    }
    carry_out_deferred();
    report_progress(todo.size(), todo.size());
    if (target_.plan.failed) leave_unproven(target_);  // nobody will look again
    return std::move(touched_);
  }

 private:
  using Batch = std::vector<Candidate*>;

  [[nodiscard]] std::vector<Candidate*> planned() {
    std::vector<Candidate*> todo;
    for (Candidate& candidate : target_.candidates) {
      const Change& change = candidate.change;
      const bool is_for_later = candidate.postponed || change.action == Action::kManual;
      if (change.status == ChangeStatus::kPlanned && !is_for_later) todo.push_back(&candidate);
    }
    return todo;
  }

  /// Creations travel together where one request may carry several. One that must be looked up
  /// before travels alone.
  [[nodiscard]] std::size_t batch_size(const std::vector<Candidate*>& todo, std::size_t at) const {
    const Action action = todo[at]->change.action;
    const auto joins = [&](const Candidate& candidate) {
      return candidate.change.action == action && !candidate.change.needs_lookup;
    };
    if ((action != Action::kCreate && action != Action::kInvite) || !joins(*todo[at])) return 1;
    const std::size_t most = std::max<std::size_t>(1, provider_.capabilities().batch);
    std::size_t size = 1;
    while (size < most && at + size < todo.size() && joins(*todo[at + size])) ++size;
    return size;
  }

  /// A half of a change that is carried out after everything else.
  struct Deferred {
    Candidate* whole;
    Candidate part;
  };

  void begin(Batch batch) {
    for (Candidate* candidate : batch) {
      Change now = candidate->change;
      auto later = split_deferred(now, provider_.capabilities());
      if (!later) continue;
      Deferred& deferred = deferred_.emplace_back(Deferred{candidate, *candidate});
      deferred.part.change = std::move(*later);
      deferred.part.waits_for.clear();
    }
    std::erase_if(batch, [&](const Candidate* candidate) {
      return is_deferred(candidate->change, provider_.capabilities());
    });
    if (!batch.empty()) carry_out(std::move(batch));
  }

  /// Memberships, many people's in one request: everybody they are about is there by now. Who gets
  /// one comes first: a group that others have left empty may be deleted.
  void carry_out_deferred() {
    std::stable_partition(deferred_.begin(), deferred_.end(), [](const Deferred& deferred) {
      return gains_values(deferred.part.change);
    });
    const std::size_t most = std::max<std::size_t>(1, provider_.capabilities().deferred_batch);
    Batch batch;
    for (Deferred& deferred : deferred_) {
      if (!can_begin(deferred)) continue;
      batch.push_back(&deferred.part);
      if (batch.size() == most) carry_out_together(std::exchange(batch, {}));
    }
    if (!batch.empty()) carry_out_together(batch);
    for (const Deferred& deferred : deferred_) take_over(deferred);
  }

  [[nodiscard]] bool can_begin(Deferred& deferred) {
    const Change& whole = deferred.whole->change;
    const bool is_all = is_deferred(whole, provider_.capabilities());
    if (!is_all && whole.status != ChangeStatus::kApplied) return false;  // its status says why
    deferred.part.change.remote_id = whole.remote_id;
    if (context_.stop.stop_requested()) stop("stopped before it was begun; the next run does it");
    if (stopped_.empty()) return true;
    skip(deferred.part, stopped_);
    return false;
  }

  /// One that is refused must not stop the others of its request: then each is sent alone.
  void carry_out_together(const Batch& batch) {
    if (!stopped_.empty()) {
      for (Candidate* candidate : batch) skip(*candidate, stopped_);
      return;
    }
    carry_out(batch);
    if (batch.size() == 1 || !stopped_.empty() || !was_refused_) return;
    for (Candidate* candidate : batch) {
      if (candidate->change.status != ChangeStatus::kFailed) continue;
      candidate->change.status = ChangeStatus::kPlanned;
      candidate->change.error.clear();
      carry_out({candidate});
    }
  }

  /// What became of the second half is what became of the change.
  void take_over(const Deferred& deferred) const {
    Change& whole = deferred.whole->change;
    const Change& part = deferred.part.change;
    const bool is_all = is_deferred(whole, provider_.capabilities());
    if (!is_all &&
        (whole.status != ChangeStatus::kApplied || part.status == ChangeStatus::kApplied)) {
      return;
    }
    whole.status = part.status;
    whole.error = is_all || part.error.empty()
                      ? part.error
                      : fmt::format("{} was carried out, but not {}: {}", to_string(whole.action),
                                    fmt::join(part.fields, ", "), part.error);
    if (is_all) whole.reason = part.reason;
  }

  void carry_out(Batch batch) {
    for (Candidate* candidate : batch) touched_.insert(candidate->change.source_id);
    Candidate& first = *batch.front();
    if (!sends(of_now(first.change))) return settle(first, 0, first.change.remote_id);
    if (!first.waits_for.empty() && !has_given_up_key(first.waits_for)) {
      return skip(first, first.waits_for + " has not given up the key that this change needs");
    }
    if (first.change.needs_lookup && !is_absent(first)) return;
    std::vector<std::string> done;
    for (int tries = 1; tries <= kTriesInOneRun && !batch.empty(); ++tries) {
      done = send(batch, std::move(done), tries == kTriesInOneRun);
      std::erase_if(batch, [](const Candidate* candidate) {
        return candidate->change.status != ChangeStatus::kPlanned;
      });
      // What is left is known not to have been carried out, and worth another try now.
    }
  }

  [[nodiscard]] bool has_given_up_key(const std::string& source_id) const {
    return std::ranges::any_of(target_.candidates, [&](const Candidate& candidate) {
      return candidate.change.source_id == source_id &&
             candidate.change.status == ChangeStatus::kApplied;
    });
  }

  /// The precondition of a creation that was planned from an incomplete list.
  bool is_absent(Candidate& candidate) {
    try {
      const Lookup found = provider_.find(ref_of(candidate.change, provider_.capabilities()));
      if (found.presence == Presence::kAbsent) return true;
      skip(candidate,
           found.presence == Presence::kPresent
               ? "the account is there already; it will be adopted when the list is complete"
               : "could not be looked up, so nobody knows whether it is there");
    } catch (const ConnectorError& error) {
      skip(candidate, std::string("could not be looked up: ") + error.what());
    }
    return false;
  }

  /// One request, or the steps of one but those that are `done`; returns which are now. Whoever is
  /// still `planned` afterwards may be tried again.
  std::vector<std::string> send(const Batch& batch, std::vector<std::string> done,
                                bool is_last_try) {
    JournalSteps steps(ledger_, context_, target_.plan.target, {batch.begin(), batch.end()},
                       std::move(done));
    std::vector<Change> changes;
    for (const Candidate* candidate : batch) changes.push_back(as_sent(candidate->change));
    try {
      succeed(batch, steps, provider_.apply(changes, steps));
    } catch (const ConnectorError& error) {
      const bool is_open = error.kind == ErrorKind::kUnknownOutcome && !steps.operations().empty();
      if (is_open) {
        look_up(batch, steps, error, is_last_try);
      } else if (error.kind != ErrorKind::kConflict || !settle_conflict(batch, steps, error)) {
        fail(batch, steps, error);
      }
    }
    return steps.done_steps();
  }

  /// Without what is written later.
  [[nodiscard]] Change of_now(Change change) const {
    const Capabilities& can = provider_.capabilities();
    if (!is_deferred(change, can)) (void)split_deferred(change, can);
    return change;
  }

  /// To a connector an adoption that sets fields right is an update.
  [[nodiscard]] Change as_sent(const Change& planned) const {
    Change change = of_now(planned);
    if (change.action == Action::kAdopt) change.action = Action::kUpdate;
    return change;
  }

  static std::int64_t operation_of(const JournalSteps& steps, std::size_t at) {
    return at < steps.operations().size() ? steps.operations()[at] : 0;
  }

  void succeed(const Batch& batch, const JournalSteps& steps, const std::vector<Applied>& applied) {
    failures_in_a_row_ = 0;
    // As a whole: of a batch that is settled in part, a crash would leave a rest that nobody can
    // tell.
    context_.store.transact([&] {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const Applied answer = i < applied.size() ? applied[i] : Applied{};
        if (!answer.note.empty()) batch[i]->change.reason += " (" + answer.note + ")";
        settle(*batch[i], operation_of(steps, i), answer.remote_id);
      }
    });
  }

  /// The change was carried out, and left the account `remote_id` behind (empty: the one it named).
  void settle(Candidate& candidate, std::int64_t operation, const std::string& remote_id) {
    Change& change = candidate.change;
    const std::string account = remote_id.empty() ? change.remote_id : remote_id;
    change.status = ChangeStatus::kApplied;
    if (const std::string sibling = ledger_.sibling_with(account); !sibling.empty()) {
      change.status = ChangeStatus::kFailed;
      change.error =
          fmt::format("account {} is held by target '{}' of the same workspace", account, sibling);
      ledger_.settle_failed(operation, candidate);
    } else if (operation == 0 || !is_read_back(change)) {
      // A 200 is not proof: a removal stays open in the journal until it was read back.
      ledger_.settle_applied(operation, candidate, account);
    }
    change.remote_id = account;
  }

  /// The answer was lost: what the target holds now tells what happened.
  void look_up(const Batch& batch, const JournalSteps& steps, const ConnectorError& error,
               bool is_last_try) {
    const std::vector<Resolution> resolutions = resolutions_of(steps);
    context_.store.transact([&] {  // as a whole, as above
      for (const Resolution& resolution : resolutions)
        take(resolution, candidate_of(batch, resolution), error, is_last_try);
    });
  }

  void take(const Resolution& resolution, Candidate& candidate, const ConnectorError& error,
            bool is_last_try) {
    switch (resolution.outcome) {
      case Resolution::Outcome::kApplied:
        settle(candidate, resolution.operation.id, resolution.remote_id);
        break;
      case Resolution::Outcome::kFailed:
        ledger_.settle(resolution);
        if (resolution.drops_link) {
          skip(candidate, resolution.note + "; the next run does it");
        } else if (is_last_try) {
          candidate.change.status = ChangeStatus::kFailed;
          candidate.change.error = error.what();
        }
        break;
      case Resolution::Outcome::kUnknown:
        candidate.change.status = ChangeStatus::kUnknown;
        candidate.change.error =
            std::string(error.what()) + "; looked up, still unknown: the next run looks again";
        break;
    }
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

  /// 409: the key exists. Look it up, and link it or say that we are not shown it; never retry.
  bool settle_conflict(const Batch& batch, const JournalSteps& steps, const ConnectorError& error) {
    Candidate& candidate = *batch.front();
    if (batch.size() != 1 || !is_creation(candidate.change)) return false;
    try {
      const Lookup found = provider_.find(ref_of(candidate.change, provider_.capabilities()));
      if (found.presence == Presence::kAbsent) {
        if (may_show_yet(candidate)) return false;
        give_up_hidden(candidate, operation_of(steps, 0), error);
        return true;
      }
      return found.presence == Presence::kPresent &&
             adopt_existing(candidate, operation_of(steps, 0), found.account);
    } catch (const ConnectorError&) {
      return false;  // the 409 itself is the message
    }
  }

  bool adopt_existing(Candidate& candidate, std::int64_t operation, const Account& account) {
    const std::string& remote_id = account.remote_id;
    if (target_.config->policy.adopt != Adopt::kAuto || !account.untouchable.empty()) return false;
    if (context_.store.find_holder(target_.plan.target, target_.tenancy, remote_id)) return false;
    Change& change = candidate.change;
    change.remote_id = remote_id;
    change.error = "the account existed already: it is linked";
    change.status = ChangeStatus::kSkipped;
    ledger_.settle_failed(operation, candidate);
    ledger_.adopt(change, change.remote_id);
    return true;
  }

  /// Whether an account that somebody makes just now may not be shown yet: until an attempt of an
  /// earlier run is older than the provider's window.
  [[nodiscard]] bool may_show_yet(const Candidate& candidate) const {
    const std::int64_t window = provider_.capabilities().consistency.count();
    if (window == 0) return false;
    const auto earlier = failures_.find(candidate.change.source_id);
    return earlier == failures_.end() || earlier->second.change.key != candidate.change.key ||
           ledger_.now() - earlier->second.intended_at < window;
  }

  /// Refused, but whatever is in the way is invisible to us: parked like a key that was written and
  /// is not shown, so that the same creation is not sent again at every run.
  void give_up_hidden(Candidate& candidate, std::int64_t operation, const ConnectorError& error) {
    Change& change = candidate.change;
    const std::string& key = provider_.capabilities().key;
    change.status = ChangeStatus::kFailed;
    change.error = fmt::format(
        "the provider refuses to create '{}' ({}); no account with this {} is shown to this "
        "credential, neither in the list nor when looked up. Where the answer is about an account "
        "that is there: let the credential see it, and the next run links it; or remove it there, "
        "or give the person another {}. usher asks again in a day, when what it would send has "
        "changed, or after `usher links drop {} --target {}`",
        escape_for_display(change.key), error.what(), key, key,
        escape_for_display(change.source_id), target_.plan.target);
    context_.store.transact([&] {
      ledger_.settle_failed(operation, candidate);
      context_.store.put_rewrite(target_.plan.target,
                                 {change.source_id, key, change.key, "", kRewritesThatPark,
                                  ledger_.now(), false, change.cause});
    });
  }

  void fail(const Batch& batch, const JournalSteps& steps, const ConnectorError& error) {
    was_refused_ = error.kind != ErrorKind::kTransient;
    context_.store.transact([&] {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i]->change.status = ChangeStatus::kFailed;
        batch[i]->change.error = error.what();
        ledger_.settle_failed(operation_of(steps, i), *batch[i]);
      }
    });
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
    if (context_.progress)
      context_.progress({"applying " + target_.plan.target, done, total, true});
  }

  TargetPlan& target_;
  Target& provider_;
  const ApplyContext& context_;
  Ledger ledger_;
  std::map<std::string, Operation> failures_;  ///< of earlier runs, where writes show late
  std::deque<Deferred> deferred_;
  std::set<std::string> touched_;
  std::string stopped_;  ///< why nothing more is begun; empty: go on
  int failures_in_a_row_ = 0;
  bool was_refused_ = false;  ///< the last request that failed: for what was in it
};

/// Only a whole look at both sides says who was wanted under this configuration; and what another
/// `match` would adopt stays held until somebody has approved it.
TargetMemory memory_of(const TargetPlan& target, const Store& store, std::int64_t now) {
  TargetMemory memory{target.config->hash, target.match, now};
  const auto before = store.target_memory(target.plan.target);
  if (!before) return memory;
  const bool is_whole = target.plan.receipt.complete() && target.plan.source_complete;
  const bool holds_adoptions =
      std::ranges::any_of(target.candidates, [](const Candidate& candidate) {
        return candidate.change.hold_class == HoldClass::kAdoptions;
      });
  if (!is_whole) memory.hash = before->hash;
  if (!is_whole || (target.facts.match_changed && holds_adoptions)) memory.match = before->match;
  return memory;
}

}  // namespace

void record_observations(const TargetPlan& target, const ApplyContext& context) {
  if (target.plan.failed) return;
  Ledger ledger(target, context);
  const std::string& name = target.plan.target;
  context.store.transact([&] {
    for (const Resolution& resolution : target.resolutions) ledger.settle(resolution);
    for (const auto& [source_id, absence] : target.absences)
      context.store.put_absence(name, absence);
    for (const std::string& source_id : target.returned)
      context.store.drop_absence(name, source_id);
    for (const auto& [source_id, bookkeeping] : target.bookkeeping)
      ledger.keep_book(source_id, bookkeeping);
    for (const Link& link : target.links) ledger.learn_tenancy(link);
    context.store.put_target_memory(name, memory_of(target, context.store, ledger.now()));
  });
}

std::set<std::string> apply_changes(TargetPlan& target, Target& provider,
                                    const ApplyContext& context) {
  return Applier(target, provider, context).run();
}

}  // namespace usher
