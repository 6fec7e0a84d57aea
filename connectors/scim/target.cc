#include "connectors/scim/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "connectors/scim/convert.h"
#include "mapping/deferral.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

constexpr std::string_view kExternalId = "externalId";

/// What the change is to write: its `fields`, without memberships.
Fields fields_of(const Change& change) {
  Fields fields;
  for (const std::string& name : change.fields) {
    const Value* value = change.after ? change.after->find(name) : nullptr;
    if (compare_names(name, "groups") == 0) continue;
    fields.set(name, value == nullptr ? Value(std::string()) : *value);
  }
  return fields;
}

/// An externalId that somebody else gave the account is theirs; one that is the person's id can
/// only be ours.
std::string foreign_external_id(const Change& change, const Fields& fields) {
  const Value* wanted = fields.find(kExternalId);
  const Value* there = change.before ? change.before->find(kExternalId) : nullptr;
  if (wanted == nullptr || there == nullptr || *wanted == *there) return {};
  const std::string text = to_text(*there);
  return text == change.source_id ? std::string() : text;
}

}  // namespace

ScimTarget::ScimTarget(Settings settings, HttpContext& http)
    : settings_(std::move(settings)),
      capabilities_(scim::capabilities(settings_)),
      client_(settings_, http),
      users_(settings_, client_),
      groups_(settings_, client_) {}

void ScimTarget::learn() {
  advertised_ = fetch_advertised(client_);
  users_.learn(advertised_);
  groups_.learn(users_.pages());
  has_learned_ = true;
}

bool ScimTarget::reads_groups() const {
  return groups_.are_wanted() && groups_.are_readable();
}

void ScimTarget::add_groups(Account& account) const {
  if (reads_groups()) account.fields.set("groups", groups_.of(account.remote_id));
}

Listing ScimTarget::list(AccountSink& sink) {
  learn();
  if (!advertised_.problem.empty() && !advertised_.is_absent) {
    sink.problem({.message = fmt::format("what the service says of itself cannot be used, the "
                                         "profile's values count: {}",
                                         advertised_.problem)});
  }
  Listing listing;
  listing.tenancy = "scim " + settings_.http.base_url;
  std::vector<std::string> reasons;
  groups_.begin_comparison();
  if (groups_.are_wanted()) reasons = groups_.load();
  listing.receipt = users_.list([&](Account account, const Json& row) {
    if (reads_groups()) groups_.compare(row, account.remote_id);
    add_groups(account);
    sink.account(std::move(account));
  });
  if (reasons.empty() && reads_groups()) reasons = groups_.contradictions();
  for (const std::string& reason : reasons) {
    listing.receipt.incomplete("groups could not be read: " + reason);
  }
  for (const std::string& warning : groups_.warnings()) sink.problem({.message = warning});
  if (groups_.are_wanted() && !settings_.groups.create && reasons.empty()) {
    listing.allowed.emplace_back("groups", groups_.names());
  }
  return listing;
}

Lookup ScimTarget::find(const AccountRef& ref) {
  try {
    if (!has_learned_) learn();
    Lookup lookup =
        ref.remote_id.empty() ? users_.find_by_key(ref.key) : users_.find_by_id(ref.remote_id);
    const bool may_be_renamed = ref.remote_id.empty() && !ref.mark.empty();
    if (may_be_renamed && lookup.presence == Presence::kAbsent)
      lookup = users_.find_by_mark(ref.mark);
    // Who was removed may be hidden from look-ups by id, and still be there.
    const bool may_be_hidden = settings_.profile.hides_deleted && !ref.remote_id.empty() &&
                               !ref.key.empty() && lookup.presence == Presence::kAbsent;
    if (may_be_hidden) {
      Lookup hidden = users_.find_by_key(ref.key);
      const bool is_another =
          hidden.presence == Presence::kPresent && hidden.account.remote_id != ref.remote_id;
      if (!is_another) lookup = std::move(hidden);
    }
    if (lookup.presence == Presence::kPresent && reads_groups()) {
      groups_.refresh();
      add_groups(lookup.account);
    }
    return lookup;
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {};
  }
}

Account ScimTarget::canonical(Account desired) const {
  if (const Value* groups = desired.fields.find("groups")) {
    if (groups_.are_wanted()) {
      desired.fields.set("groups", groups_.canonical(texts_of(groups)));
    } else {
      desired.fields.erase("groups");
    }
  }
  return to_canonical(std::move(desired), settings_.profile);
}

// --- Writing -------------------------------------------------------------------------------------

std::vector<Applied> ScimTarget::apply(std::span<const Change> changes, Steps& steps) {
  if (!has_learned_) learn();
  std::vector<Applied> applied;
  const bool is_of_groups = std::ranges::all_of(
      changes, [&](const Change& change) { return is_deferred(change, capabilities_); });
  if (groups_.are_wanted() && is_of_groups) {
    const std::vector<std::string> notes = groups_.apply(changes, steps);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      applied.push_back({changes[i].remote_id, std::nullopt, notes[i]});
    }
    return applied;
  }
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied ScimTarget::apply_one(const Change& change, Steps& steps) {
  const auto require = [&](bool can) {
    if (can) return;
    throw ConnectorError(
        ErrorKind::kUnsupported,
        fmt::format("{} cannot {} a user", settings_.profile.title, to_string(change.action)));
  };
  if (steps.is_done(to_string(change.action))) {
    const Lookup seen = find({change.remote_id, change.key});
    return {seen.account.remote_id, seen.account, "was done in an earlier attempt"};
  }
  switch (change.action) {
    case Action::kCreate:
      return create(change, steps);
    case Action::kAdopt:
    case Action::kUpdate:
      require(capabilities_.can_update);
      return update(change, fields_of(change), steps);
    case Action::kDeactivate:
      require(capabilities_.can_deactivate);
      return set_active(change, false, steps);
    case Action::kReactivate:
      require(capabilities_.can_reactivate);
      return set_active(change, true, steps);
    case Action::kDelete:
      require(capabilities_.can_delete);
      return remove(change, steps);
    default:
      require(false);
  }
  return {};
}

// 409 goes to the engine: it looks the userName up and links who is there.
Applied ScimTarget::create(const Change& change, Steps& steps) {
  const Fields fields = change.after ? *change.after : Fields{};
  const std::string_view step = to_string(change.action);
  steps.intend(step, change.key);
  Account account = users_.create(change.key, fields);
  steps.done(step, account.remote_id);
  add_groups(account);
  std::string id = account.remote_id;
  return {std::move(id), std::move(account), {}};
}

/// Where an inactive user is a deleted one, `active` of the mapping must not do it in passing.
void ScimTarget::check_active(const Change& change, const Fields& fields) const {
  const Value* active = fields.find("active");
  if (active == nullptr || capabilities_.can_deactivate || *active == Value(true)) return;
  throw ConnectorError(ErrorKind::kUnsupported,
                       fmt::format("not sent: setting {} inactive would delete the account at {}",
                                   escape_for_display(change.key), settings_.profile.title));
}

Applied ScimTarget::update(const Change& change, Fields fields, Steps& steps) {
  check_active(change, fields);
  const std::string foreign = foreign_external_id(change, fields);
  if (!foreign.empty()) fields.erase(kExternalId);
  Applied applied{change.remote_id, std::nullopt, {}};
  if (!fields.empty()) {
    const std::string_view step = to_string(change.action);
    steps.intend(step, change.remote_id);
    applied.account = users_.update(change.remote_id, {std::move(fields), change.before});
    steps.done(step, change.remote_id);
    if (applied.account) add_groups(*applied.account);
  }
  if (foreign.empty()) return applied;
  throw ConnectorError(
      ErrorKind::kRejected,
      fmt::format("externalId of {} is {}, which somebody else wrote: usher never overwrites it "
                  "(everything else was written). Clear it there, or take externalId out of `map`",
                  escape_for_display(change.key), quote_for_display(foreign)));
}

Applied ScimTarget::set_active(const Change& change, bool active, Steps& steps) {
  Fields fields = active ? fields_of(change) : Fields{};
  fields.set("active", active);
  try {
    Applied applied = update(change, std::move(fields), steps);
    if (!active) groups_.forget(change.remote_id);  // some services take them out
    if (active && settings_.profile.regroup_on_reactivate && groups_.are_wanted()) {
      applied.note = "memberships did not outlive the deactivation; the next run writes them anew";
    }
    return applied;
  } catch (const ConnectorError& error) {
    const bool is_gone = error.kind == ErrorKind::kNotFound &&
                         users_.find_by_id(change.remote_id).presence == Presence::kAbsent;
    if (active || !is_gone) throw;
    steps.done(to_string(change.action), change.remote_id);
    return {change.remote_id, std::nullopt, "was already gone"};
  }
}

Applied ScimTarget::remove(const Change& change, Steps& steps) {
  const std::string_view step = to_string(change.action);
  steps.intend(step, change.remote_id);
  Applied applied{change.remote_id, std::nullopt, users_.remove(change.remote_id)};
  groups_.forget(change.remote_id);
  steps.done(step, change.remote_id);
  return applied;
}

const ConnectorKind& kind() {
  static const ConnectorKind kKind{
      {"scim", setting_specs(), all_capabilities(), check_settings},
      [](const SettingValues& values, HttpContext& http) -> std::unique_ptr<Target> {
        return std::make_unique<ScimTarget>(read_settings(values), http);
      }};
  return kKind;
}

}  // namespace usher::scim
