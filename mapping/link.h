#pragma once

#include <cstdint>
#include <string>

namespace usher {

enum class Origin { kCreated, kAdopted };

/// The stored pair (target, source_id) ↔ remote_id. A link is what makes an account *owned*:
/// without one nothing is ever removed. Times are seconds since the epoch; 0 means never.
struct Link {
  std::string target;
  std::string source_id;
  std::string remote_id;
  std::string key;  ///< the key when we last saw it, to recognise renames and tell people
  Origin origin = Origin::kCreated;
  std::string source;        ///< name of the source that supplied the person
  std::string id_attribute;  ///< the attribute the source_id came from
  std::string tenancy;       ///< what remote_id is unique in
  std::int64_t linked_at = 0;
  std::int64_t released_at = 0;      ///< when we took the access away; 0: the person holds it
  std::int64_t recreated_at = 0;     ///< when we last created it anew after it had vanished
  std::int64_t missing_since = 0;    ///< first complete list that lacked it; 0: seen
  std::int64_t acknowledged_at = 0;  ///< `usher links release`: a human took the leaver over
  std::int64_t withdrawn_at =
      0;                ///< an expired invitation was revoked by policy: do not invite again
  int invitations = 0;  ///< mails sent for this link so far
  std::int64_t invited_at = 0;
  std::string desired_digest;  ///< of the managed fields and the settings when last in order: tells
                               ///< drift from mover
  std::string
      person_digest;  ///< of the person's mapped attributes then: tells mover from configuration
  std::string name_digest;  ///< one digest per name attribute, to notice a re-used id

  friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace usher
