#include "mapping/account.h"

namespace usher {

std::string_view to_string(AccountStatus status) {
  switch (status) {
    case AccountStatus::kActive:
      return "active";
    case AccountStatus::kInactive:
      return "inactive";
    case AccountStatus::kInvited:
      return "invited";
    case AccountStatus::kInviteExpired:
      return "invite_expired";
    case AccountStatus::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace usher
