#include "connectors/timelines_partner/target.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::timelines_partner {
namespace {

constexpr std::string_view kCreate = "create";
constexpr std::string_view kDisconnect = "disconnect";

// `created_at` has whole seconds, and the skew is only known to one: each end of the window gives.
constexpr std::int64_t kRounding = 2;

[[noreturn]] void throw_full(const Workspace& workspace, std::size_t count) {
  throw ConnectorError(
      ErrorKind::kConflict,
      fmt::format("workspace {} has {} free seats ({} of {} used) and {} are needed; nothing was "
                  "created. Buy seats, or let fewer people in at once",
                  escape_for_display(workspace.id), workspace.seats->free(), workspace.seats->used,
                  workspace.seats->total, count),
      "seats_full");
}

std::string join_ids(const std::vector<User>& users) {
  std::string ids;
  for (const User& user : users) ids += (ids.empty() ? "" : ",") + user.id;
  return ids;
}

}  // namespace

PartnerTarget::PartnerTarget(Settings settings, HttpContext& http)
    : settings_(std::move(settings)),
      capabilities_(timelines_partner::capabilities(settings_.http.rate.per_second)),
      context_(http),
      client_(settings_, http) {}

Workspace PartnerTarget::fetch_workspace() {
  const auto document = client_.fetch_workspace();
  Workspace workspace = to_workspace(document->root());
  if (ascii_lower(workspace.id) == ascii_lower(settings_.workspace)) return workspace;
  throw ConnectorError(
      ErrorKind::kMalformed,
      fmt::format("asked for workspace {}, the answer is about {}",
                  escape_for_display(settings_.workspace), escape_for_display(workspace.id)));
}

void PartnerTarget::close_receipt(const Workspace& workspace, Receipt& receipt) const {
  receipt.result = "200";
  receipt.pages = 1;
  receipt.entries = workspace.users.size();
  for (const std::string& fault : workspace.faults) {
    receipt.incomplete("an entry of the workspace could not be read: " + fault);
  }
  if (workspace.rows == 0) {
    receipt.incomplete("the workspace lists no users, and it always has an owner");
  }
}

Listing PartnerTarget::list(AccountSink& sink) {
  const Workspace workspace = fetch_workspace();
  Listing listing;
  listing.tenancy = fmt::format("timelines_partner {} {} {}", settings_.http.base_url,
                                settings_.partner_id, workspace.id);
  listing.seats = workspace.seats;
  for (const User& user : workspace.users) sink.account(to_account(user, workspace));
  if (workspace.unattributed > 0) {
    sink.problem(
        {.message = fmt::format(
             "{} WhatsApp accounts of workspace {} are connected to users that the provider "
             "does not name: nobody is assigned to a released placeholder before they are gone",
             workspace.unattributed, escape_for_display(workspace.id))});
  }
  close_receipt(workspace, listing.receipt);
  return listing;
}

Lookup PartnerTarget::find(const AccountRef& ref) {
  Workspace workspace;
  try {
    workspace = fetch_workspace();
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {};
  }
  if (const User* user = workspace.find(ref.remote_id)) {
    return {Presence::kPresent, to_account(*user, workspace)};
  }
  Receipt receipt;
  close_receipt(workspace, receipt);
  // Without an id there is nothing to tell one placeholder from another by.
  const bool absent = receipt.complete() && !ref.remote_id.empty();
  return {absent ? Presence::kAbsent : Presence::kUnknown, {}};
}

std::vector<Applied> PartnerTarget::apply(std::span<const Change> changes, Steps& steps) {
  if (!changes.empty() && changes.front().action == Action::kCreate) return create(changes, steps);
  std::vector<Applied> applied;
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied PartnerTarget::apply_one(const Change& change, Steps& steps) {
  switch (change.action) {
    case Action::kAssign:
      return assign(change);
    case Action::kDeactivate:
      return deactivate(change, steps);
    case Action::kAdopt:
      return {change.remote_id, std::nullopt, {}};
    default:
      throw ConnectorError(
          ErrorKind::kUnsupported,
          fmt::format("TimelinesAI's Partner API cannot {} a user", to_string(change.action)));
  }
}

std::vector<Applied> PartnerTarget::create(std::span<const Change> changes, Steps& steps) {
  if (changes.size() > kBatch) {
    throw ConnectorError(ErrorKind::kUnsupported,
                         fmt::format("{} users in one request; TimelinesAI takes at most {}",
                                     changes.size(), kBatch));
  }
  if (steps.is_done(kCreate)) {
    throw ConnectorError(ErrorKind::kUnknownOutcome,
                         "these users were created in an earlier attempt; who they are must be "
                         "settled before anybody else is created");
  }
  const Workspace before = fetch_workspace();
  if (before.seats && before.seats->free() < static_cast<std::int64_t>(changes.size())) {
    throw_full(before, changes.size());
  }
  steps.intend(kCreate, to_context(before, changes.size()));
  const std::vector<User> created = send_creation(changes.size(), before);
  steps.done(kCreate, join_ids(created));

  const Workspace nothing_connected;
  std::vector<Applied> applied;
  for (const User& user : created) {
    applied.push_back({user.id, to_account(user, nothing_connected), {}});
  }
  return applied;
}

// Everything but a clean answer leaves open who was created; `recover` finds out.
std::vector<User> PartnerTarget::send_creation(std::size_t count, const Workspace& before) {
  try {
    std::vector<User> created = to_created(client_.create_users(count)->root());
    std::set<std::string_view> fresh;
    for (const User& user : created) {
      if (before.find(user.id) == nullptr) fresh.insert(user.id);
    }
    if (created.size() == count && fresh.size() == count) return created;
    throw ConnectorError(ErrorKind::kMalformed,
                         fmt::format("{} new users were asked for, the answer names {} ({} new)",
                                     count, created.size(), fresh.size()));
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kMalformed || error.http_status >= 300) throw;
    throw ConnectorError(ErrorKind::kUnknownOutcome, error.what(), error.code, error.http_status);
  }
}

// Nothing is sent. But a placeholder in use would hand one person's conversations to another.
Applied PartnerTarget::assign(const Change& change) {
  const Workspace workspace = fetch_workspace();
  const User* user = workspace.find(change.remote_id);
  const std::string name = escape_for_display(change.remote_id);
  if (user == nullptr) {
    throw ConnectorError(ErrorKind::kNotFound, "placeholder " + name + " is gone; plan again");
  }
  if (is_owner(*user) || !is_active(*user)) {
    throw ConnectorError(
        ErrorKind::kConflict,
        fmt::format("placeholder {} cannot be given to anybody: role '{}', status "
                    "'{}'; plan again",
                    name, escape_for_display(user->role), escape_for_display(user->status)));
  }
  if (workspace.in_use(user->id) || workspace.unattributed > 0) {
    throw ConnectorError(
        ErrorKind::kConflict,
        "placeholder " + name +
            " may be in use: WhatsApp is connected or a QR link is open. Disconnect "
            "it or wait until the link expires");
  }
  return {user->id, to_account(*user, workspace), {}};
}

Applied PartnerTarget::deactivate(const Change& change, Steps& steps) {
  Applied applied{change.remote_id, std::nullopt, {}};
  if (steps.is_done(kDisconnect)) return applied;
  steps.intend(kDisconnect, change.remote_id);
  try {
    const auto answer = client_.disconnect(change.remote_id);
    applied.note = answer->root().get("disconnected").bool_or(true)
                       ? "WhatsApp disconnected; seat not freed, user not deleted"
                       : "WhatsApp was not connected; seat not freed, user not deleted";
  } catch (const ConnectorError& error) {
    if (error.kind == ErrorKind::kMalformed && error.http_status < 300) {
      // A success that cannot be read says that something was done, not what.
      throw ConnectorError(ErrorKind::kUnknownOutcome, error.what());
    }
    if (error.kind != ErrorKind::kNotFound) throw;
    applied.note = "was already gone";
  }
  steps.done(kDisconnect, change.remote_id);
  return applied;
}

std::vector<Lookup> PartnerTarget::recover(const Unsettled& operation) {
  return operation.step == kCreate ? recover_batch(operation) : Target::recover(operation);
}

std::vector<Lookup> PartnerTarget::recover_batch(const Unsettled& operation) {
  std::vector<Lookup> answers(operation.changes.size());
  const auto note = from_context(operation.context);
  if (!note || note->count != answers.size()) return answers;
  Workspace workspace;
  try {
    workspace = fetch_workspace();
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return answers;
  }
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(context_.clock().now().time_since_epoch())
          .count();
  const auto skew = context_.clock_skew(settings_.http.base_url).count();
  const Arrivals arrivals = find_arrivals(
      workspace, *note, operation.intended_at + skew - kRounding, now + skew + kRounding);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (arrivals.none) answers[i].presence = Presence::kAbsent;
    if (i < arrivals.users.size()) {
      answers[i] = {Presence::kPresent, to_account(arrivals.users[i], workspace)};
    }
  }
  return answers;
}

std::vector<Finding> PartnerTarget::probe() {
  std::vector<Finding> findings;
  try {
    const Workspace workspace = fetch_workspace();
    findings.push_back({true, fmt::format("credential accepted, workspace {} ({})",
                                          escape_for_display(workspace.id),
                                          escape_for_display(workspace.display_name))});
    if (workspace.seats) {
      findings.push_back(
          {workspace.seats->free() > 0,
           fmt::format("{} of {} seats used", workspace.seats->used, workspace.seats->total)});
    }
    findings.push_back({true, fmt::format("{} users, {} with WhatsApp, {} with an open QR link",
                                          workspace.users.size(), workspace.connected.size(),
                                          workspace.invited.size())});
    Receipt receipt;
    close_receipt(workspace, receipt);
    for (const std::string& reason : receipt.reasons) findings.push_back({false, reason});
  } catch (const ConnectorError& error) {
    findings.push_back({false, error.what()});
  }
  for (const char* limit :
       {"users carry neither name nor address: who has which placeholder is known to usher's state "
        "only, so back it up",
        "a user cannot be deleted or suspended and a seat not be freed; a leaver is disconnected "
        "from "
        "WhatsApp",
        "an open QR link cannot be closed by the API without opening another; it expires by "
        "itself"}) {
    findings.push_back({true, limit});
  }
  return findings;
}

const ConnectorKind& kind() {
  static const ConnectorKind kind{
      {.name = "timelines_partner",
       .settings = setting_specs(),
       .capabilities = capabilities(std::stod(std::string(kRequestsPerSecond)))},
      [](const SettingValues& values, HttpContext& http) -> std::unique_ptr<Target> {
        return std::make_unique<PartnerTarget>(read_settings(values), http);
      }};
  return kind;
}

}  // namespace usher::timelines_partner
