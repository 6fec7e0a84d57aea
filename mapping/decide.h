#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapping/account.h"
#include "mapping/capabilities.h"
#include "mapping/change.h"
#include "mapping/difference.h"
#include "mapping/link.h"
#include "mapping/person.h"
#include "mapping/policy.h"

namespace usher {

/// How a person stands towards one target, after source, scope and mapping have been looked at.
struct Standing {
  /// present: in scope and should have an account; absent: proven gone from source or scope;
  /// unknown: the record or the read is not to be trusted, leave everything as it is.
  Presence presence = Presence::kUnknown;
  bool waiting = false;  ///< absent, but not for long enough yet
  std::string why;       ///< `not in source 'staff' since 2026-01-02`, for the reason of a change

  Account desired;  ///< when present: in the target's canonical form
  Texts unread;     ///< attributes of `desired` whose value is unknown: not compared
  std::string
      person_digest;  ///< `name=digest` per attribute that the mapping reads, comma separated
};

/// One person, one account and the link between them, as far as each of them exists.
struct Situation {
  std::string source_id;  ///< empty: nobody claims the account
  Standing person;
  Presence remote = Presence::kAbsent;  ///< whether the account is there, by id or by key
  const Account* account = nullptr;     ///< when present
  const Link* link = nullptr;           ///< when owned
  std::int64_t now = 0;                 ///< seconds since the epoch
  bool clock_in_doubt = false;          ///< nothing that depends on time is removed
};

/// What becomes of a situation that needs no change, and what the store should remember.
enum class Verdict {
  kUnchanged,  ///< linked and nothing to do
  kChange,     ///< see `changes`
  kUndecided,  ///< not served this time; `note` says why
  kConflict,   ///< could not be paired; `note` says why
  kProtected,  ///< an account that nobody may touch
  kNothing,    ///< neither wanted nor ours
};

enum class Bookkeeping {
  kNone,
  kMarkMissing,  ///< the linked account was not in a complete list, for the first time
  kSeen,         ///< it is there (again), and is what is wanted now
  kRelease,      ///< somebody else has already taken the leaver's access away
  kRestore,      ///< a former leaver is back and the account is usable: the link is live again
  kDrop,         ///< person and account are both proven gone
};

struct Decision {
  Verdict verdict = Verdict::kNothing;
  std::vector<Change> changes;  ///< at most two: what can be sent, and what only a human can do
  Bookkeeping bookkeeping = Bookkeeping::kNone;
  std::string note;  ///< a warning, or the reason of undecided and conflict
};

/// The heart: what has to change for one person in one target. Pure; see the table in decide.cc.
[[nodiscard]] Decision decide(const Situation& situation, const Policy& policy,
                              const Capabilities& can);

}  // namespace usher
