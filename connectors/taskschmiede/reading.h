#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "connectors/target.h"
#include "connectors/taskschmiede/convert.h"

namespace usher::taskschmiede {

/// One read of all users: what came, and what makes it doubtful.
///
/// Pages are cut from a list that is ordered by a time in whole seconds, so those who were created
/// together may change places between two pages: somebody comes twice and somebody else not at all.
class Reading {
 public:
  /// Both must outlive the reading.
  Reading(Receipt& receipt, AccountSink& sink) : receipt_(receipt), sink_(sink) {}

  /// False when the user was seen before.
  [[nodiscard]] bool take(const User& user);
  void close_page(const UserPage& page);
  /// The rest cannot be read.
  void break_off(const std::string& reason);
  /// Compares what came with what was announced and with the members; `me` must be among them.
  void close(const MemberList& members, const std::string& me);

  [[nodiscard]] bool is_drained() const { return is_drained_; }
  /// So many came, twice or not: where the next page begins.
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  void look_for_twin(const User& user);
  void look_at_status(const User& user);
  void look_for_members(const MemberList& members);

  Receipt& receipt_;
  AccountSink& sink_;
  std::unordered_set<std::string> ids_;
  std::unordered_map<std::string, std::string> by_address_;  ///< folded address → who has it
  std::unordered_set<std::string> odd_statuses_;
  std::uint64_t rows_ = 0;
  std::size_t known_ = 0;  ///< how many different ones the pages before brought
  bool is_drained_ = false;
};

}  // namespace usher::taskschmiede
