#include "daemon/engine/holdings.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "daemon/engine/planner.h"
#include "daemon/engine/progress.h"

namespace usher {
namespace {

class AccountCollector : public AccountSink {
 public:
  AccountCollector(std::vector<Account>& accounts, std::vector<Problem>& problems,
                   ReadProgress progress)
      : accounts_(accounts), problems_(problems), progress_(std::move(progress)) {}
  void account(Account account) override {
    accounts_.push_back(std::move(account));
    progress_.count();
  }
  void problem(Problem problem) override { problems_.push_back(std::move(problem)); }

 private:
  std::vector<Account>& accounts_;
  std::vector<Problem>& problems_;
  ReadProgress progress_;
};

class HoldingsReader {
 public:
  explicit HoldingsReader(const PlanRequest& request)
      : request_(request), can_(request.target.capabilities()) {}

  Holdings read(std::vector<Problem>& problems) {
    const std::string& name = request_.config.name;
    out_.links = request_.store.links(name);
    open_ = request_.store.unsettled(name);
    AccountCollector collector(out_.accounts, problems,
                               {request_.progress, "listing " + name, out_.links.size()});
    out_.listing = request_.target.list(collector);
    for (const Account& account : out_.accounts) listed_.insert(account.remote_id);
    judge_list();
    // From here on the receipt says whether the list is whole.
    settle_open_operations();
    // From here on the links say who owns what.
    look_for_missing();
    return std::move(out_);
  }

 private:
  // ── is the list to be believed ─────────────────────────────────────────────────────────────

  void judge_list() {
    Receipt& receipt = out_.listing.receipt;
    if (listed_.size() != out_.accounts.size()) {
      receipt.incomplete("the target's list names an account twice");
    }
    // What an open operation may have removed says nothing about the list.
    std::set<std::string> moving;
    for (const Operation& operation : open_) moving.insert(operation.change.source_id);
    std::size_t owned = 0;
    std::size_t missing = 0;
    for (const Link& link : out_.links) {
      const bool is_no_news =
          moving.contains(link.source_id) || request_.known_missing.contains(link.source_id);
      if (link.withdrawn_at != 0 || is_no_news) continue;
      ++owned;
      if (!listed_.contains(link.remote_id)) ++missing;
    }
    const bool is_collapsed =
        owned > 0 && (missing == owned || (missing * 2 > owned && missing > 2));
    const std::size_t count = out_.accounts.size();
    if (!is_collapsed || request_.accepted_count == count) return;
    std::string why = fmt::format("{} of {} linked accounts are not in the target's list of {}",
                                  missing, owned, count);
    // A list that is short for another reason is not to be accepted: the rest may be on its page.
    if (receipt.complete()) {
      why += fmt::format("; if that is right, `usher apply --accept-count {}={}` accepts it once",
                         request_.config.name, count);
    }
    receipt.incomplete(why);
  }

  // ── what an earlier run left open ──────────────────────────────────────────────────────────

  void settle_open_operations() {
    if (open_.empty()) return;
    out_.resolutions =
        resolve(open_, request_.target, out_.accounts, out_.complete(), request_.now);
    for (const Resolution& resolution : out_.resolutions) overlay(resolution);
  }

  /// Brings the links to what the resolution found; apply writes the same to the store.
  void overlay(const Resolution& resolution) {
    const std::string& source_id = resolution.operation.change.source_id;
    if (resolution.outcome == Resolution::Outcome::kUnknown) {
      out_.uncertain.insert(source_id);
      return;
    }
    const bool is_gone =
        resolution.drops_link || (resolution.outcome == Resolution::Outcome::kApplied &&
                                  ends_link(resolution.operation.change));
    if (is_gone) {
      std::erase_if(out_.links, [&](const Link& link) { return link.source_id == source_id; });
    } else if (resolution.outcome == Resolution::Outcome::kApplied) {
      overlay_link(resolution);
    }
  }

  void overlay_link(const Resolution& resolution) {
    const Change& change = resolution.operation.change;
    auto at = std::ranges::find(out_.links, change.source_id, &Link::source_id);
    if (at == out_.links.end()) {
      if (resolution.remote_id.empty()) return;
      Link link = link_begun_by(resolution.operation);
      link.linked_at = request_.now;
      at = out_.links.insert(at, std::move(link));
    }
    if (!resolution.remote_id.empty()) at->remote_id = resolution.remote_id;
    if (change.action == Action::kDeactivate) at->released_at = request_.now;
    if (change.action == Action::kRevoke) at->withdrawn_at = request_.now;
  }

  // ── linked accounts that the list lacks ────────────────────────────────────────────────────

  /// Where the provider can be asked for one account, the list alone proves nobody gone.
  void look_for_missing() {
    if (!out_.complete()) return;
    for (const Link& link : out_.links) {
      if (listed_.contains(link.remote_id) || link.withdrawn_at != 0) continue;
      const Lookup found = can_.has_lookup ? look_up(link) : Lookup{Presence::kAbsent, {}};
      if (found.presence == Presence::kPresent) {
        out_.accounts.push_back(found.account);
        continue;
      }
      out_.missing.insert(link.source_id);
      if (found.presence == Presence::kUnknown || is_young(link))
        out_.unproven.insert(link.source_id);
    }
  }

  [[nodiscard]] Lookup look_up(const Link& link) const {
    try {
      return request_.target.find({link.remote_id, {}});
    } catch (const ConnectorError&) {
      return {};  // a failed look-up proves nothing
    }
  }

  /// What was made a moment ago may not be visible yet.
  [[nodiscard]] bool is_young(const Link& link) const {
    const std::int64_t made_at = std::max({link.linked_at, link.recreated_at, link.invited_at});
    return request_.now - made_at < can_.consistency.count();
  }

  const PlanRequest& request_;
  const Capabilities& can_;
  Holdings out_;
  std::set<std::string> listed_;  // remote ids of the list
  std::vector<Operation> open_;   // begun by an earlier run and never settled
};

}  // namespace

std::size_t Holdings::count_owned() const {
  std::set<std::string> usable;
  for (const Account& account : accounts) {
    if (account.status == AccountStatus::kActive || account.status == AccountStatus::kInvited) {
      usable.insert(account.remote_id);
    }
  }
  return static_cast<std::size_t>(std::ranges::count_if(links, [&](const Link& link) {
    return link.released_at == 0 && usable.contains(link.remote_id);
  }));
}

Holdings read_holdings(const PlanRequest& request, std::vector<Problem>& problems) {
  return HoldingsReader(request).read(problems);
}

}  // namespace usher
