#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "connectors/target.h"

namespace usher::test {

/// Keeps what a target lists.
class CollectingSink : public AccountSink {
 public:
  void account(Account account) override { accounts.push_back(std::move(account)); }
  void problem(Problem problem) override { problems.push_back(std::move(problem)); }

  /// By remote id or key; a default account when there is none.
  [[nodiscard]] Account find(std::string_view name) const {
    const auto at = std::ranges::find_if(
        accounts, [&](const Account& a) { return a.remote_id == name || a.key == name; });
    return at == accounts.end() ? Account{} : *at;
  }

  std::vector<Account> accounts;
  std::vector<Problem> problems;
};

/// The value as a person reads it; `(absent)` when there is none.
inline std::string text(const Account& account, std::string_view field) {
  const Value* value = account.fields.find(field);
  return value == nullptr ? "(absent)" : to_text(*value);
}

/// A journal in memory: `invite?context`, then `invite=remote_id`.
class RecordingSteps : public Steps {
 public:
  bool is_done(std::string_view step) const override {
    return std::ranges::count(done_before, step) > 0;
  }
  void intend(std::string_view step, std::string_view context) override {
    log.push_back(std::string(step) + "?" + std::string(context));
    last_context = context;
  }
  void done(std::string_view step, std::string_view remote_id) override {
    log.push_back(std::string(step) + "=" + std::string(remote_id));
  }

  std::vector<std::string> done_before;
  std::vector<std::string> log;
  std::string last_context;
};

}  // namespace usher::test
