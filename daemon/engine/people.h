#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/settings.h"
#include "daemon/engine/progress.h"
#include "mapping/filter.h"
#include "mapping/person.h"
#include "mapping/plan.h"

namespace usher {

class Source;
struct SourceMemory;

/// The people of one source as one run sees them.
struct SourceReading {
  const SourceConfig* config = nullptr;
  SourceReport report;
  std::vector<Person> people;                          ///< usable and faulty ones
  std::unordered_map<std::string, std::size_t> by_id;  ///< source_id → index in people
  bool tells_groups = false;  ///< of anybody: which groups they are in, or that they are in none

  /// The source could not be read at all.
  void fail(const std::string& why);
  [[nodiscard]] const Person* find(const std::string& source_id) const;

  /// Indices of everybody for whom `equality` may hold: who has the value, whose attribute was not
  /// read, who has a fault. Sorted. The first question about a path looks at everybody, so that
  /// hundreds of targets that each want one value of it need not. Not thread-safe.
  [[nodiscard]] std::vector<std::size_t> candidates(const Filter::Equality& equality) const;

 private:
  struct Index {
    std::unordered_map<std::string, std::vector<std::size_t>> by_value;  ///< folded
    std::vector<std::size_t> anybody;  ///< of whom nobody can say what they have
  };
  [[nodiscard]] Index index(const std::string& path) const;
  mutable std::map<std::string, Index> indices_;  ///< by path
};

/// Reads `source` once and judges the read: duplicates make their person unknown; an empty or
/// collapsed read, a missing sentinel or a missing file makes the receipt incomplete. `memory` is
/// the last complete read; `accepted` a number of people that a human accepts this time.
/// A source that cannot be read at all comes back with `report.failed`. `progress` may be empty.
[[nodiscard]] SourceReading read_people(const SourceConfig& config, Source& source,
                                        const std::optional<SourceMemory>& memory,
                                        std::optional<std::uint64_t> accepted,
                                        const ProgressSink& progress = {});

}  // namespace usher
