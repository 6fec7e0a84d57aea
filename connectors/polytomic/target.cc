#include "connectors/polytomic/target.h"

#include <fmt/format.h>

#include <chrono>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::polytomic {
namespace {

/// What a write made of a user. A success that cannot be read, or is about somebody else than
/// `is_meant`, says that something was done, not what.
template <typename Send, typename IsMeant>
User write(const Send& send, const IsMeant& is_meant) {
  try {
    User user = to_user(send().data());
    if (is_meant(user)) return user;
    throw ConnectorError(ErrorKind::kMalformed,
                         fmt::format("the answer is about another user ({}, {})",
                                     escape_for_display(user.id), escape_for_display(user.email)));
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kMalformed || error.http_status >= 300) throw;
    throw ConnectorError(ErrorKind::kUnknownOutcome, error.what(), error.code, error.http_status);
  }
}

auto has_id(const std::string& id) {
  return [&id](const User& user) { return user.id == id; };
}

}  // namespace

PolytomicTarget::PolytomicTarget(Settings settings, HttpContext& http)
    : settings_(std::move(settings)),
      capabilities_(polytomic::capabilities(settings_)),
      context_(http),
      client_(settings_, http) {}

Listing PolytomicTarget::list(AccountSink& sink) {
  lost_keys_.clear();  // of an earlier run: what was lost then has been settled
  learn_me(sink);
  roles_.reset();
  Listing listing;
  listing.allowed.emplace_back("roles", roles().names());
  const UserList users = read_list([&](const User& user) { sink.account(to_account(user)); });
  Receipt& receipt = listing.receipt;
  receipt.result = "200";
  receipt.pages = 1;
  receipt.entries = users.rows - users.faults.size();
  for (const std::string& fault : users.faults) {
    receipt.incomplete("a user could not be read: " + fault);
  }
  if (users.lacks_us) {
    receipt.incomplete(fmt::format(
        "the list of {} users lacks the one to whom the API key belongs ({}), so others are "
        "missing too",
        users.rows, escape_for_display(me_.email)));
  }
  if (!organization().empty()) {
    listing.tenancy = fmt::format("polytomic {} {}", settings_.http.base_url, organization());
  }
  return listing;
}

// A partner key reaches organisations and users only, and belongs to nobody in them.
void PolytomicTarget::learn_me(AccountSink& sink) {
  if (settings_.by_partner()) return;
  try {
    me_ = to_me(client_.fetch_me().data());
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    sink.problem({.message = "this deployment does not tell whose key it is (GET /api/me: 404): "
                             "list that account under `protected`"});
  }
}

const Roles& PolytomicTarget::roles() {
  if (!roles_) roles_.emplace(client_.fetch_roles().data());
  return *roles_;
}

UserList PolytomicTarget::read_list(const std::function<void(User)>& each) {
  const Answer answer = client_.fetch_users();
  bool saw_us = !me_.is_user;
  UserList users = read_users(answer.data(), organization(), [&](const User& user) {
    saw_us = saw_us || is_me(user);
    each(user);
  });
  users.lacks_us = !saw_us;
  return users;
}

const std::string& PolytomicTarget::organization() const {
  return settings_.by_partner() ? settings_.organization : me_.organization_id;
}

bool PolytomicTarget::is_me(const User& user) const {
  if (!me_.id.empty()) return me_.id == user.id;
  return me_.is_user && canonical_email(me_.email) == canonical_email(user.email);
}

Account PolytomicTarget::to_account(const User& user) const {
  Account account = polytomic::to_account(user, *roles_);
  if (is_me(user)) account.untouchable = "the account we log in with";
  return account;
}

Lookup PolytomicTarget::find(const AccountRef& ref) {
  try {
    (void)roles();
    return ref.remote_id.empty() ? find_by_email(ref.key) : find_by_id(ref.remote_id);
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {};
  }
}

// Gone is a 404, or a success without a user; the vendor's own Terraform provider takes both so. A
// user without an id is neither.
Lookup PolytomicTarget::find_by_id(const std::string& id) {
  try {
    const Answer answer = client_.fetch_user(id);
    const bool is_empty = !answer.data().has_value() || answer.data().members().empty();
    if (is_empty) return {Presence::kAbsent, {}};
    const User user = to_user(answer.data());
    if (user.id != id || user.email.empty()) return {};
    return {Presence::kPresent, to_account(user)};
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    return {Presence::kAbsent, {}};
  }
}

Lookup PolytomicTarget::find_by_email(const std::string& email) {
  const std::string wanted = fold_key(canonical_email(email));
  Lookup lookup;
  const UserList users = read_list([&](const User& user) {
    if (fold_key(canonical_email(user.email)) != wanted) return;
    lookup = {Presence::kPresent, to_account(user)};
  });
  const bool is_whole = users.faults.empty() && !users.lacks_us;
  if (lookup.presence != Presence::kPresent && is_whole) lookup.presence = Presence::kAbsent;
  return lookup;
}

Account PolytomicTarget::canonical(Account desired) const {
  static const Roles kNone;
  return to_canonical(std::move(desired), roles_ ? *roles_ : kNone);
}

std::vector<Applied> PolytomicTarget::apply(std::span<const Change> changes, Steps& steps) {
  std::vector<Applied> applied;
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied PolytomicTarget::apply_one(const Change& change, Steps& steps) {
  if (steps.is_done(to_string(change.action))) {
    const Lookup seen = find({change.remote_id, change.key});
    return {seen.account.remote_id, seen.account, "was done in an earlier attempt"};
  }
  switch (change.action) {
    case Action::kCreate:
      return create(change, steps);
    case Action::kAdopt:
    case Action::kUpdate:
      return update(change, steps);
    case Action::kDelete:
      return remove(change, steps);
    default:
      throw ConnectorError(ErrorKind::kUnsupported,
                           fmt::format("Polytomic cannot {} a user", to_string(change.action)));
  }
}

Applied PolytomicTarget::create(const Change& change, Steps& steps) {
  const std::string body = to_creation(change, roles());
  const std::string key = take_key(change);
  const std::string_view step = to_string(change.action);
  steps.intend(step, key);
  const User user = send_creation(change, body, key);
  steps.done(step, user.id);
  return {user.id, to_account(user), {}};
}

User PolytomicTarget::send_creation(const Change& change, const std::string& body,
                                    const std::string& key) {
  try {
    return write([&] { return client_.create_user(body, key); },
                 [&](const User& user) {
                   return user.email.empty() ||
                          canonical_email(user.email) == canonical_email(change.key);
                 });
  } catch (const ConnectorError& error) {
    // An answer that came, were it a 500, is all that this key will ever get.
    const bool is_lost = error.kind == ErrorKind::kUnknownOutcome && error.http_status == 0;
    if (is_lost) lost_keys_.insert_or_assign(change.key, key);
    throw_if_there(change, error);
    throw;
  }
}

std::string PolytomicTarget::take_key(const Change& change) {
  if (auto lost = lost_keys_.extract(change.key)) return std::move(lost.mapped());
  const auto now = context_.clock().now().time_since_epoch();
  return idempotency_key(settings_.http.base_url + " " + organization(), change,
                         std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(),
                         ++keys_made_);
}

// How an address that is taken answers is not documented: 409, or 422 for this as for anything else
// that is wrong with a request. Only the list can tell.
void PolytomicTarget::throw_if_there(const Change& change, const ConnectorError& refusal) {
  if (refusal.kind != ErrorKind::kRejected || refusal.http_status != 422) return;
  if (find({"", change.key}).presence != Presence::kPresent) return;
  throw ConnectorError(ErrorKind::kConflict,
                       fmt::format("{} is there already; nobody was invited. Polytomic said: {}",
                                   escape_for_display(change.key), refusal.what()),
                       refusal.code, refusal.http_status);
}

Applied PolytomicTarget::update(const Change& change, Steps& steps) {
  const std::string body = to_update(change, roles(), settings_.by_partner());
  const std::string_view step = to_string(change.action);
  steps.intend(step, change.remote_id);
  try {
    const User user = write([&] { return client_.update_user(change.remote_id, body); },
                            has_id(change.remote_id));
    steps.done(step, user.id);
    return {user.id, to_account(user), {}};
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    throw ConnectorError(
        error.kind,
        fmt::format("{}. User {} ({}) is gone; the next run sees that", error.what(),
                    escape_for_display(change.remote_id), escape_for_display(change.key)),
        error.code, error.http_status);
  }
}

Applied PolytomicTarget::remove(const Change& change, Steps& steps) {
  Applied applied{change.remote_id, std::nullopt, {}};
  const std::string_view step = to_string(change.action);
  steps.intend(step, change.remote_id);
  try {
    (void)write([&] { return client_.delete_user(change.remote_id); }, has_id(change.remote_id));
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    applied.note = "was already gone";
  }
  steps.done(step, change.remote_id);
  return applied;
}

const ConnectorKind& kind() {
  static const ConnectorKind kKind{
      {"polytomic", setting_specs(), capabilities({}), check_settings},
      [](const SettingValues& values, HttpContext& http) -> std::unique_ptr<Target> {
        return std::make_unique<PolytomicTarget>(read_settings(values), http);
      }};
  return kKind;
}

}  // namespace usher::polytomic
