#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "connectors/sandbox/api.h"

namespace re2 {
class RE2;
}

namespace usher::sandbox {

enum class FaultAction {
  kLostReplyAfterCommit,   ///< the request is carried out, the connection closes without an answer
  kLostReplyBeforeCommit,  ///< the connection closes, nothing was done
  kStatus,                 ///< an error status; nothing was done, unless `commit`
  kRateLimit,              ///< 429 in one of its shapes; nothing was done
  kHtml403,                ///< what an edge sends in front of the API; nothing was done
  kCutBody,                ///< the reply ends in the middle
  kSlowReply,              ///< the reply waits, for a time or until released
  kMissingPage,            ///< a run of the listed users is left out
  kEmptyList,              ///< the list has nobody in it
  kWrongJsonType,          ///< members change their type
  kExtraMembers,           ///< every object has members nobody has heard of
  kNullMembers,            ///< members are null
  kMissingMembers,         ///< members are gone
  kErrorInOk,              ///< 200 with an error inside; nothing was done
};

/// One fault rule: which requests, which of them, and what happens to them.
struct Fault {
  // Match: everything that is given must fit.
  std::string api;  ///< name of the API
  std::string method;
  std::string path;  ///< prefix of the path, with or without the API's base path
  std::shared_ptr<const re2::RE2> path_regex;
  std::string body;  ///< text that the request body contains: an address, for one person's requests

  std::int64_t after = 0;  ///< so many matching requests pass first
  std::int64_t times = 1;  ///< so many are hit then; 0: all
  FaultAction action = FaultAction::kStatus;

  int status = 503;
  bool commit = false;  ///< status, slow_reply: false answers without doing anything
  std::string shape;    ///< status, rate_limit: json, html; limiter, envelope, html
  std::optional<std::int64_t> retry_after;
  std::optional<std::int64_t> bytes;  ///< cut_body: so many bytes of the body are sent; half of it
  bool chunked = false;               ///< cut_body: the last chunk is missing
  std::int64_t ms = 0;                ///< slow_reply
  std::string hold;                   ///< slow_reply: until released by this name
  std::int64_t page = 2;              ///< missing_page: which
  std::int64_t page_size = 0;         ///< 0: half of the list
  std::vector<std::string> members;   ///< of the member faults
  nlohmann::json value;               ///< wrong_json_type: put this there
  std::int64_t row = 0;  ///< of the member faults: only in this row of the list; 0: everywhere

  std::int64_t seen = 0;  ///< matching requests so far
  std::int64_t hits = 0;  ///< how many of them were hit
  nlohmann::json source;  ///< the rule as it was given
};

/// The list of rules. The first one that matches and is due strikes; all that match count.
class Faults {
 public:
  /// Adds one rule, or a list of them, or none when one of them is faulty (BadRequest).
  void add(const nlohmann::json& rules);

  /// The rule that hits this request; null: none. Counts.
  [[nodiscard]] const Fault* strike(const Request& request, const Api& api);

  void clear() { rules_.clear(); }
  [[nodiscard]] nlohmann::json to_json() const;

 private:
  std::list<Fault> rules_;
};

/// Changes a JSON reply as the fault says; a reply that is not JSON stays.
void mangle(const Fault& fault, std::string_view list_member, Response& response);

}  // namespace usher::sandbox
