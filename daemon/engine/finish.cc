#include "daemon/engine/finish.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "daemon/engine/identity.h"
#include "mapping/deferral.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr double kGuessedSecondsPerRequest = 1.0 / 3;

std::string hash_lines(const std::string& target, std::vector<std::string> lines) {
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines)
    text.append(target).append("\x1f").append(line).append("\n");
  return sha256(text);
}

std::string_view class_of(const Change& change) {
  if (is_removal(change)) return "removals";
  if (is_creation(change)) return "creates";
  return change.action == Action::kAdopt ? "adoptions" : "updates";
}

std::vector<Hold> make_holds(const TargetPlan& target) {
  std::map<HoldClass, std::vector<std::string>> lines;
  for (const Candidate& candidate : target.candidates) {
    if (candidate.change.status != ChangeStatus::kHeld) continue;
    lines[*candidate.change.hold_class].push_back(identity_line(candidate.change));
  }
  std::vector<Hold> holds;
  for (auto& [hold_class, members] : lines) {
    const Parking& parking = target.guards.parked.at(hold_class);
    const std::string salt = target.plan.target + '\x1f' + std::string(to_string(hold_class));
    const std::size_t count = members.size();
    holds.push_back({hash_lines(salt, std::move(members)), hold_class, count, parking.limit,
                     parking.setting, HoldStatus::kOpen});
  }
  return holds;
}

bool names(const std::string& hash, const std::string& prefix) {
  return hash.starts_with(prefix.starts_with("sha256:") ? prefix : "sha256:" + prefix);
}

/// Each value that is given or taken is a request, which as many people share as fit in it.
class DeferredRequests {
 public:
  explicit DeferredRequests(const Capabilities& can) : can_(can) {}

  void add(Change change) {
    const auto later = split_deferred(change, can_);
    if (!later) return;
    for (const std::string& field : later->fields) {
      const Texts before = values_of(later->before, field);
      const Texts after = values_of(later->after, field);
      for (const std::string& value : before)
        if (!contains_name(after, value)) ++shared_[{'-', value}];
      for (const std::string& value : after)
        if (!contains_name(before, value)) ++shared_[{'+', value}];
    }
  }

  [[nodiscard]] int count() const {
    const std::size_t most = std::max<std::size_t>(1, can_.deferred_batch);
    std::size_t requests = 0;
    for (const auto& [value, people] : shared_) requests += (people + most - 1) / most;
    return static_cast<int>(requests);
  }

 private:
  static Texts values_of(const std::optional<Fields>& fields, const std::string& name) {
    return texts_of(fields ? fields->find(name) : nullptr);
  }

  const Capabilities& can_;
  std::map<std::pair<char, std::string>, std::size_t> shared_;  ///< how many people
};

void estimate(TargetPlan& target, const Capabilities& can) {
  Plan& plan = target.plan;
  std::size_t creations = 0;
  std::size_t removals = 0;
  DeferredRequests deferred(can);
  plan.requests = plan.mails = 0;
  plan.seats_needed = 0;
  for (const Change& change : plan.changes) {
    const bool takes_seat = is_creation(change) && change.action != Action::kAssign;
    if (takes_seat) ++plan.seats_needed;
    if (change.status != ChangeStatus::kPlanned || !sends(change)) continue;
    plan.requests +=
        (is_deferred(change, can) ? 0 : change.requests) + (change.needs_lookup ? 1 : 0);
    deferred.add(change);
    plan.mails += change.sends_mail ? 1 : 0;
    creations += takes_seat ? 1 : 0;
    removals += is_read_back(change) ? 1 : 0;
  }
  if (can.batch > 1) {
    const std::size_t batches = (creations + can.batch - 1) / can.batch;
    plan.requests +=
        static_cast<int>(batches) * can.requests_per_batch - static_cast<int>(creations);
  }
  plan.requests += deferred.count();
  // Removals are read back: one by one where the provider has a look-up, else with one list.
  plan.requests += can.has_lookup ? static_cast<int>(removals)
                   : removals > 0 ? can.requests_per_list
                                  : 0;
  const double per_request =
      can.requests_per_second > 0 ? 1 / can.requests_per_second : kGuessedSecondsPerRequest;
  plan.seconds_estimated = std::round(plan.requests * per_request * 10) / 10;
}

}  // namespace

std::vector<std::string> release_holds(TargetPlan& target, const Policy& policy,
                                       const std::vector<std::string>& hashes, const Store& store) {
  std::vector<std::string> unknown;
  std::set<std::string> released;
  const std::vector<Hold> holds = make_holds(target);
  for (const std::string& prefix : hashes) {
    bool is_known = false;
    for (const Hold& hold : holds) {
      if (!names(hold.hash, prefix) || hold.hold_class == HoldClass::kSeats) continue;
      is_known = true;
      for (const Candidate& candidate : target.candidates) {
        if (candidate.change.hold_class == hold.hold_class)
          released.insert(identity_line(candidate.change));
      }
    }
    for (const StoredHold& stored : store.find_holds(prefix)) {
      if (stored.target != target.plan.target) continue;
      is_known = true;
      for (const Change& change : stored.changes) released.insert(identity_line(change));
    }
    if (!is_known) unknown.push_back(prefix);
  }
  for (Candidate& candidate : target.candidates) {
    if (released.contains(identity_line(candidate.change))) candidate.approved = true;
    if (candidate.change.status == ChangeStatus::kHeld) {
      candidate.change.status = ChangeStatus::kPlanned;
      candidate.change.hold_class.reset();
    }
  }
  const std::size_t left_out = target.guards.removals_left_out;
  target.guards = guard(target.candidates, policy, target.facts);
  target.guards.removals_left_out += left_out;
  return unknown;
}

void finish_plan(TargetPlan& target, const Capabilities& can) {
  Plan& plan = target.plan;
  put_in_order(target.candidates);
  plan.changes.clear();
  std::vector<std::string> lines;
  for (const Candidate& candidate : target.candidates) {
    const Change& change = candidate.change;
    plan.changes.push_back(change);
    if (change.status == ChangeStatus::kPlanned || change.status == ChangeStatus::kHeld) {
      lines.push_back(std::string(class_of(change)) + '\x1f' + identity_line(change));
    }
  }
  plan.hash = hash_lines(plan.target, std::move(lines));
  plan.holds = make_holds(target);
  estimate(target, can);
  plan.status = status_of(plan);
}

}  // namespace usher
