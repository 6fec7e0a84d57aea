#pragma once

#include "tests/contract/suite.h"

namespace usher::contract {

inline constexpr int kPeople = 3;  ///< in the world of a write

/// One kind of write, for all that can go wrong with it.
struct Write {
  std::string name;  ///< as tests are called after it
  std::function<bool(const Subject& subject, const Capabilities& can)> applies;

  /// Makes the change ready in a world of so many, before anything goes wrong.
  std::function<Change(World& world)> prepare;
  /// The change was carried out, once.
  std::function<void(World& world, const Change& change)> expect_done;
};

[[nodiscard]] std::vector<Write> writes();

/// How many requests carrying this write out takes where nothing goes wrong.
[[nodiscard]] std::size_t requests_of(const Write& write, const Subject& subject);

/// Whatever became of the write: persons 1 and 3 are what they were, and nobody is there twice.
void expect_no_harm(World& world, const Change& change);

/// A behaviour of each write: `name` with `{}` in it, which becomes the write's own.
[[nodiscard]] std::vector<Case> cases_of_writes(
    const std::string& name, const std::function<void(const Write&, const Subject&)>& run);

}  // namespace usher::contract
