#pragma once

#include <map>
#include <string>
#include <vector>

#include "mapping/account.h"
#include "mapping/capabilities.h"
#include "mapping/decide.h"
#include "mapping/link.h"

namespace usher {

/// One person as one target sees them: in scope, linked, or both.
struct Claim {
  std::string source_id;
  std::string source;  ///< name of the source that supplies the person
  Standing standing;
  std::string
      fault;  ///< why the person cannot be served although wanted (missing required attribute)
  std::string where;            ///< place in the source, for messages
  std::size_t source_rank = 0;  ///< position of the source in the target's list
};

/// A claim with the account and link that belong to it.
struct Pair {
  const Claim* claim = nullptr;
  Presence remote = Presence::kUnknown;
  const Account* account = nullptr;
  const Link* link = nullptr;
  std::string conflict;  ///< why it cannot be paired; empty: it is
  const Link* taken_from =
      nullptr;              ///< a re-hire: the link of the gone person whose account this is
  bool spoken_for = false;  ///< a gone person whose account is about to move to somebody else
  const Claim* waits_for = nullptr;  ///< who must first give up the key that this one is to get
};

struct Pairing {
  std::vector<Pair> pairs;                ///< one per claim, in the same order
  std::vector<const Account*> unmanaged;  ///< without a link, and nobody matched them
};

struct PairingInput {
  const std::vector<Claim>& claims;
  const std::vector<Account>& accounts;
  const std::vector<Link>& links;
  const std::map<std::string, std::string>& siblings;  ///< remote id → other target that holds it
  const Texts& match;  ///< target attributes to find an unlinked account by
  const Capabilities& can;
  bool list_complete = true;
};

/// Brings people, accounts and links together: by stored link first, by the `match` attributes
/// only where there is no link. Two candidates for one account, two people with one key, a key
/// that somebody else's account holds for good, keys exchanged in a circle: conflicts, explained,
/// that stop nobody else. Pure; the result points into the input.
[[nodiscard]] Pairing pair_up(const PairingInput& input);

}  // namespace usher
