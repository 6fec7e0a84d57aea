#include "connectors/scim/users.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "connectors/scim/convert.h"
#include "connectors/scim/pages.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

/// Empty: it has none that can be used.
std::string id_in(const Json& resource) {
  const Json id = member(resource, "id");
  return id.is_text() || id.is_number() ? id.as_text() : std::string();
}

std::string in_other_case(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return text;
}

/// The account in an answer to a write, when it is the one that is meant.
std::optional<Account> shown(const Answer& answer,
                             const std::function<bool(const Account&)>& is_meant) {
  if (!answer.has_resource()) return {};
  try {
    Account account = to_account(answer.root());
    if (is_meant(account)) return account;
  } catch (const ConnectorError&) {
    // It was done; what it did is read back.
  }
  return {};
}

}  // namespace

Users::Users(const Settings& settings, Client& client)
    : settings_(settings),
      profile_(settings.profile),
      client_(client),
      pages_(choose_paging(profile_, {})) {}

void Users::learn(const Advertised& advertised) {
  advertised_ = advertised;
  pages_ = choose_paging(profile_, advertised);
}

bool Users::can_filter() const {
  const Texts& names = profile_.user_filter_attributes;
  const bool is_denied = profile_.filter_advertised && advertised_.filter == false;
  return profile_.filter_support != FilterSupport::kNone && !is_denied && filter_ != Trust::kBad &&
         (names.empty() || std::ranges::count(names, "userName") > 0);
}

bool Users::puts() const {
  if (settings_.update) return *settings_.update == Update::kPut;
  if (profile_.user_patch != profile_.user_put) return profile_.user_put;
  return learned_put_ || advertised_.patch == false;
}

// --- Reading -------------------------------------------------------------------------------------

Receipt Users::list(const std::function<void(Account, const Json& row)>& each) {
  witness_.clear();
  has_listed_ = false;
  all_keys_.reset();
  filter_ = Trust::kUnknown;
  bool is_synthetic_list = false;
  Walk walk(client_, kUsers, "", pages_);
  Receipt receipt = walk.run([&](const Json& row, const std::string&) {
    Account account = to_account(row);
    if (is_synthetic(profile_, account)) {
      is_synthetic_list = true;
      return;
    }
    if (witness_.empty()) witness_ = account.key;
    each(std::move(account), row);
  });
  listed_ = walk.take_seen();
  if (is_synthetic_list) {
    receipt.incomplete(
        fmt::format("{} answered with a row that stands for nobody, not with its "
                    "users: nothing can be concluded from this list",
                    profile_.title));
  }
  const bool may_skip = profile_.offset_paging_skips && receipt.pages > 1 && !receipt.expected;
  if (may_skip) {
    receipt.incomplete("this service may leave rows out between two pages and names no total");
  }
  has_listed_ = receipt.complete();
  return receipt;
}

Lookup Users::find_by_id(const std::string& id) {
  try {
    const Answer answer = client_.get(path_of(kUsers, id));
    Account account = to_account(answer.root());
    if (account.remote_id != id) return {};
    return {Presence::kPresent, std::move(account)};
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {error.kind == ErrorKind::kNotFound ? Presence::kAbsent : Presence::kUnknown, {}};
  }
}

Users::Found Users::ask_filter(const std::string& key) {
  Found found;
  const std::string path = fmt::format("{}?filter={}&{}&count={}", kUsers,
                                       encode_segment(equals_filter("userName", key)),
                                       pages_.by_cursor ? "cursor=" : "startIndex=1", pages_.count);
  try {
    const Answer answer = client_.get(path);
    const Page page = to_page(answer.root());
    std::string id;
    for (const Json& row : page.rows) {
      Account account = to_account(row);
      if (fold_key(account.key) != fold_key(key)) {
        ++found.others;
      } else if (account.remote_id != id) {
        id = account.remote_id;
        ++found.matches;
        found.account = std::move(account);
      }
    }
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;  // some say so when nobody matches
  }
  return found;
}

// One that finds too few would make people absent who are there.
void Users::test_filter() {
  if (filter_ != Trust::kUnknown || witness_.empty()) return;
  if (ask_filter(in_other_case(witness_)).matches > 0) {
    filter_ = Trust::kGood;
  } else {
    filter_ = ask_filter(witness_).matches > 0 ? Trust::kMindsCase : Trust::kBad;
  }
}

bool Users::minds_case() {
  test_filter();
  return filter_ == Trust::kMindsCase;
}

std::optional<Lookup> Users::filter_for(const std::string& key) {
  try {
    Found found = ask_filter(key);
    if (found.matches > 1) return Lookup{};
    if (found.matches == 1) return Lookup{Presence::kPresent, *std::move(found.account)};
    if (found.others == 0) {
      test_filter();
      if (filter_ == Trust::kMindsCase) return {};
      if (filter_ != Trust::kBad) return Lookup{Presence::kAbsent, {}};
    }
  } catch (const ConnectorError& error) {
    const bool is_no = error.kind == ErrorKind::kRejected || error.kind == ErrorKind::kUnsupported;
    if (!is_no) throw;
  }
  filter_ = Trust::kBad;
  return {};
}

/// The only one in the whole list that is meant; absent only when the list is whole.
Lookup Users::walk(const std::function<bool(const Account&)>& is_meant) {
  Lookup lookup;
  std::size_t matches = 0;
  Walk pages(client_, kUsers, "", pages_);
  bool is_synthetic_list = false;
  const Receipt receipt = pages.run([&](const Json& row, const std::string&) {
    Account account = to_account(row);
    is_synthetic_list = is_synthetic_list || is_synthetic(profile_, account);
    if (!is_meant(account)) return;
    ++matches;
    lookup = {Presence::kPresent, std::move(account)};
  });
  if (matches > 1) return {};
  const bool is_whole = receipt.complete() && !is_synthetic_list;
  if (matches == 0 && is_whole) lookup.presence = Presence::kAbsent;
  return lookup;
}

Lookup Users::walk_for(const std::string& key) {
  const std::string wanted = fold_key(key);
  if (all_keys_ && !all_keys_->contains(wanted)) return {Presence::kAbsent, {}};
  SeenIds keys;
  Lookup lookup = walk([&](const Account& account) {
    const std::string folded = fold_key(account.key);
    (void)keys.insert(folded);
    return folded == wanted;
  });
  if (lookup.presence == Presence::kAbsent) all_keys_ = std::move(keys);
  return lookup;
}

Lookup Users::find_by_mark(const std::string& external_id) {
  try {
    return walk([&](const Account& account) {
      const Value* there = account.fields.find("externalId");
      return there != nullptr && to_text(*there) == external_id;
    });
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {};
  }
}

Lookup Users::find_by_key(const std::string& key) {
  try {
    if (can_filter()) {
      if (auto lookup = filter_for(key)) return *std::move(lookup);
    }
    return walk_for(key);
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {};
  }
}

// --- Writing -------------------------------------------------------------------------------------

Account Users::create(const std::string& key, const Fields& fields) {
  const std::string body = to_creation(fields, profile_);
  all_keys_.reset();
  const Answer answer = client_.create(kUsers, body);
  const auto is_meant = [&](const Account& account) {
    return fold_key(account.key) == fold_key(key);
  };
  if (auto account = shown(answer, is_meant)) return *std::move(account);
  if (auto account = look_for_created(answer, key, fields)) return *std::move(account);
  throw ConnectorError(
      ErrorKind::kUnknownOutcome,
      fmt::format("the service answered {} to the creation of {}, but shows no such user",
                  answer.status, escape_for_display(key)),
      {}, answer.status);
}

/// Some services choose the userName themselves (`ann` for `ann@example.com`). Whom the answer
/// shows is then known by our externalId, or by an id that nobody had when the list was read.
bool Users::is_new_user(const Answer& answer, const Account& account, const Fields& fields) const {
  const Value* wanted = fields.find("externalId");
  const Value* there = account.fields.find("externalId");
  if (!is_empty(wanted) && !is_empty(there)) return *wanted == *there;
  return answer.status == 201 && has_listed_ && !listed_.contains(account.remote_id);
}

std::optional<Account> Users::look_for_created(const Answer& answer, const std::string& key,
                                               const Fields& fields) {
  std::string id = id_of_location(answer.location, settings_.http.base_url);
  if (id.empty() && answer.has_resource()) id = id_in(answer.root());
  if (!id.empty()) {
    Lookup seen = find_by_id(id);
    const bool is_meant =
        seen.presence == Presence::kPresent &&
        (fold_key(seen.account.key) == fold_key(key) || is_new_user(answer, seen.account, fields));
    if (is_meant) return std::move(seen.account);
  }
  Lookup seen = find_by_key(key);
  if (seen.presence != Presence::kPresent) return {};
  return std::move(seen.account);
}

std::optional<Account> Users::update(const std::string& id, const Wanted& wanted) {
  if (puts()) return put(id, wanted);
  try {
    return patch(id, wanted);
  } catch (const ConnectorError& error) {
    if (!profile_.user_put || settings_.update || !is_no_patch(error, id)) throw;
    return put(id, wanted);
  }
}

/// Whether a refusal is of PATCH and not of what it says. Where a path has no target, the service
/// has other elements than it showed: reading and PUT meet them.
bool Users::is_no_patch(const ConnectorError& error, const std::string& id) {
  const bool is_of_method =
      error.kind == ErrorKind::kUnsupported ||
      (error.kind == ErrorKind::kNotFound && find_by_id(id).presence == Presence::kPresent);
  if (is_of_method) learned_put_ = true;
  return is_of_method || compare_names(error.code, "noTarget") == 0;
}

std::optional<Account> Users::patch(const std::string& id, const Wanted& wanted) {
  std::optional<Account> account;
  for (std::string& body : to_patches(wanted, profile_)) {
    const Answer answer = client_.patch(path_of(kUsers, id), std::move(body));
    answer.require(id);
    account = shown(answer, [&](const Account& each) { return each.remote_id == id; });
  }
  return account;
}

// Somebody else may write between our reading and our writing: then the version is another one.
std::optional<Account> Users::put(const std::string& id, const Wanted& wanted) {
  const bool has_versions = profile_.etag && advertised_.etag != false;
  for (int tries = 1;; ++tries) {
    const Answer read = client_.get(path_of(kUsers, id));
    if (to_account(read.root()).remote_id != id) member(read.root(), "id").fail("the id asked for");
    try {
      const Answer answer =
          client_.put(path_of(kUsers, id), to_replacement(read.root(), wanted.fields),
                      has_versions ? read.version() : std::string());
      answer.require(id);
      return shown(answer, [&](const Account& each) { return each.remote_id == id; });
    } catch (const ConnectorError& error) {
      if (error.http_status != 412 || tries == kVersionTries) throw;
    }
  }
}

std::string Users::remove(const std::string& id) {
  try {
    client_.remove(path_of(kUsers, id)).require(id);
    return {};
  } catch (const ConnectorError& error) {
    if (error.kind == ErrorKind::kNotFound) return "was already gone";
    // Some stumble over who is gone already.
    if (error.http_status < 500 || find_by_id(id).presence != Presence::kAbsent) throw;
    return fmt::format("is gone, although the service answered {}", error.http_status);
  }
}

}  // namespace usher::scim
