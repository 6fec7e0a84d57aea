#pragma once

#include <string>

#include "mapping/value.h"

namespace usher {

enum class AccountStatus { kActive, kInactive, kInvited, kInviteExpired, kUnknown };

[[nodiscard]] std::string_view to_string(AccountStatus status);

/// One user as the target has it, or as the mapping says it should be.
struct Account {
  std::string remote_id;  ///< empty: not created yet
  std::string
      key;  ///< the identifying value as the target writes it (e-mail, userName); may be empty
  Fields fields;  ///< target attributes in canonical form
  AccountStatus status = AccountStatus::kActive;
  std::string untouchable;  ///< why nobody may change it (`owner`, `the account we log in with`);
                            ///< empty: free
  std::string created_at;   ///< RFC 3339, UTC; empty: the provider does not say

  /// Whether somebody can use it now. A provider that has no suspension says here what stands for
  /// one (a placeholder without WhatsApp and without an open QR link cannot be used).
  bool usable = true;
};

}  // namespace usher
