#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/contract/world.h"

namespace usher::contract {

/// One behaviour. It makes the worlds it needs; failures are gtest's.
struct Case {
  std::string name;
  std::function<bool(const Subject& subject, const Capabilities& can)> applies;
  std::function<void(const Subject& subject)> run;
};

[[nodiscard]] std::vector<Case> credential_cases();
[[nodiscard]] std::vector<Case> list_cases();
[[nodiscard]] std::vector<Case> creation_cases();
[[nodiscard]] std::vector<Case> update_cases();
[[nodiscard]] std::vector<Case> removal_cases();
[[nodiscard]] std::vector<Case> placeholder_cases();
[[nodiscard]] std::vector<Case> disturbed_list_cases();
[[nodiscard]] std::vector<Case> disturbed_write_cases();
[[nodiscard]] std::vector<Case> patience_cases();
[[nodiscard]] std::vector<Case> mood_cases();

inline bool always(const Subject&, const Capabilities&) {
  return true;
}
/// Accounts that carry nothing of a person cannot be told from one another.
inline bool has_key(const Subject&, const Capabilities& can) {
  return !can.key.empty();
}

/// As many people as make more than one page.
inline int some_people(const Subject& subject) {
  return subject.page > 0 ? subject.page + 1 : 3;
}

/// Another value for an attribute that can be changed and is not the key; null: there is none.
inline const Fields::Entry* other_value(const Subject& subject) {
  const std::string key = capabilities_of(subject).key;
  for (const Fields::Entry& entry : subject.others) {
    if (entry.first != key) return &entry;
  }
  return nullptr;
}

/// The error that `run` throws; a failure when it throws none.
template <typename Run>
ConnectorError error_of(Run run) {
  try {
    run();
  } catch (const ConnectorError& error) {
    return error;
  }
  ADD_FAILURE() << "was not refused";
  return {ErrorKind::kMalformed, "none"};
}

/// Exactly one account for the person, holding what was asked for: a second plan is empty.
void expect_served(World& world, int number, const Account& desired);
/// Gone, or there and of no use.
[[nodiscard]] bool is_powerless(const Seen& seen, const std::string& remote_id);

}  // namespace usher::contract
