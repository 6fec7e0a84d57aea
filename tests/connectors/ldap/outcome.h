#pragma once

#include "connectors/ldap/source.h"
#include "connectors/source.h"
#include "tests/support/collected_people.h"
#include "tests/support/manual_clock.h"

namespace usher::ldap {

struct Outcome {
  Receipt receipt;
  CollectedPeople sink;
};

inline Outcome read(const SettingValues& settings) {
  Outcome outcome;
  ManualClock clock;
  outcome.receipt = kind().make("directory", settings, clock)->read(outcome.sink);
  return outcome;
}

}  // namespace usher::ldap
