#include "daemon/engine/ledger.h"

#include <algorithm>

#include "connectors/clock.h"
#include "daemon/engine/apply.h"
#include "daemon/engine/identity.h"
#include "mapping/text.h"

namespace usher {

Ledger::Ledger(const TargetPlan& target, const ApplyContext& context)
    : target_(target), context_(context) {}

std::int64_t Ledger::now() const {
  return to_seconds(context_.clock.now());
}

std::string Ledger::source_of(const std::string& source_id) const {
  if (const auto memo = target_.memos.find(source_id); memo != target_.memos.end())
    return memo->second.source;
  const auto link = std::ranges::find(target_.links, source_id, &Link::source_id);
  return link != target_.links.end() ? link->source : std::string();
}

std::string Ledger::sibling_with(const std::string& remote_id) const {
  const auto holder = context_.store.find_holder(target_.plan.target, target_.tenancy, remote_id);
  return holder && holder->target != target_.plan.target ? holder->target : std::string();
}

Link Ledger::link_of(const std::string& source_id) const {
  if (auto stored = context_.store.find_link(target_.plan.target, source_id)) return *stored;
  Link link;
  link.target = target_.plan.target;
  link.source_id = source_id;
  link.source = source_of(source_id);
  link.linked_at = now();
  return link;
}

void Ledger::settle_applied(std::int64_t operation, const Candidate& candidate,
                            const std::string& remote_id) {
  const Change& change = candidate.change;
  context_.store.transact([&] {
    if (operation != 0) {
      context_.store.settle(operation, "applied", remote_id, "", now());
    } else {
      context_.store.record(context_.run, target_.plan.target,
                            {&change, source_of(change.source_id), candidate.approved}, "applied",
                            now());
    }
    if (candidate.approved)
      context_.store.consume_approval(target_.plan.target, identity_line(change));
    update_link(change, remote_id);
  });
}

void Ledger::settle_failed(std::int64_t operation, const Candidate& candidate) {
  const Change& change = candidate.change;
  if (operation != 0) {
    context_.store.settle(operation, "failed", "", change.error, now());
  } else {
    context_.store.record(context_.run, target_.plan.target,
                          {&change, source_of(change.source_id), candidate.approved}, "failed",
                          now());
  }
}

void Ledger::settle(const Resolution& resolution) {
  using Outcome = Resolution::Outcome;
  const Change& change = resolution.operation.change;
  if (resolution.outcome == Outcome::kUnknown) return;
  context_.store.transact([&] {
    const bool is_applied = resolution.outcome == Outcome::kApplied;
    context_.store.settle(
        resolution.operation.id, is_applied ? "applied" : "failed", resolution.remote_id,
        is_applied
            ? ""
            : "was not carried out" + (resolution.note.empty() ? "" : ": " + resolution.note),
        now());
    if (is_applied && resolution.operation.approved) {
      context_.store.consume_approval(target_.plan.target, identity_line(change));
    }
    if (resolution.drops_link) forget(change.source_id);
    if (is_applied) update_link(change, resolution.remote_id);
  });
}

void Ledger::adopt(const Change& change, const std::string& remote_id) {
  Change adoption = change;
  adoption.action = Action::kAdopt;
  update_link(adoption, remote_id);
}

void Ledger::take_digests(Link& link) const {
  const auto memo = target_.memos.find(link.source_id);
  if (memo == target_.memos.end()) return;
  link.desired_digest = memo->second.desired_digest;
  link.person_digest = memo->second.person_digest;
  link.name_digest = memo->second.name_digest;
}

void Ledger::update_link(const Change& change, const std::string& remote_id) {
  if (change.action == Action::kManual) return;
  if (ends_link(change)) return forget(change.source_id);
  Link link = link_of(change.source_id);
  const bool is_recreation = !link.remote_id.empty() && is_creation(change);
  if (!remote_id.empty()) link.remote_id = remote_id;
  // An account that a sibling owns is a conflict, which the next plan explains.
  if (link.remote_id.empty() || !sibling_with(link.remote_id).empty()) return;
  if (!target_.tenancy.empty()) link.tenancy = target_.tenancy;
  if (const auto memo = target_.memos.find(change.source_id); memo != target_.memos.end()) {
    link.source = memo->second.source;
    link.id_attribute = memo->second.id_attribute;
    if (change.cause != Cause::kLeaver) {
      take_digests(link);
      link.key = change.key;
    }
  } else if (link.key.empty()) {
    link.key = change.key;
  }
  if (is_adoption(change)) {
    link.origin = Origin::kAdopted;
    link.linked_at = now();
  }
  if (change.action == Action::kDeactivate) {
    link.released_at = now();
  } else if (change.action == Action::kRevoke) {
    link.withdrawn_at = now();
  } else if (change.cause != Cause::kLeaver && change.cause != Cause::kConfiguration) {
    link.released_at = link.acknowledged_at = link.missing_since = link.withdrawn_at = 0;
  }
  if (is_recreation && change.cause == Cause::kDrift) link.recreated_at = now();
  if (change.sends_mail && (is_creation(change) || change.action == Action::kReinvite)) {
    const bool is_new_address =
        std::ranges::find(change.fields, target_.key_attribute) != change.fields.end();
    link.invitations = is_creation(change) || is_new_address ? 1 : link.invitations + 1;
    link.invited_at = now();
  }
  free_remote_id(link);
  context_.store.put_link(link);
}

/// A remote id belongs to one link: who is gone gives it up (re-hire, re-used placeholder).
void Ledger::free_remote_id(const Link& link) {
  const auto holder = context_.store.find_holder(link.target, link.tenancy, link.remote_id);
  if (holder && holder->source_id != link.source_id) forget(holder->source_id);
}

void Ledger::forget(const std::string& source_id) {
  context_.store.drop_link(target_.plan.target, source_id);
  context_.store.drop_absence(target_.plan.target, source_id);
}

void Ledger::learn_tenancy(const Link& planned) {
  if (target_.tenancy.empty() || !planned.tenancy.empty()) return;
  auto link = context_.store.find_link(planned.target, planned.source_id);
  if (!link || !link->tenancy.empty() || !sibling_with(link->remote_id).empty()) return;
  link->tenancy = target_.tenancy;
  context_.store.put_link(*link);
}

void Ledger::keep_book(const std::string& source_id, Bookkeeping bookkeeping) {
  if (bookkeeping == Bookkeeping::kDrop) return forget(source_id);
  Link link = link_of(source_id);
  if (link.remote_id.empty()) return;
  switch (bookkeeping) {
    case Bookkeeping::kMarkMissing:
      link.missing_since = now();
      break;
    case Bookkeeping::kSeen:
      link.missing_since = 0;
      take_digests(link);
      break;
    case Bookkeeping::kRelease:
      link.released_at = now();
      break;
    case Bookkeeping::kRestore:
      link.released_at = 0;
      break;
    case Bookkeeping::kNone:
    case Bookkeeping::kDrop:
      break;
  }
  context_.store.put_link(link);
}

JournalSteps::JournalSteps(const Ledger& ledger, const ApplyContext& context, std::string target,
                           std::vector<const Candidate*> candidates, std::vector<std::string> done)
    : ledger_(ledger),
      context_(context),
      target_(std::move(target)),
      candidates_(std::move(candidates)),
      done_(std::move(done)) {}

bool JournalSteps::is_done(std::string_view step) const {
  return std::ranges::find(done_, step) != done_.end();
}

void JournalSteps::intend(std::string_view step, std::string_view context) {
  const std::int64_t now = ledger_.now();
  if (!operations_.empty()) {
    return context_.store.intend_step(operations_, std::string(step), std::string(context), now);
  }
  std::vector<Intent> intents;
  for (const Candidate* candidate : candidates_) {
    const Change& change = candidate->change;
    intents.push_back({&change, ledger_.source_of(change.source_id), candidate->approved});
  }
  operations_ = context_.store.intend(context_.run, target_, intents, std::string(step),
                                      std::string(context), now);
}

// Not worth a write of its own: the next step, or the settlement, says the same. Cut off before
// that, the step counts as intended, and is looked up.
void JournalSteps::done(std::string_view step, std::string_view) {
  done_.emplace_back(step);
}

}  // namespace usher
