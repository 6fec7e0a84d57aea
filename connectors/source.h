#pragma once

#include <string>
#include <vector>

#include "mapping/person.h"
#include "mapping/problem.h"
#include "mapping/receipt.h"

namespace usher {

/// Takes the people of a source, one by one, in any order.
class PersonSink {
 public:
  virtual ~PersonSink() = default;
  /// A person with an id; `fault` set when nothing else of the record may be believed.
  virtual void person(Person person) = 0;
  /// Something about the read that is not about an identified person.
  virtual void problem(Problem problem) = 0;
};

/// One thing that `usher probe` found out.
struct Finding {
  bool good = true;
  std::string what = {};  ///< `credential accepted as uid=usher,ou=services`
};

/// A directory we read people from. Never written to.
///
/// One object serves one configured source; calls come from one thread at a time. A source that
/// cannot be read at all throws ConnectorError; one that was read in part says so in the receipt.
/// Implementations do not log.
class Source {
 public:
  virtual ~Source() = default;

  /// Hands every person to `sink` and closes the stream with a receipt. Blocks. Duplicate ids are
  /// passed on as they come: the caller, who sees all of them, decides.
  [[nodiscard]] virtual Receipt read(PersonSink& sink) = 0;

  /// Read-only look: reachable, credential accepted, rights, limits. Never throws for what it
  /// finds, only returns it.
  [[nodiscard]] virtual std::vector<Finding> probe() = 0;
};

}  // namespace usher
