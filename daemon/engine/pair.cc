#include "daemon/engine/pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "mapping/text.h"

namespace usher {
namespace {

const std::string* text_of(const Fields& fields, const std::string& attribute) {
  const Value* value = fields.find(attribute);
  return value == nullptr ? nullptr : std::get_if<std::string>(value);
}

/// `ann@example.com (E0042)`, for messages that name another person.
std::string name_of(const Claim& claim) {
  const std::string& key = claim.standing.desired.key;
  return key.empty()
             ? escape_for_display(claim.source_id)
             : fmt::format("{} ({})", escape_for_display(key), escape_for_display(claim.source_id));
}

class Pairer {
 public:
  explicit Pairer(const PairingInput& input) : in_(input) {
    for (const Account& account : in_.accounts) {
      by_remote_.emplace(account.remote_id, &account);
      if (!account.key.empty()) by_key_.emplace(fold_key(account.key), &account);
    }
    for (const std::string& attribute : in_.match) index_accounts(attribute);
  }

  Pairing run() {
    start_pairs();
    settle_rivals();
    // From here on at most one person claims a key.
    match_unlinked();
    settle_shared_accounts();
    // From here on an account belongs to at most one person.
    check_new_keys();
    collect_unmanaged();
    return std::move(result_);
  }

 private:
  using Index = std::unordered_multimap<std::string, const Account*>;

  void index_accounts(const std::string& attribute) {
    Index& index = by_match_[attribute];
    for (const Account& account : in_.accounts) {
      if (account.key.empty() && attribute == in_.can.key) continue;  // carries nothing of a person
      const std::string* value = text_of(account.fields, attribute);
      if (value != nullptr && !value->empty() && key_problem(*value).empty()) {
        index.emplace(fold_key(*value), &account);
      }
    }
  }

  void start_pairs() {
    std::unordered_map<std::string, const Link*> links;
    for (const Link& link : in_.links) links.emplace(link.source_id, &link);
    const Presence unseen = in_.list_complete ? Presence::kAbsent : Presence::kUnknown;
    result_.pairs.reserve(in_.claims.size());
    for (const Claim& claim : in_.claims) {
      Pair pair;
      pair.claim = &claim;
      pair.remote = unseen;
      if (const auto link = links.find(claim.source_id); link != links.end()) {
        pair.link = link->second;
        if (const auto account = by_remote_.find(pair.link->remote_id);
            account != by_remote_.end()) {
          pair.account = account->second;
          pair.remote = Presence::kPresent;
        }
      }
      result_.pairs.push_back(pair);
    }
    for (Pair& pair : result_.pairs) {
      if (pair.link != nullptr) holder_of_[pair.link->remote_id] = &pair;
    }
  }

  static bool is_wanted(const Pair& pair) {
    return pair.claim->standing.presence == Presence::kPresent && pair.claim->fault.empty();
  }

  /// Two people wanting one key: the linked holder keeps it, then the first source, else nobody.
  void settle_rivals() {
    if (in_.can.key.empty()) return;  // a label identifies nobody: two people may share it
    std::unordered_map<std::string, std::vector<Pair*>> claimants;
    for (Pair& pair : result_.pairs) {
      const std::string& key = pair.claim->standing.desired.key;
      if (is_wanted(pair) && !key.empty()) claimants[fold_key(key)].push_back(&pair);
    }
    for (auto& [key, rivals] : claimants) {
      if (rivals.size() > 1) settle_key(key, rivals);
    }
  }

  void settle_key(const std::string& key, std::vector<Pair*>& rivals) {
    const Pair* keeper = holder_among(key, rivals);
    for (Pair* rival : rivals) {
      if (rival == keeper) continue;
      const auto other =
          std::ranges::find_if(rivals, [&](const Pair* pair) { return pair != rival; });
      rival->conflict =
          fmt::format("{} also wants the {} {}; {}", name_of(*(*other)->claim), in_.can.key,
                      escape_for_display(rival->claim->standing.desired.key),
                      keeper != nullptr ? name_of(*keeper->claim) + " keeps it"
                                        : "give each a key of their own in the source");
    }
  }

  static const Pair* holder_among(const std::string& key, const std::vector<Pair*>& rivals) {
    for (const Pair* rival : rivals) {
      if (rival->link == nullptr) continue;
      const std::string& held = rival->account != nullptr ? rival->account->key : rival->link->key;
      if (fold_key(held) == key) return rival;
    }
    const auto first = std::ranges::min_element(
        rivals, {}, [](const Pair* pair) { return pair->claim->source_rank; });
    const auto of_first = std::ranges::count_if(rivals, [&](const Pair* pair) {
      return pair->claim->source_rank == (*first)->claim->source_rank;
    });
    return of_first == 1 ? *first : nullptr;
  }

  void match_unlinked() {
    for (Pair& pair : result_.pairs) {
      if (pair.link != nullptr || !is_wanted(pair) || !pair.conflict.empty()) continue;
      if (in_.can.key.empty()) {
        // Accounts of this provider carry nothing of a person: without a link there is none.
        pair.remote = Presence::kAbsent;
        continue;
      }
      const std::vector<const Account*> candidates = candidates_for(pair);
      if (candidates.size() > 1) {
        pair.conflict = fmt::format(
            "{} accounts match this person ({} and {}, …): link the right one with "
            "`usher links move`, or remove the other",
            candidates.size(), candidates[0]->remote_id, candidates[1]->remote_id);
      } else if (candidates.size() == 1) {
        take(pair, *candidates.front());
      }
    }
  }

  std::vector<const Account*> candidates_for(const Pair& pair) const {
    for (const std::string& attribute : in_.match) {
      const std::string* value = text_of(pair.claim->standing.desired.fields, attribute);
      if (value == nullptr || value->empty()) continue;
      std::vector<const Account*> found;
      const auto [begin, end] = by_match_.at(attribute).equal_range(fold_key(*value));
      for (auto at = begin; at != end; ++at) found.push_back(at->second);
      if (!found.empty()) {
        std::ranges::sort(found, {}, &Account::remote_id);
        return found;
      }
    }
    return {};
  }

  void take(Pair& pair, const Account& account) {
    if (const auto sibling = in_.siblings.find(account.remote_id); sibling != in_.siblings.end()) {
      pair.conflict = fmt::format("account {} is held by target '{}' of the same workspace",
                                  account.remote_id, sibling->second);
      return;
    }
    const auto held = holder_of_.find(account.remote_id);
    if (held != holder_of_.end() && !may_inherit(pair, *held->second)) return;
    pair.account = &account;
    pair.remote = Presence::kPresent;
    takers_[account.remote_id].push_back(&pair);
  }

  /// A new id with the key of somebody who is proven gone is a re-hire; of anybody else a conflict.
  static bool may_inherit(Pair& pair, Pair& holder) {
    const Standing& standing = holder.claim->standing;
    const bool is_gone = standing.presence == Presence::kAbsent &&
                         (!standing.waiting || holder.link->released_at != 0);
    if (!is_gone) {
      pair.conflict = fmt::format("account {} is linked to {}, who is not proven gone",
                                  holder.link->remote_id, name_of(*holder.claim));
      return false;
    }
    pair.taken_from = holder.link;
    holder.spoken_for = true;
    return true;
  }

  void settle_shared_accounts() {
    for (auto& [remote_id, takers] : takers_) {
      if (takers.size() < 2) continue;
      for (Pair* pair : takers) {
        pair->conflict = fmt::format("{} people match account {}", takers.size(), remote_id);
        pair->account = nullptr;
        pair->taken_from = nullptr;
      }
      if (const auto held = holder_of_.find(remote_id); held != holder_of_.end()) {
        held->second->spoken_for = false;
      }
    }
  }

  using Movers = std::unordered_map<std::string, Pair*>;  ///< by the key they give up

  /// A linked person whose key changes must find the new one free, or given up before.
  void check_new_keys() {
    if (in_.can.key.empty()) return;
    Movers movers;
    for (Pair& pair : result_.pairs) {
      if (moves(pair)) movers.emplace(fold_key(pair.account->key), &pair);
    }
    std::vector<std::pair<Pair*, std::string>>
        conflicts;  // told at the end: whoever is in one still moves here
    for (auto& [key, mover] : movers) {
      if (std::string why = follow(*mover, movers); !why.empty())
        conflicts.emplace_back(mover, std::move(why));
    }
    for (auto& [mover, why] : conflicts) mover->conflict = std::move(why);
  }

  static std::string wanted_key(const Pair& pair) {
    return fold_key(pair.claim->standing.desired.key);
  }

  static bool moves(const Pair& pair) {
    if (pair.account == nullptr || pair.link == nullptr || !is_wanted(pair) ||
        !pair.conflict.empty())
      return false;
    const std::string wanted = wanted_key(pair);
    return !wanted.empty() && wanted != fold_key(pair.account->key);
  }

  /// Whether the key of this mover changes without a human.
  [[nodiscard]] bool moves_by_itself(const Pair& pair) const {
    const AttributeSpec* spec = in_.can.find(in_.can.key);
    if (in_.can.can_update && (spec == nullptr || spec->updatable)) return true;
    const AccountStatus status = pair.account->status;
    return in_.can.can_reinvite &&
           (status == AccountStatus::kInvited || status == AccountStatus::kInviteExpired);
  }

  /// Goes from a mover to whoever has the key it wants, and on. Returns why it cannot move.
  std::string follow(Pair& mover, const Movers& movers) const {
    std::vector<const Pair*> chain{&mover};
    for (;;) {
      const auto holder = by_key_.find(wanted_key(*chain.back()));
      if (holder == by_key_.end()) break;
      const auto next = movers.find(holder->first);
      if (next == movers.end() || (moves_by_itself(mover) && !moves_by_itself(*next->second))) {
        return taken(mover, *holder->second);
      }
      if (next->second == &mover) return exchange(chain);
      if (std::ranges::find(chain, next->second) != chain.end())
        return taken(mover, *holder->second);
      chain.push_back(next->second);
    }
    if (chain.size() > 1) mover.waits_for = chain[1]->claim;
    return {};
  }

  [[nodiscard]] std::string taken(const Pair& mover, const Account& holder) const {
    return fmt::format(
        "the {} is to become {}, which account {} has and does not give up by itself", in_.can.key,
        escape_for_display(mover.claim->standing.desired.key), holder.remote_id);
  }

  [[nodiscard]] std::string exchange(const std::vector<const Pair*>& chain) const {
    std::vector<std::string> members;
    for (const Pair* member : chain) members.push_back(name_of(*member->claim));
    std::ranges::sort(members);
    return fmt::format(
        "{} exchange their {}s: no order finds each of them free. Give one of them another first",
        fmt::join(members, ", "), in_.can.key);
  }

  void collect_unmanaged() {
    std::unordered_set<std::string> taken;
    for (const auto& [remote_id, holder] : holder_of_) taken.insert(remote_id);
    for (const Pair& pair : result_.pairs) {
      if (pair.account != nullptr) taken.insert(pair.account->remote_id);
    }
    for (const Account& account : in_.accounts) {
      if (!taken.contains(account.remote_id)) result_.unmanaged.push_back(&account);
    }
  }

  const PairingInput& in_;
  Pairing result_;
  std::unordered_map<std::string, const Account*> by_remote_;
  std::unordered_map<std::string, const Account*> by_key_;
  std::unordered_map<std::string, Index> by_match_;
  std::unordered_map<std::string, Pair*> holder_of_;
  std::map<std::string, std::vector<Pair*>> takers_;
};

}  // namespace

Pairing pair_up(const PairingInput& input) {
  return Pairer(input).run();
}

}  // namespace usher
