#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/json.h"
#include "mapping/account.h"
#include "mapping/receipt.h"

/// Everything that turns the Partner API's JSON into our words and back. Pure: no clock, no socket.
namespace usher::timelines_partner {

/// One user of a workspace: its Owner, a placeholder, or somebody invited another way.
struct User {
  std::string id;
  std::string role;        ///< empty: not told
  std::string status;      ///< `active`, `activated`, …
  std::string created_at;  ///< RFC 3339
};

/// `GET /workspaces/{workspace_id}`: the only way to list users.
struct Workspace {
  std::string id;
  std::string display_name;
  std::optional<Seats> seats;
  std::vector<User> users;
  std::set<std::string, std::less<>> connected;  ///< ids of users with WhatsApp
  std::set<std::string, std::less<>> invited;    ///< ids of users with an open QR link
  std::size_t unattributed = 0;     ///< WhatsApp accounts connected to nobody we know of
  std::uint64_t rows = 0;           ///< users, readable or not
  std::vector<std::string> faults;  ///< one sentence for each entry that could not be read

  [[nodiscard]] const User* find(std::string_view user_id) const;
  /// Whether somebody can reach customers as this user, now or by scanning a link they hold.
  [[nodiscard]] bool in_use(std::string_view user_id) const;
};

/// Throws ConnectorError `kMalformed` when there is no list of users at all.
[[nodiscard]] Workspace to_workspace(const Json& body);

/// Nothing of a person is in it: the address is made up and never matched, so the key stays empty.
[[nodiscard]] Account to_account(const User& user, const Workspace& workspace);

[[nodiscard]] bool is_owner(const User& user);
[[nodiscard]] bool is_active(const User& user);

/// The ids that `POST …/users` created, in the order of the answer. Throws `kMalformed`.
[[nodiscard]] std::vector<User> to_created(const Json& body);

/// What is noted before a batch leaves, so that a lost answer can be settled: who was there.
struct BatchNote {
  std::set<std::string, std::less<>> known;
  std::size_t count = 0;
};
[[nodiscard]] std::string to_context(const Workspace& before, std::size_t count);
/// Nothing when `context` is not such a note.
[[nodiscard]] std::optional<BatchNote> from_context(std::string_view context);

/// Whom a batch created whose answer was lost: the users who were not there before, when they are
/// exactly as many as were asked for and each came into being between `from` and `to` (seconds
/// since the epoch, by the provider's clock). Others create users too, so anything else proves
/// nothing.
struct Arrivals {
  bool none = false;        ///< nobody is new: the batch was not carried out
  std::vector<User> users;  ///< the whole batch; empty: it cannot be told
};
[[nodiscard]] Arrivals find_arrivals(const Workspace& now, const BatchNote& note, std::int64_t from,
                                     std::int64_t to);

/// RFC 3339 as seconds since the epoch; nothing when it is not such a text.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace usher::timelines_partner
