#include "connectors/taskschmiede/sandbox_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "mapping/text.h"

namespace usher::sandbox::taskschmiede {
namespace {

constexpr std::int64_t kLoginLifetime = 8 * 3600;

constexpr SwitchSpec kSwitches[] = {
    {"taskschmiede_error_codes", "observed|documented", "observed",
     "documented: email_exists, invalid_email and already_member instead of the general codes"},
    {"taskschmiede_tool_errors", "raw|escaped", "raw",
     "whether quotes in the text of a tool's error are escaped, as JSON wants it"},
    {"taskschmiede_framing", "sse|json", "sse", "how answers of /mcp are framed"},
    {"taskschmiede_initialized", "optional|required", "optional",
     "tools are refused before notifications/initialized was sent"},
    {"taskschmiede_email_case", "sensitive|insensitive", "sensitive",
     "whether ann@ and Ann@ may be two people"},
    {"taskschmiede_tie_order", "stable|swap", "stable",
     "swap: those created in the same second change places from page to page"},
    {"taskschmiede_last_owner", "open|protected", "open",
     "protected: the last owner can be neither demoted nor removed"},
    {"taskschmiede_second_factor", "no|yes", "no", "yes: a login by REST asks for a second factor"},
    {"taskschmiede_organizations", "present|absent", "present",
     "whether a single user is shown with all organisations"},
    {"taskschmiede_login_rate", "rate", "5/min", "logins let through, by e-mail address"},
    {"taskschmiede_session_rate", "rate", "off",
     "calls of one MCP session; the real one has 60/min"},
    {"taskschmiede_address_rate", "rate", "off",
     "requests of one address; the real one has 120/min"},
};

// `Ann@example.com` → `nna`
std::string tail_of(std::string_view email) {
  std::string local = ascii_lower(email.substr(0, email.find('@')));
  std::reverse(local.begin(), local.end());
  return local;
}

bool contains(std::string_view text, const std::string& lower) {
  return ascii_lower(text).find(lower) != std::string::npos;
}

}  // namespace

std::span<const SwitchSpec> Server::switches() const {
  return kSwitches;
}

void Server::clear() {
  *this = Server();
}

User* Server::find(std::string_view id) {
  const auto at = by_id_.find(std::string(id));
  return at == by_id_.end() ? nullptr : &users_[at->second];
}

Organization* Server::find_organization(std::string_view id) {
  const auto at = organizations_.find(id);
  return at == organizations_.end() ? nullptr : &at->second;
}

User* Server::find_email(std::string_view email, bool ignore_case) {
  if (const auto at = by_email_.find(std::string(email)); at != by_email_.end()) {
    return &users_[at->second];
  }
  if (!ignore_case) return nullptr;
  const auto [begin, end] = by_tail_.equal_range(tail_of(email));
  const auto at = std::find_if(begin, end, [&](const auto& entry) {
    return ascii_lower(users_[entry.second].email) == ascii_lower(email);
  });
  return at == end ? nullptr : &users_[at->second];
}

const Token* Server::find_token(std::string_view text, std::int64_t now) const {
  const auto at = tokens_.find(std::string(text));
  if (at == tokens_.end()) return nullptr;
  const Token& token = at->second;
  return token.expires_at != 0 && now >= token.expires_at ? nullptr : &token;
}

// Ids must look as random as they are opaque, and be the same in every rehearsal.
std::string Server::new_id(std::string_view prefix, std::size_t digits) {
  std::uint64_t mixed = ++last_number_ * 0x9E3779B97F4A7C15ULL;
  mixed ^= mixed >> 29U;
  return fmt::format("{}{:016x}{:0>{}}", prefix, mixed, "", digits - 16);
}

std::uint32_t Server::number_of(const User& user) const {
  return by_id_.at(user.id);
}

void Server::index_email(std::uint32_t number) {
  by_email_[users_[number].email] = number;
  by_tail_.emplace(tail_of(users_[number].email), number);
}

void Server::forget_email(std::uint32_t number) {
  by_email_.erase(users_[number].email);
  const auto [begin, end] = by_tail_.equal_range(tail_of(users_[number].email));
  by_tail_.erase(std::find_if(begin, end, [&](const auto& each) { return each.second == number; }));
}

void Server::insert(Order& order, std::uint32_t number) const {
  const auto older = [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(users_[a].created_at, a) < std::pair(users_[b].created_at, b);
  };
  order.insert(std::upper_bound(order.begin(), order.end(), number, older), number);
}

User& Server::add(User user, std::size_t digits) {
  if (user.id.empty()) user.id = new_id("usr_", digits);
  const auto number = static_cast<std::uint32_t>(users_.size());
  users_.push_back(std::move(user));
  by_id_.emplace(users_.back().id, number);
  index_email(number);
  insert(by_age_, number);
  return users_.back();
}

void Server::rename(User& user, const std::string& email) {
  const std::uint32_t number = number_of(user);
  forget_email(number);
  user.email = email;
  index_email(number);
}

void Server::join(User& user, Organization& organization, const std::string& role) {
  if (user.roles.emplace(organization.id, role).second) {
    insert(organization.members, number_of(user));
  }
}

void Server::leave(User& user, Organization& organization) {
  if (user.roles.erase(organization.id) == 0) return;
  const auto older = [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(users_[a].created_at, a) < std::pair(users_[b].created_at, b);
  };
  Order& members = organization.members;
  members.erase(std::lower_bound(members.begin(), members.end(), number_of(user), older));
}

std::string Server::log_in(const User& user, std::int64_t now) {
  std::string text = new_id("", 64);
  tokens_[text] = {text, "login of " + user.email, user.id, now + kLoginLifetime};
  return text;
}

bool Server::matches(const User& user, const Query& query) const {
  const std::string wanted = ascii_lower(query.search);
  return (query.status.empty() || user.status == query.status) &&
         (query.user_type.empty() || user.user_type == query.user_type) &&
         (query.organization.empty() || user.roles.contains(query.organization)) &&
         (wanted.empty() || contains(user.email, wanted) || contains(user.name, wanted));
}

// A search for an address is answered from the index, whatever the number of users.
Order Server::candidates(const Query& query, const Order& all) const {
  if (query.search.find('@') == std::string::npos) return all;
  Order found;
  const std::string tail = tail_of(query.search);
  for (auto at = by_tail_.lower_bound(tail); at != by_tail_.end() && at->first.starts_with(tail);
       ++at) {
    insert(found, at->second);
  }
  return found;
}

Server::Page Server::list(const Query& query) {
  const Organization* organization = find_organization(query.organization);
  const Order& all = organization == nullptr ? by_age_ : organization->members;
  const bool is_narrowed =
      !query.status.empty() || !query.user_type.empty() || !query.search.empty();
  Order narrowed;
  if (is_narrowed) {
    narrowed = candidates(query, all);
    std::erase_if(narrowed, [&](std::uint32_t each) { return !matches(users_[each], query); });
  }
  const Order& order = is_narrowed ? narrowed : all;
  const auto size = static_cast<std::int64_t>(order.size());
  const auto at = [&](std::int64_t place) -> const User& {
    return users_[order[static_cast<std::size_t>(size - 1 - place)]];
  };
  Page page{{}, order.size()};
  const std::int64_t end = std::min(size, query.offset + query.limit);
  for (std::int64_t place = query.offset; place < end; ++place) {
    // On all pages but the first, each at an odd place has changed with the one after it.
    const std::int64_t other = place % 2 == 1 ? place + 1 : place - 1;
    const bool swaps = query.swaps_ties && query.offset > 0 && other < size &&
                       at(other).created_at == at(place).created_at;
    page.users.push_back(&at(swaps ? other : place));
  }
  return page;
}

const Failure* Server::strike(std::string_view tool) {
  for (Failure& failure : failures_) {
    if (failure.times == 0 || (!failure.tool.empty() && failure.tool != tool)) continue;
    --failure.times;
    return &failure;
  }
  return nullptr;
}

}  // namespace usher::sandbox::taskschmiede
