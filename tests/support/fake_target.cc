#include "tests/support/fake_target.h"

#include <algorithm>
#include <set>

#include "connectors/clock.h"
#include "mapping/deferral.h"
#include "mapping/text.h"

namespace usher {
namespace {

AttributeSpec email(bool updatable) {
  return {.name = "email", .required = true, .updatable = updatable, .ignores_case = true};
}

std::vector<AttributeSpec> attributes(bool updatable_key) {
  return {email(updatable_key),
          {.name = "name", .returned = false, .is_name = true},
          {.name = "role", .entitlement = true, .ranks = {"guest", "agent", "admin"}},
          {.name = "team"}};
}

std::string join(const std::set<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += id + ',';
  return text;
}

}  // namespace

FakeTarget::FakeTarget(Capabilities capabilities) : can(std::move(capabilities)) {}

Capabilities FakeTarget::inviting() {
  Capabilities can;
  can.attributes = attributes(false);
  can.key = "email";
  can.creation = Action::kInvite;
  can.creation_mails = true;
  can.can_revoke = true;
  can.can_reinvite = true;
  can.update_of_invited_mails = true;
  can.requests_per_list = 3;
  can.manual_removal = "Remove {key} by hand";
  can.manual_rename = "Change {key} to {new_key} by hand";
  return can;
}

Capabilities FakeTarget::managing() {
  Capabilities can;
  can.attributes = attributes(true);
  can.key = "email";
  can.creation = Action::kCreate;
  can.can_deactivate = can.can_reactivate = can.can_delete = can.has_lookup = true;
  return can;
}

Capabilities FakeTarget::grouping() {
  Capabilities can = managing();
  can.attributes.push_back({.name = "groups",
                            .is_multi = true,
                            .entitlement = true,
                            .groups_setting = "groups.include",
                            .deferred = true,
                            .loss_means = "An empty group is deleted"});
  can.deferred_batch = 2;
  return can;
}

Capabilities FakeTarget::placeholders() {
  Capabilities can;
  can.attributes = {{.name = "label", .returned = false, .local = true}};
  can.creation = Action::kCreate;
  can.assigns = true;
  can.can_update = false;
  can.can_deactivate = true;
  can.removal_frees_seat = false;
  can.batch = 3;
  return can;
}

// ── reading ────────────────────────────────────────────────────────────────────────────────────

template <typename Kind>
std::optional<Kind> FakeTarget::strike(std::vector<Fault<Kind>>& faults) {
  for (Fault<Kind>& fault : faults) {
    if (fault.after-- > 0) continue;
    fault.after = 0;
    if (fault.times-- > 0) return fault.kind;
  }
  return std::nullopt;
}

std::int64_t FakeTarget::now() const {
  if (clock == nullptr) return 0;
  return std::chrono::duration_cast<std::chrono::seconds>(clock->now().time_since_epoch()).count();
}

void FakeTarget::remember(const std::string& remote_id) {
  const auto at = accounts_.find(remote_id);
  shadows_[remote_id] = {at == accounts_.end() ? std::nullopt : std::optional(at->second), now()};
}

std::vector<Account> FakeTarget::visible() const {
  std::map<std::string, Account> shown = accounts_;
  for (const auto& [id, shadow] : shadows_) {
    if (now() - shadow.changed_at >= delay_seconds) continue;
    shown.erase(id);
    if (shadow.before) shown.emplace(id, *shadow.before);
  }
  std::vector<Account> accounts;
  for (auto& [id, account] : shown) accounts.push_back(std::move(account));
  return accounts;
}

Listing FakeTarget::list(AccountSink& sink) {
  ++list_count;
  const auto fault = strike(lists_);
  if (fault == ListFault::kTransient)
    throw ConnectorError(ErrorKind::kTransient, "GET /accounts: 503");
  if (fault == ListFault::kUnauthorized)
    throw ConnectorError(ErrorKind::kUnauthorized, "GET /accounts: 401");
  Listing listing;
  listing.receipt.pages = 1;
  listing.receipt.result = "200";
  listing.tenancy = tenancy;
  listing.seats = seats;
  if (fault == ListFault::kEmpty) return listing;
  const bool is_short = fault == ListFault::kMissingPage || fault == ListFault::kSilentlyShort;
  const std::vector<Account> accounts = visible();
  for (std::size_t i = 0; i < accounts.size(); i += is_short ? 2 : 1) sink.account(accounts[i]);
  if (fault == ListFault::kMissingPage) listing.receipt.incomplete("page 2 could not be read: 503");
  return listing;
}

Lookup FakeTarget::find(const AccountRef& ref) {
  ++find_count;
  if (find_fails) return {};
  for (const Account& account : visible()) {
    const bool is_it = ref.remote_id.empty()
                           ? fold_key(account.key) == fold_key(ref.key) && !ref.key.empty()
                           : account.remote_id == ref.remote_id;
    if (is_it) return {Presence::kPresent, account};
  }
  return {Presence::kAbsent, {}};
}

// ── writing ────────────────────────────────────────────────────────────────────────────────────

std::vector<Applied> FakeTarget::apply(std::span<const Change> changes, Steps& steps) {
  if (can.key.empty() && changes.front().action == Action::kCreate)
    return create_batch(changes, steps);
  if (is_deferred(changes.front(), can)) return put_in_groups(changes, steps);
  std::vector<Applied> applied;
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied FakeTarget::apply_one(const Change& change, Steps& steps) {
  if (change.action == Action::kReinvite) return reinvite(change, steps);
  if (change.action == Action::kAssign) return {change.remote_id, std::nullopt, {}};
  const std::string verb(to_string(change.action));
  if (is_creation(change) && first_step) first_step(steps);
  const std::string& whom = is_creation(change) ? change.key : change.remote_id;
  return send(verb, verb + " " + whom, steps, [&] { return commit(change); });
}

std::vector<Applied> FakeTarget::put_in_groups(std::span<const Change> changes, Steps& steps) {
  std::vector<Applied> applied;
  send("groups", "groups " + std::to_string(changes.size()), steps, [&] {
    for (const Change& change : changes) {
      const auto* wanted = std::get_if<Texts>(change.after->find("groups"));
      if (wanted != nullptr && std::ranges::count(*wanted, refused_group) > 0)
        throw ConnectorError(ErrorKind::kRejected, "no group " + refused_group);
    }
    for (const Change& change : changes) applied.push_back(commit(change));
    return Applied{};
  });
  return applied;
}

Applied FakeTarget::reinvite(const Change& change, Steps& steps) {
  const Account* old = account(change.remote_id);
  if (old != nullptr && fold_key(old->key) != fold_key(change.key)) {
    send("revoke", "revoke " + change.remote_id, steps, [&] {
      erase(change.remote_id);
      return Applied{};
    });
  }
  return send("invite", "invite " + change.key, steps, [&] { return commit_creation(change); });
}

std::vector<Applied> FakeTarget::create_batch(std::span<const Change> changes, Steps& steps) {
  std::set<std::string> known;
  for (const auto& [id, account] : accounts_) known.insert(id);
  std::vector<Applied> applied;
  // What `recover` needs to tell the new ones from the old is noted before the request leaves.
  steps.intend("create", join(known));
  send("", "create " + std::to_string(changes.size()), steps, [&] {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const std::string id = add("");
      accounts_.at(id).usable = false;
      applied.push_back({id, std::nullopt, {}});
    }
    return Applied{};
  });
  steps.done("create", "");
  return applied;
}

Applied FakeTarget::send(std::string_view step, const std::string& what, Steps& steps,
                         const std::function<Applied()>& commit) {
  if (!step.empty()) steps.intend(step, "");
  const auto fault = strike(writes_);
  if (fault == WriteFault::kCrashBeforeCommit) throw Crash{};
  if (fault == WriteFault::kLostBeforeCommit)
    throw ConnectorError(ErrorKind::kUnknownOutcome, what + ": no answer");
  writes.push_back(what);
  switch (fault.value_or(WriteFault::kLostAfterCommit)) {
    case WriteFault::kConflict:
      throw ConnectorError(ErrorKind::kConflict, what + ": 409 exists already");
    case WriteFault::kRejected:
      throw ConnectorError(ErrorKind::kRejected, what + ": 400 bad");
    case WriteFault::kUnauthorized:
      throw ConnectorError(ErrorKind::kUnauthorized, what + ": 401 token revoked");
    case WriteFault::kRateLimited:
      throw ConnectorError(ErrorKind::kRateLimited, what + ": 429 quota");
    case WriteFault::kTransient:
      throw ConnectorError(ErrorKind::kTransient, what + ": 503");
    default:
      break;
  }
  Applied applied;
  if (fault != WriteFault::kDoNothing) applied = commit();
  if (after_write) after_write();
  if (fault == WriteFault::kCrashAfterCommit) throw Crash{};
  if (fault == WriteFault::kLostAfterCommit)
    throw ConnectorError(ErrorKind::kUnknownOutcome, what + ": no answer");
  if (fault == WriteFault::kDoNothing) applied.remote_id = std::to_string(next_id_++);
  if (!step.empty()) steps.done(step, applied.remote_id);
  return applied;
}

Applied FakeTarget::commit(const Change& change) {
  if (is_creation(change)) return commit_creation(change);
  const auto at = accounts_.find(change.remote_id);
  if (at == accounts_.end()) throw ConnectorError(ErrorKind::kNotFound, change.remote_id + ": 404");
  remember(change.remote_id);
  switch (change.action) {
    case Action::kRevoke:
    case Action::kDelete:
      accounts_.erase(at);
      break;
    case Action::kDeactivate:
      // A placeholder cannot be suspended; what goes is its use.
      if (can.assigns)
        at->second.usable = false;
      else
        at->second.status = AccountStatus::kInactive;
      break;
    case Action::kReactivate:
      at->second.status = AccountStatus::kActive;
      break;
    default:
      write_fields(at->second, change.after.value_or(Fields{}));
  }
  return {change.remote_id, std::nullopt, {}};
}

/// An invitation is an upsert; a creation of a key that is there is refused.
Applied FakeTarget::commit_creation(const Change& change) {
  Account* there = account(change.key);
  if (there != nullptr && can.creation != Action::kInvite) {
    throw ConnectorError(ErrorKind::kConflict, "create " + change.key + ": 409 exists already");
  }
  const AccountStatus fresh =
      can.creation == Action::kInvite ? AccountStatus::kInvited : AccountStatus::kActive;
  const std::string id = there != nullptr ? there->remote_id : add(change.key, fresh);
  Account& made = accounts_.at(id);
  if (made.status == AccountStatus::kInviteExpired) made.status = AccountStatus::kInvited;
  write_fields(made, change.after.value_or(Fields{}));
  return {id, std::nullopt, {}};
}

void FakeTarget::write_fields(Account& account, const Fields& fields) {
  for (const auto& [name, value] : fields) {
    const AttributeSpec* spec = can.find(name);
    if (spec != nullptr && (!spec->returned || spec->local)) continue;
    const Value stored = rewrite ? rewrite(name, value) : value;
    account.fields.set(name, stored);
    if (name == can.key) account.key = to_text(stored);
  }
}

std::vector<Lookup> FakeTarget::recover(const Unsettled& operation) {
  if (operation.step != "create" || !can.key.empty()) return Target::recover(operation);
  std::vector<Lookup> answers(operation.changes.size());
  std::vector<Account> arrived;
  for (const auto& [id, account] : accounts_) {
    if (("," + operation.context).find("," + id + ",") == std::string::npos)
      arrived.push_back(account);
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (arrived.empty()) answers[i].presence = Presence::kAbsent;
    if (arrived.size() == answers.size()) answers[i] = {Presence::kPresent, arrived[i]};
  }
  return answers;
}

// ── the provider's side ────────────────────────────────────────────────────────────────────────

std::string FakeTarget::add(const std::string& key, AccountStatus status, Fields fields) {
  Account account;
  account.remote_id = std::to_string(next_id_++);
  account.key = key;
  account.status = status;
  account.fields = std::move(fields);
  if (!key.empty() && !can.key.empty()) account.fields.set(can.key, key);
  remember(account.remote_id);
  const std::string id = account.remote_id;
  accounts_.emplace(id, std::move(account));
  return id;
}

Account* FakeTarget::account(std::string_view name) {
  for (auto& [id, account] : accounts_) {
    if (id == name || (!account.key.empty() && fold_key(account.key) == fold_key(name)))
      return &account;
  }
  return nullptr;
}

void FakeTarget::erase(std::string_view name) {
  if (const Account* there = account(name)) {
    const std::string id = there->remote_id;
    remember(id);
    accounts_.erase(id);
  }
}

std::vector<std::string> FakeTarget::keys() const {
  std::vector<std::string> keys;
  for (const auto& [id, account] : accounts_) keys.push_back(account.key);
  std::ranges::sort(keys);
  return keys;
}

}  // namespace usher
