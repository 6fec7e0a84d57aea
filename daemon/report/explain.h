#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/report/text_style.h"
#include "mapping/account.h"
#include "mapping/change.h"
#include "mapping/filter.h"
#include "mapping/link.h"
#include "mapping/mapper.h"
#include "mapping/person.h"
#include "mapping/problem.h"

namespace usher {

/// One journalled operation of the past.
struct HistoryLine {
  std::int64_t at = 0;  ///< seconds since the epoch
  std::string target;
  std::string action;
  std::string cause;
  std::string status;  ///< applied, failed, …
  std::string run;
  std::string error;
};

/// One person in one target: what leads to the decision, and the decision.
struct TargetExplanation {
  std::string target;
  std::string connector;
  bool is_concerned = true;  ///< false: the person is out of scope and never had an account here

  std::string scope;                ///< the filter's text; empty: everybody
  Truth in_scope = Truth::kTrue;    ///< meaningless when there is no person
  std::vector<Filter::Step> steps;  ///< its comparisons

  std::vector<Provenance> mapped;  ///< every attribute of `map`, the unmanaged ones too
  std::vector<std::string>
      faults;  ///< why the person cannot be served: missing required attribute, …

  std::string match;  ///< how the account was found: `by link`, `email eq "ann@…"`; empty: none was
  std::optional<Link> link;
  std::optional<Account> account;  ///< what the target holds now; nothing: not there, or not read

  std::vector<Change> changes;  ///< what would happen now
  std::string decision;         ///< why these changes, or why none
};

/// Everything `usher explain PERSON` shows of one person.
struct Explanation {
  std::string source_id;
  std::string key;               ///< what the person is called where there is something: an address
  std::string source;            ///< name of the source
  std::optional<Person> person;  ///< nothing: the source does not have them (any more)
  std::vector<Problem> problems;  ///< of the reads, as far as they concern this person
  std::vector<TargetExplanation> targets;
  std::vector<HistoryLine> history;  ///< newest first
};

/// For people; every foreign value escaped.
[[nodiscard]] std::string render_explanation_text(const Explanation& explanation,
                                                  const TextStyle& style);

/// Stable and complete; what does not exist is null. Keys:
/// `source_id key source where present fault attributes unread problems targets history`.
[[nodiscard]] std::string render_explanation_json(const Explanation& explanation);

}  // namespace usher
