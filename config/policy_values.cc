#include "config/policy_values.h"

#include <algorithm>
#include <utility>

#include "mapping/text.h"

namespace usher {
namespace {

// The words of the file for each value; in keys.cc they are the choices of the key.
template <typename Enum>
Enum to_enum(const SettingValues& values, std::string_view name,
             std::initializer_list<std::pair<std::string_view, Enum>> words) {
  const std::string word = values.text_or(name, words.begin()->first);
  const auto* at = std::find_if(words.begin(), words.end(),
                                [&word](const auto& candidate) { return candidate.first == word; });
  return at == words.end() ? words.begin()->second : at->second;
}

int to_int(const SettingValues& values, std::string_view name, int otherwise) {
  return values.has(name) ? static_cast<int>(values.integer(name)) : otherwise;
}

LeaverPolicy to_leavers(const SettingValues& values) {
  LeaverPolicy leavers;
  leavers.action = to_enum<LeaverAction>(values, "leavers.do",
                                         {{"flag", LeaverAction::kFlag},
                                          {"keep", LeaverAction::kKeep},
                                          {"deactivate", LeaverAction::kDeactivate},
                                          {"delete", LeaverAction::kDelete}});
  leavers.reads = to_int(values, "leavers.reads", leavers.reads);
  leavers.after = to_seconds(values, "leavers.after");
  if (values.has("leavers.delete_after")) {
    leavers.delete_after = to_seconds(values, "leavers.delete_after");
  }
  return leavers;
}

InvitationPolicy to_invitations(const SettingValues& values) {
  InvitationPolicy invitations;
  invitations.expired = to_enum<ExpiredInvitation>(values, "invitations.expired",
                                                   {{"reinvite", ExpiredInvitation::kReinvite},
                                                    {"revoke", ExpiredInvitation::kRevoke},
                                                    {"keep", ExpiredInvitation::kKeep}});
  invitations.max = to_int(values, "invitations.max", invitations.max);
  invitations.every = to_seconds(values, "invitations.every");
  return invitations;
}

Limits to_limits(const SectionValues& read, const SourceText& text, const std::string& where) {
  const auto placed = [&](std::string_view name, Placed<int>& limit) {
    const FoundSetting* found = read.find(name);
    limit.value = to_int(read.values, name, limit.value);
    limit.where = found == nullptr ? where : text.where(found->key_offset);
  };
  Limits limits;
  placed("limits.removals.percent", limits.removals_percent);
  placed("limits.removals.count", limits.removals_count);
  placed("limits.removals.per_day", limits.removals_per_day);
  placed("limits.removals.per_week", limits.removals_per_week);
  placed("limits.updates.percent", limits.updates_percent);
  placed("limits.creates.count", limits.creates_count);
  return limits;
}

/// An account is named by its key, which compares folded, or by its remote id, which does not.
Texts to_protected(const SettingValues& values) {
  Texts accounts;
  if (!values.has("protected")) return accounts;
  for (const std::string& text : values.texts("protected")) {
    accounts.push_back(text);
    accounts.push_back(fold_key(text));
  }
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  return accounts;
}

}  // namespace

Policy to_policy(const SectionValues& read, const SourceText& text, const std::string& where) {
  const SettingValues& values = read.values;
  Policy policy;
  policy.adopt = to_enum<Adopt>(
      values, "adopt", {{"auto", Adopt::kAuto}, {"hold", Adopt::kHold}, {"never", Adopt::kNever}});
  policy.leavers = to_leavers(values);
  policy.vanished = to_enum<Vanished>(
      values, "vanished", {{"recreate", Vanished::kRecreate}, {"report", Vanished::kReport}});
  policy.reactivate_always = values.text_or("reactivate", "own") == "always";
  policy.invitations = to_invitations(values);
  policy.protected_accounts = to_protected(values);
  // Only connectors that give accounts to somebody else have these two.
  policy.reuse = values.has("reuse") && values.flag("reuse");
  if (values.has("reuse_after")) policy.reuse_after = to_seconds(values, "reuse_after");
  policy.limits = to_limits(read, text, where);
  return policy;
}

Mode to_mode(const SettingValues& values) {
  return to_enum<Mode>(values, "mode", {{"plan", Mode::kPlan}, {"apply", Mode::kApply}});
}

std::chrono::seconds to_seconds(const SettingValues& values, std::string_view name) {
  if (!values.has(name)) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(values.duration(name));
}

}  // namespace usher
