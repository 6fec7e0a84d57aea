#pragma once

#include <string>

namespace usher {

enum class Severity { kError, kWarning };

/// Something a human should know about a run. `kError` means that an identified person was not
/// served (the target becomes `partial`, exit code 5); `kWarning` changes neither.
struct Problem {
  Severity severity = Severity::kWarning;
  std::string source_id = {};  ///< empty: not about one person
  std::string where =
      {};  ///< `people/hr.csv:12:5`, `usher.yaml:41:7`, a DN; empty: nowhere in particular
  std::string message = {};  ///< what happened, with which value, what it means, what to do next

  friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace usher
