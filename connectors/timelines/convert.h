#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/json.h"
#include "mapping/account.h"
#include "mapping/change.h"
#include "mapping/receipt.h"

/// Everything that turns the Public API's JSON into our words and back. Pure: no clock, no socket.
namespace usher::timelines {

/// `GET /workspace`.
struct Workspace {
  std::string id;  ///< the slug
  std::string display_name;
  std::string plan;
  std::optional<Seats> seats;  ///< nothing: the provider did not say
  std::int64_t api_calls_total = 0;
  std::int64_t api_calls_used = 0;
  std::int64_t api_calls_end =
      0;  ///< end of the quota's period, seconds since the epoch; 0: unknown
};

/// One member or pending invitation, with the words as the provider wrote them.
struct Teammate {
  std::string user_id;
  std::string display_name;
  std::string email;
  std::string role;               ///< label (`Team supervisor`); empty on old deployments
  std::string team;               ///< title; empty on old deployments
  std::string status;             ///< `Active`, `Invited`, `Suspended`, …
  std::string invitation_status;  ///< `Expired`, …; empty for members
  std::string created_at;         ///< `2025-07-02 09:10:11 +0200`
};

/// The body of `POST /workspace/invitations`; empty texts are left out.
struct Invitation {
  std::string email;
  std::string first_name;
  std::string last_name;
  std::string team;
  std::string role;
};

/// Throw ConnectorError `kMalformed` when something that is always there is missing or of another
/// kind. What an older or newer version leaves out or adds is tolerated.
[[nodiscard]] Workspace to_workspace(const Json& data);
[[nodiscard]] Teammate to_teammate(const Json& item);

/// What `GET /workspace/teammates` holds beside its rows.
struct TeammateList {
  Texts teams;                      ///< titles, as they must be written; empty on old deployments
  std::uint64_t rows = 0;           ///< readable or not
  std::vector<std::string> faults;  ///< one sentence for each row that could not be read
};

/// Hands each readable row to `each`. Throws `kMalformed` when there is no list at all.
[[nodiscard]] TeammateList read_teammates(const Json& data,
                                          const std::function<void(Teammate)>& each);

/// `me` is the id of the account that the token belongs to; empty: not known.
[[nodiscard]] Account to_account(const Teammate& teammate, std::string_view me);

/// `Team supervisor` → `team_supervisor`: labels and tokens in the form in which requests take
/// them.
[[nodiscard]] std::string role_token(std::string_view label);

/// The documentation's `Default team` is called `Default` by the product; this is the one we keep.
[[nodiscard]] std::string canonical_team(std::string_view title);

[[nodiscard]] AccountStatus to_status(std::string_view status, std::string_view invitation_status);

/// Whether a status word is one that we have seen or that the vendor's pages use. Others count as
/// *not active* too, but a human should hear of them.
[[nodiscard]] bool is_known_status(std::string_view status);

/// Why the account that a token belongs to cannot manage people; empty: it can.
[[nodiscard]] std::string role_problem(const Teammate& me);

/// Accounts of the Partner API live in the same workspace under a made-up address: nobody reads
/// it, and it must never be mailed or matched.
[[nodiscard]] bool is_placeholder(std::string_view email);

/// What `change` asks for. Role and team are always both named, because an upsert without them may
/// reset them: the one that the change does not speak of comes from `present`, the fields that the
/// account was last seen with; so does the spelling of the address of somebody who is there.
/// Throws `kRejected` for what must not leave: the owner's role, a placeholder's address, an update
/// without a role, text that JSON or the provider cannot take.
[[nodiscard]] Invitation to_invitation(const Change& change, const Fields& present);
[[nodiscard]] std::string to_body(const Invitation& invitation);

/// `2026-01-05 10:00:00 +0100` as seconds since the epoch; nothing when it is not such a text.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace usher::timelines
