#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/target.h"
#include "daemon/store/store.h"

namespace usher {

/// What became of an operation that an earlier run began and never settled.
struct Resolution {
  enum class Outcome {
    kApplied,  ///< it was carried out
    kFailed,   ///< it was not; planning it again is safe
    kUnknown,  ///< nobody can tell yet: the person is left alone
  };
  Operation operation;
  Outcome outcome = Outcome::kUnknown;
  std::string remote_id;    ///< of the account it left behind
  bool drops_link = false;  ///< the linked account is gone, by our hand
  std::string note;
};

/// The link of whom `operation` was begun for, where there is none yet; without account and dates.
[[nodiscard]] Link link_begun_by(const Operation& operation);

/// Looks up every operation of `operations`. `accounts` is the list just read; where it is
/// complete it answers for providers that can only list.
[[nodiscard]] std::vector<Resolution> resolve(const std::vector<Operation>& operations,
                                              Target& target, const std::vector<Account>& accounts,
                                              bool list_complete, std::int64_t now);

}  // namespace usher
