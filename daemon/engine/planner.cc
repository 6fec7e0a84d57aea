// From the accounts of one target and the people of its sources to a guarded plan. Only reads.

#include "daemon/engine/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "connectors/error.h"
#include "daemon/engine/claims.h"
#include "daemon/engine/holdings.h"
#include "daemon/engine/house.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/pair.h"
#include "daemon/engine/rewrites.h"
#include "mapping/text.h"

namespace usher {
namespace {

class Planner {
 public:
  explicit Planner(const PlanRequest& request)
      : request_(request), config_(request.config), can_(request.target.capabilities()) {
    out_.config = &config_;
    out_.plan.target = config_.name;
    out_.plan.connector = config_.connector;
    out_.key_attribute = can_.key;
    out_.match = fmt::format("{}", fmt::join(config_.match, " "));
  }

  TargetPlan run() {
    try {
      held_ = read_holdings(request_, out_.plan.problems);
    } catch (const ConnectorError& error) {
      return failed(error);
    }
    if (request_.clock_doubt) clock_doubt_ = request_.clock_doubt();
    describe();
    make_candidates();
    // From here on every person and every account has been looked at once.
    guard_candidates();
    hand_over();
    return std::move(out_);
  }

 private:
  TargetPlan failed(const ConnectorError& error) {
    out_.rate_limited = error.kind == ErrorKind::kRateLimited;
    out_.fail(error.what());
    return std::move(out_);
  }

  void describe() {
    out_.tenancy = held_.listing.tenancy;
    out_.plan.receipt = held_.listing.receipt;
    out_.plan.seats = held_.listing.seats;
    out_.plan.sources = config_.sources;
    if (config_.scope) out_.plan.scope = config_.scope->text();
    for (const std::string& source : config_.sources) {
      const SourceReading& reading = request_.sources.at(source);
      out_.plan.people += reading.report.people;
      if (!reading.report.receipt.complete()) out_.plan.source_complete = false;
      if (config_.mapper.takes_groups() && !reading.people.empty() && !reading.tells_groups) {
        out_.plan.problems.push_back(
            {Severity::kWarning, "", config_.where,
             fmt::format("source '{}' does not say who is in which group, so memberships stay as "
                         "they are: set `groups.column` or `groups.kind` there",
                         source)});
      }
    }
  }

  /// What apply needs of the holdings.
  void hand_over() {
    out_.links = std::move(held_.links);
    out_.resolutions = std::move(held_.resolutions);
    out_.missing = std::move(held_.missing);
  }

  // ── people, accounts and links to changes ──────────────────────────────────────────────────

  void make_candidates() {
    const auto memory = request_.store.target_memory(config_.name);
    Claims claims = make_claims(request_, clock_doubt_, held_.links, held_.uncertain,
                                memory ? memory->hash : "");
    const auto siblings = request_.store.sibling_links(out_.tenancy, config_.name);
    const Pairing pairing = pair_up({claims.claims, held_.accounts, held_.links, siblings,
                                     config_.match, can_, held_.complete()});
    rewrites_.emplace(request_.store.rewrites(config_.name), can_, request_.now);
    failures_ = request_.store.failures(config_.name);
    absences_ = &claims.absences;
    memos_ = &claims.memos;
    for (const Pair& pair : pairing.pairs) weigh(pair);
    put_in_order(out_.candidates);
    if (can_.assigns && config_.policy.reuse) assign_free_placeholders(pairing);
    collect_unmanaged(pairing);
    explain_missing_removals();
    summarise_unseen();
    for (std::string& others : left_alone_.others()) {
      out_.plan.problems.push_back({Severity::kWarning, "", config_.where, std::move(others)});
    }
    out_.plan.out_of_scope = claims.out_of_scope;
    out_.facts.match_changed = memory && memory->match != out_.match;
    out_.absences = std::move(claims.absences);
    out_.returned = std::move(claims.returned);
    out_.memos = std::move(claims.memos);
  }

  void weigh(const Pair& pair) {
    const Claim& claim = *pair.claim;
    // Where nothing is ever adopted the account stays with the leaver, and goes as leavers go.
    if (pair.spoken_for && config_.policy.adopt != Adopt::kNever)
      return remember(pair, {Verdict::kUnchanged, {}, {}, "the account moves to a re-hire"});
    if (!pair.conflict.empty()) return report_conflict(pair, pair.conflict);
    if (!claim.fault.empty()) return report_undecided(pair, claim.fault);
    if (claim.standing.presence == Presence::kUnknown) return report_unknown(pair);

    Rewrites::View view;
    if (pair.account != nullptr)
      view = rewrites_->view(claim.source_id, claim.standing.desired, *pair.account);
    for (const auto& [attribute, warning] : view.warnings) {
      if (left_alone_.names(attribute)) warn(pair, warning);
    }
    const bool is_unproven = held_.unproven.contains(claim.source_id);
    Situation situation{
        claim.source_id,      claim.standing, is_unproven ? Presence::kUnknown : pair.remote,
        pair.account,         pair.link,      request_.now,
        !clock_doubt_.empty()};
    if (view.account) situation.account = &*view.account;
    check_allowed(claim);
    Decision decision = decide(situation, config_.policy, can_);
    if (pair.taken_from != nullptr) move_link(pair, decision);
    if (!held_.complete() && pair.link != nullptr && !decision.changes.empty())
      decision = left_alone();
    if (const std::string hidden = hidden_account(decision); !hidden.empty())
      return report_conflict(pair, hidden);
    if (!view.errors.empty()) return take_unserved(pair, std::move(decision), view.errors);
    take(pair, std::move(decision));
  }

  /// Whoever has not got the power they should have, or has too much of it, is not in order.
  void take_unserved(const Pair& pair, Decision decision, const std::vector<std::string>& why) {
    if (decision.verdict != Verdict::kUnchanged) {
      for (const std::string& error : why) problem(Severity::kError, pair, error);
      return take(pair, std::move(decision));
    }
    keep_book(pair, decision);
    warn(pair, decision.note);
    report_undecided(pair, fmt::format("{}", fmt::join(why, "; ")));
  }

  /// Why there is no point in sending this creation again: the provider has said that the account
  /// exists, and we are not shown it. Empty: there is.
  [[nodiscard]] std::string hidden_account(const Decision& decision) const {
    for (const Change& change : decision.changes) {
      const auto failed = failures_.find(change.source_id);
      const bool is_refused = is_creation(change) && rewrites_->is_hidden(change) &&
                              failed != failures_.end() &&
                              identity_line(failed->second.change) == identity_line(change);
      if (is_refused) return failed->second.error;
    }
    return {};
  }

  /// Who is linked waits for a list that is whole: what it lacks may be what matters.
  static Decision left_alone() {
    return {Verdict::kUndecided,
            {},
            {},
            "the target was not read completely; who has an account is left alone"};
  }

  void take(const Pair& pair, Decision decision) {
    remember(pair, decision);
    switch (decision.verdict) {
      case Verdict::kUnchanged:
      case Verdict::kProtected:
        if (pair.link != nullptr)
          ++out_.plan.unchanged;
        else if (pair.account != nullptr)
          also_unmanaged_.push_back(pair.account);
        break;
      case Verdict::kUndecided:
        count_undecided(pair, decision.note);
        break;
      case Verdict::kConflict:
        return report_conflict(pair, decision.note);
      case Verdict::kChange:
      case Verdict::kNothing:
        break;
    }
    keep_book(pair, decision);
    if (!decision.note.empty() && decision.verdict != Verdict::kUndecided)
      warn(pair, decision.note);
    if (!decision.changes.empty() && pair.account != nullptr) ++changed_accounts_;
    for (Change& change : decision.changes) add_candidate(pair, std::move(change));
  }

  void keep_book(const Pair& pair, const Decision& decision) {
    if (decision.bookkeeping != Bookkeeping::kNone)
      out_.bookkeeping.emplace_back(pair.claim->source_id, decision.bookkeeping);
  }

  void add_candidate(const Pair& pair, Change change) {
    Candidate candidate;
    const std::string& source_id = pair.claim->source_id;
    if (const auto failed = failures_.find(source_id); failed != failures_.end()) {
      const Change& earlier = failed->second.change;
      if (earlier.action == change.action && earlier.key == change.key) {
        change.attempt = earlier.attempt + 1;
        change.cause = earlier.cause;
      }
    }
    if (const auto absence = absences_->find(source_id); absence != absences_->end()) {
      candidate.by_configuration = absence->second.wanted_hash != config_.hash;
      if (candidate.by_configuration && change.cause == Cause::kLeaver)
        change.cause = Cause::kConfiguration;
    } else {
      candidate.by_configuration = change.cause == Cause::kConfiguration;
    }
    if (pair.link != nullptr) {
      const Link& link = *pair.link;
      if (link.origin == Origin::kAdopted) {
        const bool is_clock_good = clock_doubt_.empty();
        candidate.adopted_days_ago =
            is_clock_good ? static_cast<int>((request_.now - link.linked_at) / kDay) : 0;
      }
      const auto memo = memos_->find(source_id);
      const bool is_renamed = fold_key(link.key) != fold_key(pair.claim->standing.desired.key);
      candidate.other_person = memo != memos_->end() && is_renamed &&
                               all_names_changed(link.name_digest, memo->second.name_digest);
    }
    candidate.source = pair.claim->source;
    if (pair.waits_for != nullptr && sends(change)) candidate.waits_for = pair.waits_for->source_id;
    if (const Rewrite* earlier = rewrites_->find_repeated(change); earlier != nullptr) {
      candidate.is_repeated = true;
      if (change.cause == Cause::kDrift) tell_repeated(change, *earlier);
    }
    candidate.change = std::move(change);
    out_.candidates.push_back(std::move(candidate));
  }

  /// Nobody changed it behind our back: it never came true.
  static void tell_repeated(Change& change, const Rewrite& earlier) {
    change.cause = earlier.cause;
    change.attempt = earlier.count;
    change.reason = fmt::format(
        "{} was written before, and the target answered success but shows {}: it is written again",
        earlier.attribute, quote_rewrite(earlier.seen));
  }

  static void move_link(const Pair& pair, Decision& decision) {
    for (Change& change : decision.changes) {
      if (!is_adoption(change)) continue;
      change.moves_link = true;
      change.reason =
          fmt::format("has the key of {}, who is gone, under a new id: the account is handed over",
                      escape_for_display(pair.taken_from->source_id));
    }
  }

  // ── placeholders that leavers left free ────────────────────────────────────────────────────

  void assign_free_placeholders(const Pairing& pairing) {
    std::vector<const Pair*> free;
    for (const Pair& pair : pairing.pairs) {
      if (is_free_placeholder(pair)) free.push_back(&pair);
    }
    std::ranges::sort(free, {}, [](const Pair* pair) { return pair->link->released_at; });
    auto next = free.begin();
    for (Candidate& candidate : out_.candidates) {
      if (next == free.end()) break;
      Change& change = candidate.change;
      if (change.action != can_.creation) continue;
      change.action = Action::kAssign;
      change.remote_id = (*next)->account->remote_id;
      change.reason += fmt::format("; gets the placeholder that {} left", (*next)->link->key);
      ++next;
    }
    put_in_order(out_.candidates);
  }

  [[nodiscard]] bool is_free_placeholder(const Pair& pair) const {
    if (pair.link == nullptr || pair.account == nullptr || pair.link->released_at == 0)
      return false;
    const bool has_rested =
        request_.now - pair.link->released_at >= config_.policy.reuse_after.count();
    return pair.claim->standing.presence == Presence::kAbsent && has_rested &&
           !pair.account->usable && pair.account->untouchable.empty() && clock_doubt_.empty();
  }

  // ── who is not served, and who nobody knows ────────────────────────────────────────────────

  void report_conflict(const Pair& pair, const std::string& why) {
    ++out_.plan.conflict;
    if (pair.link != nullptr) ++linked_bystanders_;
    problem(Severity::kError, pair, why);
    remember(pair, {Verdict::kConflict, {}, {}, why});
  }

  void report_undecided(const Pair& pair, const std::string& why) {
    ++out_.plan.undecided;
    if (pair.link != nullptr) ++linked_bystanders_;
    problem(Severity::kError, pair, why);
    remember(pair, {Verdict::kUndecided, {}, {}, why});
  }

  /// Whose record is broken, or who was not seen in an incomplete read. The latter are many and
  /// all for one reason, which the source's receipt tells once.
  void report_unknown(const Pair& pair) {
    if (!pair.claim->where.empty() || held_.uncertain.contains(pair.claim->source_id)) {
      return report_undecided(pair, pair.claim->standing.why);
    }
    ++out_.plan.undecided;
    ++linked_bystanders_;
    ++unseen_in_source_;
    remember(pair, {Verdict::kUndecided, {}, {}, pair.claim->standing.why});
  }

  void count_undecided(const Pair& pair, const std::string& note) {
    ++out_.plan.undecided;
    if (pair.link != nullptr) ++linked_bystanders_;
    if (!held_.complete()) {
      ++unseen_in_target_;
    } else {
      warn(pair, note);
    }
  }

  void explain_missing_removals() {
    for (const std::string& name : config_.sources) {
      const SourceReport& source = request_.sources.at(name).report;
      if (source.receipt.complete()) continue;
      out_.plan.problems.push_back(
          {Severity::kWarning, "", config_.where,
           fmt::format("removals are left out, because source '{}' was not read completely: {}",
                       name, fmt::join(source.receipt.reasons, "; "))});
    }
    if (held_.complete()) return;
    out_.plan.problems.push_back(
        {Severity::kWarning, "", config_.where,
         fmt::format("removals are left out, because the target was not read completely: {}",
                     fmt::join(out_.plan.receipt.reasons, "; "))});
  }

  void summarise_unseen() {
    if (unseen_in_source_ > 0) {
      out_.plan.problems.push_back(
          {Severity::kWarning, "", config_.where,
           fmt::format("{} linked people were not seen in a source that was not read completely, "
                       "or comes from a source this target no longer reads; nothing is removed",
                       unseen_in_source_)});
    }
    if (unseen_in_target_ > 0) {
      out_.plan.problems.push_back(
          {Severity::kWarning, "", config_.where,
           fmt::format("{} people are left alone, because the target's list was not complete",
                       unseen_in_target_)});
    }
  }

  void check_allowed(const Claim& claim) {
    for (const auto& [attribute, values] : held_.listing.allowed) {
      for (const std::string& value : texts_of(claim.standing.desired.fields.find(attribute))) {
        if (std::ranges::find(values, value) != values.end()) continue;
        out_.plan.problems.push_back(
            {Severity::kWarning, claim.source_id, claim.where,
             fmt::format(
                 "{} '{}' does not exist in the target (there are: {}); the write may be refused",
                 attribute, escape_for_display(value),
                 escape_for_display(fmt::format("{}", fmt::join(values, ", "))))});
      }
    }
  }

  void collect_unmanaged(const Pairing& pairing) {
    std::vector<const Account*> accounts = pairing.unmanaged;
    accounts.insert(accounts.end(), also_unmanaged_.begin(), also_unmanaged_.end());
    out_.plan.unmanaged_count = accounts.size();
    for (const Account* account : accounts) {
      if (out_.plan.unmanaged.size() == kUnmanagedShown) break;
      out_.plan.unmanaged.push_back({account->remote_id, account->key});
    }
    out_.plan.unmanaged_truncated = accounts.size() > kUnmanagedShown;
    std::ranges::sort(out_.plan.unmanaged, {},
                      [](const Unmanaged& u) { return std::pair(u.key, u.remote_id); });
    out_.plan.accounts =
        out_.plan.unchanged + accounts.size() + changed_accounts_ + linked_bystanders_;
  }

  void problem(Severity severity, const Pair& pair, const std::string& message) {
    out_.plan.problems.push_back({severity, pair.claim->source_id, pair.claim->where, message});
  }

  void warn(const Pair& pair, const std::string& message) {
    if (!message.empty()) problem(Severity::kWarning, pair, message);
  }

  void remember(const Pair& pair, const Decision& decision) {
    if (request_.explain.empty()) return;
    const Claim& claim = *pair.claim;
    const std::string wanted = fold_key(request_.explain);
    const auto matches = [&](const std::string& text) {
      return !text.empty() && fold_key(text) == wanted;
    };
    const bool is_asked_for = claim.source_id == request_.explain ||
                              claim.source_id == claim.source + "/" + request_.explain ||
                              matches(claim.standing.desired.key) ||
                              (pair.link != nullptr && matches(pair.link->key));
    if (!is_asked_for) return;
    Reasoning reasoning{decision.verdict, decision.note, claim.standing.why, {}, {}};
    if (pair.link != nullptr) reasoning.link = *pair.link;
    if (pair.account != nullptr) reasoning.account = *pair.account;
    out_.reasoning.insert_or_assign(claim.source_id, std::move(reasoning));
  }

  void guard_candidates() {
    GuardFacts& facts = out_.facts;
    facts.source_complete = out_.plan.source_complete;
    facts.target_complete = held_.complete();
    facts.owned = held_.count_owned();
    facts.removals_last_day = request_.store.removals_of_target(config_.name, request_.now - kDay);
    facts.removals_last_week =
        request_.store.removals_of_target(config_.name, request_.now - 7 * kDay);
    facts.seats = out_.plan.seats;
    facts.moved_house = moved_house(held_.links, out_.tenancy, config_, request_.sources);
    facts.where = config_.where;
    const auto approved = request_.store.approved_lines(config_.name, request_.now);
    for (Candidate& candidate : out_.candidates) {
      candidate.approved = approved.contains(identity_line(candidate.change));
    }
    const std::size_t people = people_with_changes();
    out_.guards = guard(out_.candidates, config_.policy, facts);
    out_.plan.undecided += people - people_with_changes();  // whose removal cannot be proven
  }

  [[nodiscard]] std::size_t people_with_changes() const {
    std::set<std::string> people;
    for (const Candidate& candidate : out_.candidates) people.insert(candidate.change.source_id);
    return people.size();
  }

  const PlanRequest& request_;
  const TargetConfig& config_;
  const Capabilities& can_;
  TargetPlan out_;
  Holdings held_;
  std::string clock_doubt_;
  std::optional<Rewrites> rewrites_;
  Crowd left_alone_;
  std::map<std::string, Operation> failures_;
  const std::map<std::string, Absence>* absences_ = nullptr;  // both of the claims at hand
  const std::map<std::string, Memo>* memos_ = nullptr;
  std::vector<const Account*> also_unmanaged_;
  std::size_t changed_accounts_ = 0;
  std::size_t linked_bystanders_ = 0;
  std::size_t unseen_in_source_ = 0;
  std::size_t unseen_in_target_ = 0;
};

}  // namespace

/// Sorted, but nobody before the one who must give up the key they get.
void put_in_order(std::vector<Candidate>& candidates) {
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return plan_order(a.change, b.change);
  });
  for (auto at = candidates.begin(); at != candidates.end();) {
    const auto leader = at->waits_for.empty()
                            ? candidates.end()
                            : std::find_if(at + 1, candidates.end(), [&](const Candidate& other) {
                                return other.change.source_id == at->waits_for;
                              });
    if (leader == candidates.end()) {
      ++at;
    } else {
      std::rotate(at, at + 1, leader + 1);
    }
  }
}

void TargetPlan::fail(const std::string& why) {
  plan.failed = true;
  plan.receipt.incomplete(why);
  plan.problems.push_back({Severity::kError, "", config->where, why});
}

TargetPlan plan_target(const PlanRequest& request) {
  return Planner(request).run();
}

}  // namespace usher
