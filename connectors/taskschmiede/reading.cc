#include "connectors/taskschmiede/reading.h"

#include <fmt/format.h>

#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

std::string name_of(const User& user) {
  return fmt::format("{} ({})", escape_for_display(user.email), escape_for_display(user.id));
}

}  // namespace

bool Reading::take(const User& user) {
  if (!ids_.insert(user.id).second) return false;
  look_for_twin(user);
  look_at_status(user);
  return true;
}

void Reading::close_page(const UserPage& page) {
  ++receipt_.pages;
  rows_ += page.rows;
  for (const std::string& fault : page.faults) {
    receipt_.incomplete("a user could not be read: " + fault);
  }
  if (receipt_.expected && *receipt_.expected != page.total) {
    receipt_.incomplete(
        fmt::format("the number of users changed from {} to {} while they were read",
                    *receipt_.expected, page.total));
  }
  receipt_.expected = page.total;
  const bool brings_nobody = ids_.size() == known_;
  known_ = ids_.size();
  is_drained_ = brings_nobody || rows_ >= page.total;
}

void Reading::break_off(const std::string& reason) {
  receipt_.incomplete(reason);
  is_drained_ = true;
}

void Reading::close(const MemberList& members, const std::string& me) {
  receipt_.entries = ids_.size();
  const std::uint64_t announced = receipt_.expected.value_or(0);
  if (announced != ids_.size()) {
    receipt_.incomplete(
        fmt::format("{} users were announced and {} different ones came", announced, ids_.size()));
  }
  if (!ids_.contains(me)) {
    receipt_.incomplete(
        "the list lacks the account that reads it, and only members of the organisation may");
  }
  look_for_members(members);
  if (members.may_be_cut()) {
    receipt_.incomplete(
        fmt::format("the organisation shows {} members, and the server never shows more: roles may "
                    "be incomplete",
                    members.rows));
  }
}

void Reading::look_for_members(const MemberList& members) {
  std::string first;
  std::size_t missing = 0;
  for (const Member& member : members.members) {
    if (!ids_.contains(member.user_id) && ++missing == 1) first = member.user_id;
  }
  if (missing == 0) return;
  receipt_.incomplete(fmt::format(
      "{} members of the organisation are not among its users ({}, …): others may be missing too",
      missing, escape_for_display(first)));
}

void Reading::look_for_twin(const User& user) {
  const auto [other, is_first] = by_address_.emplace(fold_key(user.email), name_of(user));
  if (is_first) return;
  sink_.problem(
      {.message = fmt::format("{} and {} have one e-mail address in two spellings; to Taskschmiede "
                              "they are two people, and usher cannot tell which one is meant: give "
                              "one of them another address, or remove it",
                              other->second, name_of(user))});
}

void Reading::look_at_status(const User& user) {
  if (to_status(user.status) != AccountStatus::kUnknown) return;
  if (!odd_statuses_.insert(user.status).second) return;
  sink_.problem({.message = fmt::format(
                     "{} has the status '{}', which usher does not know: nobody with it is "
                     "reactivated. Set it to active, inactive or suspended",
                     name_of(user), escape_for_display(user.status))});
}

}  // namespace usher::taskschmiede
