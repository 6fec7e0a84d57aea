#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/contract/world.h"

namespace usher::contract {

/// One behaviour. It makes the worlds it needs; failures are gtest's.
struct Case {
  const char* name;
  bool (*applies)(const Subject& subject, const Capabilities& can);
  void (*run)(const Subject& subject);
};

[[nodiscard]] std::vector<Case> credential_cases();
[[nodiscard]] std::vector<Case> list_cases();
[[nodiscard]] std::vector<Case> write_cases();
[[nodiscard]] std::vector<Case> removal_cases();
[[nodiscard]] std::vector<Case> disturbance_cases();

inline bool always(const Subject&, const Capabilities&) {
  return true;
}
/// Accounts that carry nothing of a person cannot be told from one another.
inline bool has_key(const Subject&, const Capabilities& can) {
  return !can.key.empty();
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

}  // namespace usher::contract
