// What has to change for one person in one target.
//
//   person    account         link        → what follows
//   ────────────────────────────────────────────────────────────────────────────────────────────
//   unknown   any             any         nothing: undecided, everything stays as it is
//   present   absent          none        joiner: create, invite or assign
//   present   unknown         none        joiner with a look-up before the write; undecided where
//                                         the provider has no look-up
//   present   present         none        adopt (link it, repair what differs); conflict with
//                                         `adopt: never`
//   present   absent          live        vanished: recreate once (cause drift), then only report
//   present   unknown         any link    left alone
//   present   active          live        update where fields differ; else unchanged
//   present   inactive        live        a warning: somebody suspended it (or `reactivate:
//   always`) present   inactive        released    reactivate: the person came back present invited
//   live        update; a changed key is a reinvite of two steps present   invite expired  live
//   reinvite, revoke or keep, by policy and number of mails absent    absent          any link the
//   link is dropped; where the provider has no look-up, only
//                                         when the next complete list lacks the account too
//   absent    unknown         any link    left alone
//   absent    active          live        leaver: keep, flag (manual), deactivate or delete
//   absent    invited         live        leaver: revoke
//   absent    inactive        live        somebody was faster: the link is released
//   absent    inactive        released    nothing, until `delete_after` has passed: delete
//   nobody    present         none        unmanaged: listed and left alone
//   any       untouchable     any         nothing, ever
//
// A key or another attribute that the provider cannot change is a manual change beside whatever
// can be sent. A change whose person is absent but not for long enough yet is `waiting`.

#include "mapping/decide.h"

#include <fmt/format.h>

#include <algorithm>

#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::int64_t kRecreateOncePer = 30 * 86'400;

/// Access is gone, or was never there: nothing that a removal could take away.
bool is_powerless(const Account& account) {
  return account.status == AccountStatus::kInactive;
}

bool is_invitation(const Account& account) {
  return account.status == AccountStatus::kInvited ||
         account.status == AccountStatus::kInviteExpired;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string instructions(std::string text, std::string_view key, std::string_view new_key = {}) {
  replace_all(text, "{key}", key);
  replace_all(text, "{new_key}", new_key);
  return text;
}

/// Brings the parts of one decision together; all of them are values of the caller.
class Decider {
 public:
  Decider(const Situation& situation, const Policy& policy, const Capabilities& can)
      : s_(situation), policy_(policy), can_(can) {}

  Decision decide() {
    if (s_.account != nullptr && is_untouchable()) return verdict(Verdict::kProtected);
    switch (s_.person.presence) {
      case Presence::kUnknown:
        return verdict(Verdict::kUndecided, s_.person.why);
      case Presence::kPresent:
        return s_.link != nullptr ? linked() : unlinked();
      case Presence::kAbsent:
        return s_.link != nullptr ? leaver() : Decision{};
    }
    return {};
  }

 private:
  [[nodiscard]] bool is_untouchable() const {
    const Account& account = *s_.account;
    if (!account.untouchable.empty()) return true;
    const std::string key = fold_key(account.key);
    return std::ranges::any_of(policy_.protected_accounts, [&](const std::string& entry) {
      return entry == account.remote_id || (!key.empty() && fold_key(entry) == key);
    });
  }

  static Decision verdict(Verdict value, std::string note = {},
                          Bookkeeping bookkeeping = Bookkeeping::kNone) {
    return {value, {}, bookkeeping, std::move(note)};
  }

  Decision changes(std::vector<Change> list, Bookkeeping bookkeeping = Bookkeeping::kNone) {
    return {
        list.empty() ? Verdict::kUnchanged : Verdict::kChange, std::move(list), bookkeeping, {}};
  }

  // ── nobody has linked the person yet ───────────────────────────────────────────────────────

  Decision unlinked() {
    switch (s_.remote) {
      case Presence::kPresent:
        return adopt();
      case Presence::kAbsent:
        return changes({creation(Cause::kJoiner, s_.person.why + " and has no account yet")});
      case Presence::kUnknown:
        break;
    }
    if (!can_.has_lookup || can_.key.empty()) {
      return verdict(Verdict::kUndecided,
                     "the target was not read completely and cannot be asked for one account, so "
                     "nobody knows whether this person has one already");
    }
    Change change = creation(
        Cause::kJoiner,
        s_.person.why + "; looked up right before the write, because the list was not complete");
    change.needs_lookup = true;
    return changes({std::move(change)});
  }

  Change creation(Cause cause, std::string reason) const {
    Change change = base(can_.creation, cause, std::move(reason));
    change.remote_id.clear();
    change.before.reset();
    change.after = s_.person.desired.fields;
    for (const auto& [name, value] : s_.person.desired.fields) change.fields.push_back(name);
    change.requests = requests_of(change, can_);
    change.sends_mail = can_.creation_mails;
    return change;
  }

  Decision adopt() {
    if (policy_.adopt == Adopt::kNever) {
      return verdict(Verdict::kConflict,
                     fmt::format("account {} has this person's {} already, and `adopt: never` "
                                 "forbids taking it over; set `adopt: hold` or remove the account",
                                 s_.account->remote_id, can_.key));
    }
    if (s_.account->status == AccountStatus::kInviteExpired &&
        policy_.invitations.expired == ExpiredInvitation::kReinvite && can_.can_reinvite) {
      return changes(
          {reinvite(Cause::kJoiner, "has an expired invitation that usher did not send", {})});
    }
    Change change =
        base(Action::kAdopt, Cause::kJoiner,
             fmt::format("has account {} already: it is linked", s_.account->remote_id));
    const std::vector<std::string> different = difference();
    fill_difference(change, updatable(different));
    if (!change.fields.empty()) change.reason += ", and what differs is set right";
    change.sends_mail = may_mail_again(change);
    std::vector<Change> list{std::move(change)};
    append_manual_update(list, Cause::kJoiner, different);
    Decision decision = changes(std::move(list));
    if (s_.account->status == AccountStatus::kInactive) {
      decision.note =
          "the account is suspended; usher does not reactivate what somebody else suspended";
    }
    return decision;
  }

  // ── the person has a link ──────────────────────────────────────────────────────────────────

  Decision linked() {
    switch (s_.remote) {
      case Presence::kUnknown:
        return verdict(
            Verdict::kUndecided,
            "the account was not seen in the target, but that does not prove that it is gone: "
            "it is left alone");
      case Presence::kAbsent:
        return vanished();
      case Presence::kPresent:
        break;
    }
    if (s_.link->released_at != 0) return returned();
    switch (s_.account->status) {
      case AccountStatus::kInactive:
      case AccountStatus::kUnknown:
        return suspended();
      case AccountStatus::kInviteExpired:
        return expired_invitation();
      case AccountStatus::kActive:
      case AccountStatus::kInvited:
        break;
    }
    return compare();
  }

  [[nodiscard]] Bookkeeping seen() const {
    return s_.link->missing_since != 0 ? Bookkeeping::kSeen : Bookkeeping::kNone;
  }

  Decision compare() {
    const std::vector<std::string> different = difference();
    if (different.empty()) {
      const bool is_known = s_.link->desired_digest == wanted_now();
      return verdict(Verdict::kUnchanged, {}, is_known ? seen() : Bookkeeping::kSeen);
    }

    const bool key_changed = std::ranges::find(different, can_.key) != different.end();
    const Cause cause = cause_of_update();
    if (key_changed && is_invitation(*s_.account) && can_.can_reinvite && !is_updatable(can_.key)) {
      return changes(
          {reinvite(cause, "the invitation went to an address that has changed", different)},
          seen());
    }
    std::vector<Change> list;
    if (std::vector<std::string> fields = updatable(different); !fields.empty()) {
      list.push_back(update(cause, fields));
    }
    // Of an account that usher took over nobody else need have changed what usher cannot write.
    const bool was_never_ours = cause == Cause::kDrift && s_.link->origin == Origin::kAdopted;
    append_manual_update(list, was_never_ours ? Cause::kJoiner : cause, different);
    return changes(std::move(list), seen());
  }

  Change update(Cause cause, const std::vector<std::string>& fields) const {
    Change change =
        base(can_.can_update ? Action::kUpdate : Action::kManual, cause, reason_of(cause));
    if (!s_.account->key.empty()) change.key = s_.account->key;
    fill_difference(change, fields);
    change.sends_mail = may_mail_again(change);
    tell_losses(change);
    return change;
  }

  void tell_losses(Change& change) const {
    if (!change.lowers_entitlement) return;
    for (const std::string& field : change.fields) {
      const AttributeSpec* spec = can_.find(field);
      const bool loses = spec != nullptr && !spec->loss_means.empty() &&
                         lowers(*spec, change.before->find(field), change.after->find(field));
      if (loses) change.reason += ". " + spec->loss_means;
    }
  }

  /// To write to an open invitation may send its mail once more.
  [[nodiscard]] bool may_mail_again(const Change& change) const {
    return sends(change) && can_.update_of_invited_mails && is_invitation(*s_.account);
  }

  /// What of `different` the provider cannot change.
  void append_manual_update(std::vector<Change>& list, Cause cause,
                            const std::vector<std::string>& different) const {
    const std::vector<std::string> fields = not_updatable(different);
    if (fields.empty()) return;
    const bool key_changed = contains_name(fields, can_.key);
    Change change = base(Action::kManual, cause, {});
    fill_difference(change, fields);
    change.reason =
        key_changed && !can_.manual_rename.empty()
            ? instructions(can_.manual_rename, s_.account->key, s_.person.desired.key)
            : fmt::format(
                  "the provider's API cannot change {} of an existing account: change it by hand",
                  fmt::join(fields, ", "));
    list.push_back(std::move(change));
  }

  Change reinvite(Cause cause, std::string reason, const std::vector<std::string>& fields) const {
    Change change = base(Action::kReinvite, cause, std::move(reason));
    fill_difference(change, fields.empty() ? difference() : fields);
    change.after = s_.person.desired.fields;  // an invitation says everything anew
    change.sends_mail = true;
    const bool readdressed = std::ranges::find(change.fields, can_.key) != change.fields.end();
    change.requests = readdressed ? 2 : 1;
    return change;
  }

  Decision expired_invitation() {
    // Another address is another invitation: what was sent to the old one does not count for it.
    if (fold_key(s_.person.desired.key) != fold_key(s_.account->key)) return compare();
    switch (policy_.invitations.expired) {
      case ExpiredInvitation::kKeep:
        return compare();
      case ExpiredInvitation::kRevoke:
        return withdraw();
      case ExpiredInvitation::kReinvite:
        break;
    }
    if (!can_.can_reinvite) return compare();
    if (s_.link->invitations >= policy_.invitations.max) {
      return verdict(Verdict::kUnchanged,
                     fmt::format("the invitation has expired and {} were sent already "
                                 "(`invitations.max: {}`): ask the person whether mail arrives",
                                 s_.link->invitations, policy_.invitations.max),
                     seen());
    }
    if (s_.now - s_.link->invited_at < policy_.invitations.every.count()) {
      return verdict(Verdict::kUnchanged, {}, seen());
    }
    return changes({reinvite(Cause::kDrift, "the invitation has expired", {})}, seen());
  }

  Decision withdraw() {
    if (!can_.can_revoke) return compare();
    Change change =
        base(Action::kRevoke, Cause::kDrift,
             "the invitation has expired and `invitations.expired: revoke` withdraws it");
    change.before = s_.account->fields;
    return changes({std::move(change)}, seen());
  }

  Decision suspended() {
    if (policy_.reactivate_always && can_.can_reactivate) {
      return changes({base(Action::kReactivate, Cause::kDrift,
                           "somebody suspended the account and `reactivate: always` undoes that")},
                     seen());
    }
    return verdict(Verdict::kUnchanged,
                   fmt::format("the account's status is `{}`: somebody suspended it in the target; "
                               "usher leaves that alone unless `reactivate: always`",
                               to_string(s_.account->status)),
                   seen());
  }

  /// A leaver whose access we took away is wanted again.
  Decision returned() {
    if (is_powerless(*s_.account)) {
      const Action action = can_.can_reactivate ? Action::kReactivate : Action::kManual;
      Change change =
          base(action, Cause::kJoiner, "came back after usher had deactivated the account");
      if (action == Action::kManual) {
        change.reason += "; the provider's API cannot reactivate it: do it by hand";
        change.after = s_.person.desired.fields;
      }
      return changes({std::move(change)});
    }
    if (!can_.assigns) return {Verdict::kUnchanged, {}, Bookkeeping::kRestore, {}};
    Change change =
        base(Action::kAssign, Cause::kJoiner, "came back to the placeholder held before");
    change.after = s_.person.desired.fields;
    return changes({std::move(change)});
  }

  Decision vanished() {
    const Link& link = *s_.link;
    if (link.withdrawn_at != 0) {
      return verdict(
          Verdict::kUnchanged,
          "the invitation expired and was withdrawn; `usher links drop` lets usher invite again");
    }
    if (link.released_at != 0) {
      return changes({creation(Cause::kJoiner, "came back; the old account is gone")});
    }
    if (policy_.vanished == Vanished::kReport) {
      return verdict(Verdict::kUndecided, fmt::format("account {} was deleted in the target and "
                                                      "`vanished: report` leaves it at that",
                                                      link.remote_id));
    }
    if (link.recreated_at != 0 && s_.now - link.recreated_at < kRecreateOncePer) {
      return verdict(
          Verdict::kUndecided,
          fmt::format("account {} has vanished again within 30 days of being created anew: "
                      "find out who deletes it",
                      link.remote_id));
    }
    if (!can_.has_lookup && link.missing_since == 0) {
      return {Verdict::kUnchanged,
              {},
              Bookkeeping::kMarkMissing,
              fmt::format("account {} is missing from the list for the first time; if the next run "
                          "does not see it either it is created anew",
                          link.remote_id)};
    }
    Change change =
        creation(Cause::kDrift, fmt::format("account {} was deleted in the target: it is "
                                            "created anew, once",
                                            link.remote_id));
    change.needs_lookup = can_.has_lookup;
    return changes({std::move(change)});
  }

  // ── the person is gone ─────────────────────────────────────────────────────────────────────

  Decision leaver() {
    switch (s_.remote) {
      case Presence::kUnknown:
        return verdict(
            Verdict::kUndecided,
            "the account of this leaver was not seen in the target, but that does not prove "
            "that it is gone: it is left alone");
      case Presence::kAbsent:
        return departed();
      case Presence::kPresent:
        break;
    }
    const LeaverPolicy& leavers = policy_.leavers;
    if (s_.link->acknowledged_at != 0 || leavers.action == LeaverAction::kKeep) {
      return verdict(Verdict::kUnchanged, {}, seen());
    }
    const bool released = s_.link->released_at != 0;
    if (is_powerless(*s_.account)) {
      if (!released && !s_.person.waiting) {
        return {Verdict::kUnchanged, {}, Bookkeeping::kRelease, {}};
      }
      return released && is_due_for_deletion() ? changes({removal(Action::kDelete)}, seen())
                                               : verdict(Verdict::kUnchanged, {}, seen());
    }
    if (released && !s_.account->usable) return verdict(Verdict::kUnchanged, {}, seen());
    return changes(removals(), seen());
  }

  /// Person and account are both gone. Without the link an account that one list has lost by
  /// mistake would be nobody's when it turns up again, and the leaver would keep it.
  Decision departed() const {
    if (s_.person.waiting) return {};
    const bool is_proven = can_.has_lookup || s_.link->missing_since != 0;
    return {Verdict::kNothing, {}, is_proven ? Bookkeeping::kDrop : Bookkeeping::kMarkMissing, {}};
  }

  [[nodiscard]] bool is_due_for_deletion() const {
    const auto& grace = policy_.leavers.delete_after;
    return can_.can_delete && grace && !s_.clock_in_doubt &&
           s_.now - s_.link->released_at >= grace->count();
  }

  std::vector<Change> removals() const {
    const LeaverAction wanted = policy_.leavers.action;
    if (wanted == LeaverAction::kFlag) return {manual_removal()};
    if (is_invitation(*s_.account) && can_.can_revoke) return {removal(Action::kRevoke)};
    if (wanted == LeaverAction::kDelete && can_.can_delete) return {removal(Action::kDelete)};
    if (can_.can_deactivate) return {removal(Action::kDeactivate)};

    std::vector<Change> list;
    if (Change weaker = demotion(); !weaker.fields.empty()) list.push_back(std::move(weaker));
    list.push_back(manual_removal());
    return list;
  }

  Change removal(Action action) const {
    Change change = base(action, Cause::kLeaver, s_.person.why);
    change.before = s_.account->fields;
    const std::string means = action == Action::kDelete       ? can_.delete_means
                              : action == Action::kDeactivate ? can_.deactivate_means
                                                              : std::string();
    if (!means.empty()) change.reason += ". " + instructions(means, change.key);
    return settle_waiting(std::move(change));
  }

  Change manual_removal() const {
    Change change = base(Action::kManual, Cause::kLeaver, s_.person.why);
    change.before = s_.account->fields;
    if (!can_.manual_removal.empty()) {
      change.reason += ". " + instructions(can_.manual_removal, change.key);
    }
    return settle_waiting(std::move(change));
  }

  /// What takes power from a leaver whose account the API cannot remove.
  Change demotion() const {
    Change change =
        base(Action::kUpdate, Cause::kLeaver,
             s_.person.why + "; the account cannot be removed by the API, so its role is lowered");
    change.before = Fields{};
    change.after = Fields{};
    for (const auto& [name, value] : can_.demotion) {
      const Value* actual = s_.account->fields.find(name);
      if (!differs(can_.find(name), value, actual)) continue;
      change.fields.push_back(name);
      if (actual != nullptr) change.before->set(name, *actual);
      change.after->set(name, value);
    }
    change.lowers_entitlement = true;
    return settle_waiting(std::move(change));
  }

  Change settle_waiting(Change change) const {
    if (s_.person.waiting) change.status = ChangeStatus::kWaiting;
    return change;
  }

  // ── parts ──────────────────────────────────────────────────────────────────────────────────

  Change base(Action action, Cause cause, std::string reason) const {
    Change change;
    change.action = action;
    change.cause = cause;
    change.source_id = s_.source_id;
    if (s_.account != nullptr) change.remote_id = s_.account->remote_id;
    change.key = s_.person.presence == Presence::kPresent            ? s_.person.desired.key
                 : s_.account != nullptr && !s_.account->key.empty() ? s_.account->key
                 : s_.link != nullptr                                ? s_.link->key
                                                                     : std::string();
    change.reason = std::move(reason);
    change.requests = requests_of(change, can_);
    return change;
  }

  [[nodiscard]] std::vector<std::string> difference() const {
    return differing_fields(s_.person.desired, s_.person.unread, *s_.account, can_);
  }

  [[nodiscard]] bool is_updatable(std::string_view field) const {
    const AttributeSpec* spec = can_.find(field);
    return can_.can_update && (spec == nullptr || spec->updatable);
  }

  [[nodiscard]] std::vector<std::string> updatable(std::vector<std::string> fields) const {
    std::erase_if(fields, [&](const std::string& field) { return !is_updatable(field); });
    return fields;
  }

  [[nodiscard]] std::vector<std::string> not_updatable(std::vector<std::string> fields) const {
    std::erase_if(fields, [&](const std::string& field) { return is_updatable(field); });
    return fields;
  }

  /// Fields, before, after, and whether power is taken away.
  void fill_difference(Change& change, const std::vector<std::string>& fields) const {
    change.fields = fields;
    change.before = Fields{};
    change.after = Fields{};
    for (const std::string& field : fields) {
      const Value* actual = s_.account->fields.find(field);
      const Value* wanted = s_.person.desired.fields.find(field);
      if (actual != nullptr) change.before->set(field, *actual);
      if (wanted != nullptr) change.after->set(field, *wanted);
      const AttributeSpec* spec = can_.find(field);
      if (spec != nullptr && spec->entitlement && lowers(*spec, actual, wanted)) {
        change.lowers_entitlement = true;
      }
    }
    change.requests = requests_of(change, can_);
  }

  /// Drift: we want what we wanted before. Configuration: the person is the same, the mapping is
  /// not.
  [[nodiscard]] std::string wanted_now() const {
    return desired_digest_of(s_.person.desired, can_, policy_.settings_hash);
  }

  [[nodiscard]] Cause cause_of_update() const {
    const Link& link = *s_.link;
    if (link.desired_digest.empty()) return Cause::kMover;
    if (link.desired_digest == wanted_now()) return Cause::kDrift;
    return person_changed(link.person_digest, s_.person.person_digest) ? Cause::kMover
                                                                       : Cause::kConfiguration;
  }

  static std::string reason_of(Cause cause) {
    switch (cause) {
      case Cause::kDrift:
        return "was changed in the target behind usher's back";
      case Cause::kConfiguration:
        return "the configuration has changed";
      default:
        return "has changed in the source";
    }
  }

  const Situation& s_;
  const Policy& policy_;
  const Capabilities& can_;
};

}  // namespace

Decision decide(const Situation& situation, const Policy& policy, const Capabilities& can) {
  return Decider(situation, policy, can).decide();
}

}  // namespace usher
