#include "connectors/timelines/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "connectors/error.h"
#include "connectors/timelines/errors.h"
#include "mapping/text.h"

namespace usher::timelines {
namespace {

constexpr std::string_view kInvite = "invite";
constexpr std::string_view kUpdate = "update";
constexpr std::string_view kRevoke = "revoke";

std::string email_of(const std::optional<Fields>& fields) {
  const Value* value = fields ? fields->find("email") : nullptr;
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

bool moves_address(const Change& change) {
  const std::string before = email_of(change.before);
  const std::string after = email_of(change.after);
  return !before.empty() && !after.empty() && fold_key(before) != fold_key(after);
}

bool is_meant(const AccountRef& ref, const Teammate& teammate) {
  if (!ref.remote_id.empty()) return teammate.user_id == ref.remote_id;
  return !is_placeholder(teammate.email) && fold_key(teammate.email) == fold_key(ref.key);
}

/// Says once for each word that a status is new to us.
class OddStatuses {
 public:
  explicit OddStatuses(AccountSink& sink) : sink_(sink) {}

  void look_at(const Teammate& teammate) {
    if (is_known_status(teammate.status) || !seen_.insert(teammate.status).second) return;
    sink_.problem(
        {.message = fmt::format(
             "TimelinesAI gives {} the status '{}', which usher does not know; it counts as "
             "not active, and nobody with it is invited again",
             escape_for_display(teammate.email), escape_for_display(teammate.status))});
  }

 private:
  AccountSink& sink_;
  std::set<std::string> seen_;
};

}  // namespace

TimelinesTarget::TimelinesTarget(Settings settings, HttpContext& http)
    : settings_(std::move(settings)),
      capabilities_(timelines::capabilities(settings_.demote_to, settings_.http.rate.per_second)),
      client_(settings_, http) {}

Listing TimelinesTarget::list(AccountSink& sink) {
  Listing listing;
  listing.receipt.result = "200";
  read_workspace(listing, sink);
  if (!learn_me()) {
    sink.problem({.message = "this deployment does not tell whose token it is (GET "
                             "/workspace/teammates/me: 404): list that account under `protected`"});
  } else if (const std::string problem = role_problem(*me_); !problem.empty()) {
    sink.problem({.message = problem});
  }
  OddStatuses odd(sink);
  present_.clear();
  const TeammateList list = read_list(listing.receipt, [&](const Teammate& teammate) {
    odd.look_at(teammate);
    Account account = to_account(teammate);
    remember(account);
    sink.account(std::move(account));
  });
  if (!list.teams.empty()) {
    Texts titles;
    for (const std::string& title : list.teams) titles.push_back(canonical_team(title));
    listing.allowed.emplace_back("team", std::move(titles));
  }
  return listing;
}

void TimelinesTarget::read_workspace(Listing& listing, AccountSink& sink) {
  try {
    const Answer answer = client_.fetch_workspace();
    const Workspace workspace = to_workspace(answer.data());
    client_.set_quota_end(workspace.api_calls_end);
    listing.seats = workspace.seats;
    listing.tenancy = fmt::format("timelines {} {}", settings_.http.base_url, workspace.id);
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    sink.problem({.message =
                      "this deployment does not tell its workspace and seats (GET /workspace: "
                      "404): seats are not checked before people are invited"});
  }
}

bool TimelinesTarget::learn_me() {
  try {
    me_ = to_teammate(client_.fetch_me().data());
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    me_.reset();
  }
  return me_.has_value();
}

// Nobody can ask without being a member, so a list without the one who asks is not the whole list.
TeammateList TimelinesTarget::read_list(Receipt& receipt,
                                        const std::function<void(Teammate)>& each) {
  const Answer answer = client_.fetch_teammates();
  bool saw_me = !me_;
  TeammateList list = read_teammates(answer.data(), [&](const Teammate& teammate) {
    if (me_ && teammate.user_id == me_->user_id) saw_me = true;
    if (canonical_team(teammate.team) == "Default") default_team_ = teammate.team;
    each(teammate);
  });
  receipt.pages = 1;
  receipt.entries = list.rows - list.faults.size();
  for (const std::string& fault : list.faults) {
    receipt.incomplete("a teammate could not be read: " + fault);
  }
  if (!saw_me) {
    receipt.incomplete(fmt::format(
        "the list of {} teammates lacks the account that reads it ({}), so others are missing too",
        list.rows, escape_for_display(me_->email)));
  } else if (list.rows == 0) {
    receipt.incomplete("the list of teammates is empty, and a workspace always has an owner");
  }
  return list;
}

Account TimelinesTarget::to_account(const Teammate& teammate) const {
  return timelines::to_account(teammate, me_ ? me_->user_id : "");
}

void TimelinesTarget::remember(const Account& account) {
  Fields fields;
  for (const char* name : {"email", "role", "team"}) {
    if (const Value* value = account.fields.find(name)) fields.set(name, *value);
  }
  present_.insert_or_assign(account.remote_id, std::move(fields));
}

// A change names what differs; an upsert must name the rest as well.
Fields TimelinesTarget::present_fields(const Change& change) {
  if (change.remote_id.empty()) return {};
  const auto known = present_.find(change.remote_id);
  return known != present_.end() ? known->second : find({change.remote_id, {}}).account.fields;
}

Lookup TimelinesTarget::find(const AccountRef& ref) {
  Lookup lookup;
  Receipt receipt;
  try {
    if (!me_) (void)learn_me();
    (void)read_list(receipt, [&](const Teammate& teammate) {
      if (!is_meant(ref, teammate)) return;
      lookup.presence = Presence::kPresent;
      lookup.account = to_account(teammate);
    });
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {};
  }
  if (lookup.presence == Presence::kUnknown && receipt.complete()) {
    lookup.presence = Presence::kAbsent;
  }
  return lookup;
}

Account TimelinesTarget::canonical(Account desired) const {
  if (const Value* role = desired.fields.find("role")) {
    if (const auto* label = std::get_if<std::string>(role)) {
      desired.fields.set("role", role_token(*label));
    }
  }
  if (const Value* team = desired.fields.find("team")) {
    if (const auto* title = std::get_if<std::string>(team)) {
      desired.fields.set("team", canonical_team(*title));
    }
  }
  return desired;
}

std::vector<Applied> TimelinesTarget::apply(std::span<const Change> changes, Steps& steps) {
  std::vector<Applied> applied;
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied TimelinesTarget::apply_one(const Change& change, Steps& steps) {
  switch (change.action) {
    case Action::kInvite:
      return upsert(change, kInvite, steps);
    case Action::kAdopt:
    case Action::kUpdate:
      return upsert(change, kUpdate, steps);
    case Action::kReinvite:
      return reinvite(change, steps);
    case Action::kRevoke:
      return revoke(change, steps);
    default:
      throw ConnectorError(
          ErrorKind::kUnsupported,
          fmt::format("TimelinesAI's Public API cannot {} anybody", to_string(change.action)));
  }
}

Applied TimelinesTarget::upsert(const Change& change, std::string_view step, Steps& steps) {
  const Invitation invitation = to_invitation(change, present_fields(change));
  if (steps.is_done(step)) {
    const Lookup seen = find({"", invitation.email});
    return {seen.account.remote_id, seen.account, "was done in an earlier attempt"};
  }
  steps.intend(step, invitation.email);
  const Teammate now = send_invitation(invitation);
  steps.done(step, now.user_id);
  Applied applied{now.user_id, to_account(now), {}};
  remember(*applied.account);
  if (change.action == Action::kInvite && applied.account->status == AccountStatus::kActive) {
    applied.note = "was a member already; role and team were set, no invitation was needed";
  }
  return applied;
}

Applied TimelinesTarget::reinvite(const Change& change, Steps& steps) {
  if (moves_address(change) && !steps.is_done(kRevoke)) {
    (void)to_invitation(
        change, present_fields(change));  // what would be refused must not cost the old invitation
    (void)revoke(change, steps);
  }
  return upsert(change, kInvite, steps);
}

Applied TimelinesTarget::revoke(const Change& change, Steps& steps) {
  Applied applied{change.remote_id, std::nullopt, {}};
  if (steps.is_done(kRevoke)) return applied;
  steps.intend(kRevoke, change.key);
  try {
    client_.send_revocation(change.remote_id);
  } catch (const ConnectorError& error) {
    if (error.kind == ErrorKind::kConflict) {
      throw ConnectorError(
          error.kind,
          fmt::format("{}: accepted meanwhile; remove in the web UI (app.timelines.ai, "
                      "Account → Team)",
                      error.what()),
          error.code, error.http_status);
    }
    if (error.kind == ErrorKind::kMalformed && error.http_status < 300) {
      // A success that cannot be read says that something was done, not what.
      throw ConnectorError(ErrorKind::kUnknownOutcome, error.what());
    }
    if (error.kind != ErrorKind::kNotFound) throw;
    applied.note = "the invitation was already gone";
  }
  steps.done(kRevoke, change.remote_id);
  return applied;
}

Teammate TimelinesTarget::send_invitation(const Invitation& invitation) {
  Invitation spelled = invitation;
  if (spelled.team == "Default") spelled.team = default_team_;
  try {
    const Answer answer = client_.send_invitation(to_body(spelled));
    Teammate now = to_teammate(answer.data());
    if (fold_key(now.email) == fold_key(invitation.email)) return now;
    throw ConnectorError(
        ErrorKind::kMalformed,
        fmt::format("the answer to the invitation of {} is about {}",
                    escape_for_display(invitation.email), escape_for_display(now.email)));
  } catch (const ConnectorError& error) {
    throw_if_full(error);
    // A success that cannot be read says that something was done, not what.
    if (error.kind != ErrorKind::kMalformed || error.http_status >= 300) throw;
    throw ConnectorError(ErrorKind::kUnknownOutcome, error.what(), error.code, error.http_status);
  }
}

// How a full workspace answers is not documented, and a refusal may as well mean something else:
// only the counters can tell. They are read anew, because we have used up seats since the list.
void TimelinesTarget::throw_if_full(const ConnectorError& refusal) {
  if (!may_mean_no_seat(refusal)) return;
  std::optional<Seats> seats;
  try {
    seats = to_workspace(client_.fetch_workspace().data()).seats;
  } catch (const ConnectorError&) {
    return;  // the refusal itself says more than this
  }
  if (!seats || seats->free() > 0) return;
  throw ConnectorError(
      ErrorKind::kConflict,
      fmt::format("no seat is free: {} of {} are used; nothing was created. Add seats "
                  "or remove somebody. TimelinesAI said: {}",
                  seats->used, seats->total, refusal.what()),
      "seats_full", refusal.http_status);
}

std::vector<Lookup> TimelinesTarget::recover(const Unsettled& operation) {
  std::vector<Lookup> answers;
  for (const Change& change : operation.changes) {
    if (change.action != Action::kReinvite) return Target::recover(operation);
    answers.push_back(recover_reinvite(change, operation.step));
  }
  return answers;
}

// The new invitation has another id than the old one, so only its address can be looked up. One
// that is still expired, and one that is still to be revoked, may be sent again without harm.
Lookup TimelinesTarget::recover_reinvite(const Change& change, std::string_view step) {
  if (step == kRevoke) return {Presence::kAbsent, {}};
  const std::string email = email_of(change.after);
  Lookup seen = find({"", email.empty() ? change.key : email});
  const bool expired = seen.account.status == AccountStatus::kInviteExpired;
  if (seen.presence == Presence::kPresent && expired) return {Presence::kAbsent, {}};
  return seen;
}

const ConnectorKind& kind() {
  static const ConnectorKind kind{
      {.name = "timelines",
       .settings = setting_specs(),
       .capabilities = capabilities("", std::stod(std::string(kRequestsPerSecond)))},
      [](const SettingValues& values, HttpContext& http) -> std::unique_ptr<Target> {
        return std::make_unique<TimelinesTarget>(read_settings(values), http);
      }};
  return kind;
}

}  // namespace usher::timelines
