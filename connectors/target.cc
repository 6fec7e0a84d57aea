#include "connectors/target.h"

#include <algorithm>

#include "mapping/text.h"

namespace usher {
namespace {

bool same_value(const AttributeSpec& spec, const Value& wanted, const Value& found) {
  if (!spec.ignores_case) return wanted == found;
  const auto* a = std::get_if<std::string>(&wanted);
  const auto* b = std::get_if<std::string>(&found);
  return a && b ? fold_key(*a) == fold_key(*b) : wanted == found;
}

/// Whether `found` shows everything that the change was to write and the target gives back.
bool shows(const Capabilities& can, const Change& change, const Account& wanted,
           const Account& found) {
  return std::ranges::all_of(change.fields, [&](const std::string& field) {
    const AttributeSpec* spec = can.find(field);
    const Value* value = wanted.fields.find(field);
    if (!spec || !spec->returned || spec->local || !value) return true;
    const Value* now = found.fields.find(field);
    return now && same_value(*spec, *value, *now);
  });
}

/// A removal has been carried out when the account cannot be found or cannot be used any more.
Lookup after_removal(const Change& change, Lookup seen) {
  if (seen.presence == Presence::kUnknown) return seen;
  const bool gone = seen.presence == Presence::kAbsent;
  const bool inactive = !gone && change.action == Action::kDeactivate &&
                        (seen.account.status == AccountStatus::kInactive || !seen.account.usable);
  if (!gone && !inactive) return {Presence::kAbsent, {}};
  if (gone) {
    seen.account.remote_id = change.remote_id;
    seen.account.key = change.key;
    seen.account.status = AccountStatus::kInactive;
  }
  return {Presence::kPresent, std::move(seen.account)};
}

}  // namespace

AccountRef ref_of(const Change& change, const Capabilities& can) {
  const bool has_mark = !can.mark.empty() && change.after;
  const Value* mark = has_mark ? change.after->find(can.mark) : nullptr;
  const bool is_new = change.action == Action::kCreate || change.action == Action::kInvite;
  return {is_new ? std::string() : change.remote_id, change.key,
          mark == nullptr ? std::string() : to_text(*mark)};
}

bool is_meant(const AccountRef& ref, const Account& account, const Capabilities& can) {
  if (!ref.remote_id.empty()) return account.remote_id == ref.remote_id;
  if (!ref.key.empty() && fold_key(account.key) == fold_key(ref.key)) return true;
  const Value* mark = ref.mark.empty() ? nullptr : account.fields.find(can.mark);
  return mark != nullptr && to_text(*mark) == ref.mark;
}

std::vector<Lookup> Target::recover(const Unsettled& operation) {
  std::vector<Lookup> answers;
  for (const Change& change : operation.changes) {
    Lookup seen = find(ref_of(change, capabilities()));
    switch (change.action) {
      case Action::kDeactivate:
      case Action::kDelete:
      case Action::kRevoke:
        seen = after_removal(change, std::move(seen));
        break;
      case Action::kUpdate:
      case Action::kReactivate: {
        if (seen.presence != Presence::kPresent) break;
        Account wanted;
        wanted.remote_id = change.remote_id;
        wanted.key = change.key;
        if (change.after) wanted.fields = *change.after;
        const bool revived =
            change.action == Action::kUpdate ||
            (seen.account.status != AccountStatus::kInactive && seen.account.usable);
        if (!revived || !shows(capabilities(), change, canonical(wanted), seen.account)) {
          seen = {Presence::kAbsent, {}};
        }
        break;
      }
      default:
        break;  // a new account is there or it is not
    }
    answers.push_back(std::move(seen));
  }
  return answers;
}

}  // namespace usher
