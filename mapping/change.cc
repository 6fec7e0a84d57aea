#include "mapping/change.h"

#include <utility>

namespace usher {
namespace {

/// The one table of words for an enum; used in both directions.
template <typename E, std::size_t N>
using Words = std::array<std::pair<E, std::string_view>, N>;

constexpr Words<Action, 11> kActionWords{{{Action::kAdopt, "adopt"},
                                          {Action::kRevoke, "revoke"},
                                          {Action::kDeactivate, "deactivate"},
                                          {Action::kDelete, "delete"},
                                          {Action::kUpdate, "update"},
                                          {Action::kReactivate, "reactivate"},
                                          {Action::kReinvite, "reinvite"},
                                          {Action::kAssign, "assign"},
                                          {Action::kCreate, "create"},
                                          {Action::kInvite, "invite"},
                                          {Action::kManual, "manual"}}};

constexpr Words<Cause, 5> kCauseWords{{{Cause::kJoiner, "joiner"},
                                       {Cause::kMover, "mover"},
                                       {Cause::kLeaver, "leaver"},
                                       {Cause::kDrift, "drift"},
                                       {Cause::kConfiguration, "configuration"}}};

constexpr Words<ChangeStatus, 7> kStatusWords{{{ChangeStatus::kPlanned, "planned"},
                                               {ChangeStatus::kHeld, "held"},
                                               {ChangeStatus::kWaiting, "waiting"},
                                               {ChangeStatus::kApplied, "applied"},
                                               {ChangeStatus::kFailed, "failed"},
                                               {ChangeStatus::kSkipped, "skipped"},
                                               {ChangeStatus::kUnknown, "unknown"}}};

constexpr Words<HoldClass, 6> kHoldClassWords{{{HoldClass::kRemovals, "removals"},
                                               {HoldClass::kUpdates, "updates"},
                                               {HoldClass::kCreates, "creates"},
                                               {HoldClass::kAdoptions, "adoptions"},
                                               {HoldClass::kConfiguration, "configuration"},
                                               {HoldClass::kSeats, "seats"}}};

template <typename E, std::size_t N>
std::string_view word_of(const Words<E, N>& words, E value) {
  for (const auto& [candidate, word] : words) {
    if (candidate == value) return word;
  }
  return "?";
}

template <typename E, std::size_t N>
std::optional<E> parse_word(const Words<E, N>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

/// Appends `text` and a separator that cannot be part of it, so that no two lists of parts give
/// the same line.
void append_part(std::string& line, std::string_view text) {
  for (const char c : text) {
    if (c == '\\' || c == '\x1f' || c == '\n') line += '\\';
    line += c == '\n' ? 'n' : c == '\x1f' ? '_' : c;
  }
  line += '\x1f';
}

}  // namespace

std::string_view to_string(Action action) {
  return word_of(kActionWords, action);
}
std::string_view to_string(Cause cause) {
  return word_of(kCauseWords, cause);
}
std::string_view to_string(ChangeStatus status) {
  return word_of(kStatusWords, status);
}
std::string_view to_string(HoldClass hold_class) {
  return word_of(kHoldClassWords, hold_class);
}

std::optional<Action> parse_action(std::string_view text) {
  return parse_word(kActionWords, text);
}
std::optional<Cause> parse_cause(std::string_view text) {
  return parse_word(kCauseWords, text);
}
std::optional<HoldClass> parse_hold_class(std::string_view text) {
  return parse_word(kHoldClassWords, text);
}

bool is_removal(const Change& change) {
  return is_read_back(change) || change.lowers_entitlement;
}

bool is_read_back(const Change& change) {
  return change.action == Action::kRevoke || change.action == Action::kDeactivate ||
         change.action == Action::kDelete;
}

bool is_creation(const Change& change) {
  return change.action == Action::kCreate || change.action == Action::kInvite ||
         change.action == Action::kAssign;
}

bool is_adoption(const Change& change) {
  return change.action == Action::kAdopt ||
         (change.action == Action::kReinvite && change.cause == Cause::kJoiner);
}

bool ends_link(const Change& change) {
  return change.action == Action::kDelete ||
         (change.action == Action::kRevoke && change.cause != Cause::kDrift);
}

bool sends(const Change& change) {
  return change.action != Action::kManual &&
         !(change.action == Action::kAdopt && change.fields.empty());
}

std::string identity_line(const Change& change) {
  std::string line;
  append_part(line, to_string(change.action));
  append_part(line, change.source_id);
  append_part(line, change.remote_id);
  append_part(line, change.key);
  if (!change.after) return line;
  for (const std::string& field : change.fields) {
    const Value* value = change.after->find(field);
    append_part(line, field + "=" + (value ? to_text(*value) : std::string()));
  }
  return line;
}

}  // namespace usher
