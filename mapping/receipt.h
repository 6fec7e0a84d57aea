#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace usher {

/// The proof that comes with every read. A read is complete or says why it is not; only two
/// complete receipts (source and target) together allow a removal.
struct Receipt {
  std::uint64_t pages = 0;
  std::uint64_t entries = 0;
  std::optional<std::uint64_t> expected;  ///< the total that the other side announced
  std::string result;                     ///< the protocol's last word: `200`, `LDAP 0 success`
  std::vector<std::string> parts;    ///< what was read: file names; empty where there is one whole
  std::vector<std::string> reasons;  ///< why the read is not complete; empty: it is

  [[nodiscard]] bool complete() const { return reasons.empty(); }
  void incomplete(std::string reason) { reasons.push_back(std::move(reason)); }
};

/// Seats of a workspace, as the provider counts them.
struct Seats {
  std::int64_t total = 0;
  std::int64_t used = 0;

  [[nodiscard]] std::int64_t free() const { return total > used ? total - used : 0; }
};

}  // namespace usher
