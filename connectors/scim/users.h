#pragma once

#include <functional>
#include <optional>
#include <string>

#include "connectors/scim/client.h"
#include "connectors/scim/discovery.h"
#include "connectors/scim/pages.h"
#include "connectors/scim/settings.h"
#include "connectors/scim/write.h"
#include "connectors/target.h"
#include "mapping/account.h"
#include "mapping/receipt.h"

namespace usher::scim {

/// The users of one service: listed, found, made, changed, deleted. Knows how this service wants it
/// done, by settings > profile > what it learned > what is advertised > default; believes nothing
/// that it can check.
class Users {
 public:
  /// Both must outlive it.
  Users(const Settings& settings, Client& client);

  void learn(const Advertised& advertised);

  [[nodiscard]] Receipt list(const std::function<void(Account, const Json& row)>& each);

  /// Nothing is thrown for what cannot be told (`unknown`), but what stops the target is.
  [[nodiscard]] Lookup find_by_id(const std::string& id);
  /// By a filter where there are filters, each row of the answer looked at; where the answer is
  /// about others, or a filter is known to miss somebody, by reading the whole list.
  [[nodiscard]] Lookup find_by_key(const std::string& key);
  /// By externalId, in the whole list: whose userName the service may have chosen.
  [[nodiscard]] Lookup find_by_mark(const std::string& external_id);

  /// Returns the account that is there now, by whatever userName the service chose. A success that
  /// shows nobody is looked up; when nobody is found, `kUnknownOutcome` is thrown.
  [[nodiscard]] Account create(const std::string& key, const Fields& fields);

  /// Returns the account as the answer shows it, if it does.
  std::optional<Account> update(const std::string& id, const Wanted& wanted);

  /// Returns what is worth a note; empty: it was deleted.
  [[nodiscard]] std::string remove(const std::string& id);

  /// What the answer to a filter for `key` says, read-only; for probing.
  struct Found {
    std::optional<Account> account;
    std::size_t matches = 0;
    std::size_t others = 0;  ///< rows that do not fit the filter
  };
  [[nodiscard]] Found ask_filter(const std::string& key);
  [[nodiscard]] bool can_filter() const;
  /// Whether the filter finds somebody of the last list only as they are spelt, not as userNames
  /// compare. False when the list had nobody.
  [[nodiscard]] bool minds_case();
  [[nodiscard]] bool puts() const;
  [[nodiscard]] const PagePlan& pages() const { return pages_; }
  /// A userName of the last list; empty: it had none.
  [[nodiscard]] const std::string& witness() const { return witness_; }

 private:
  /// Of the filter: not known yet; as RFC 7644 has it; whom it misses may be there in another
  /// letter case; not at all.
  enum class Trust { kUnknown, kGood, kMindsCase, kBad };

  [[nodiscard]] std::optional<Lookup> filter_for(const std::string& key);
  void test_filter();
  [[nodiscard]] Lookup walk_for(const std::string& key);
  [[nodiscard]] Lookup walk(const std::function<bool(const Account&)>& is_meant);
  [[nodiscard]] std::optional<Account> look_for_created(const Answer& answer,
                                                        const std::string& key,
                                                        const Fields& fields);
  [[nodiscard]] bool is_new_user(const Answer& answer, const Account& account,
                                 const Fields& fields) const;
  [[nodiscard]] bool is_no_patch(const ConnectorError& error, const std::string& id);
  std::optional<Account> patch(const std::string& id, const Wanted& wanted);
  std::optional<Account> put(const std::string& id, const Wanted& wanted);

  const Settings& settings_;
  const Profile& profile_;
  Client& client_;
  Advertised advertised_;
  PagePlan pages_;
  std::string witness_;
  SeenIds listed_;                   ///< ids of the last list
  bool has_listed_ = false;          ///< it was whole
  std::optional<SeenIds> all_keys_;  ///< folded userNames of a whole walk since then
  Trust filter_ = Trust::kUnknown;
  bool learned_put_ = false;
};

}  // namespace usher::scim
