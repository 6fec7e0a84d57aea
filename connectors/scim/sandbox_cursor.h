#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/scim/sandbox_query.h"

namespace usher::sandbox {

/// What must stay the same while somebody walks by cursor.
struct ScimCursorScope {
  ScimCursorScope(ScimKind kind, const ScimQuery& query);

  std::uint64_t request = 0;  ///< digest of everything but `count`
  std::int64_t count = 0;
};

/// A cursor (RFC 9865) that stands behind the resource of this number. It carries its place itself,
/// so that the fake keeps nothing for walks that nobody ends.
[[nodiscard]] std::string write_scim_cursor(std::uint64_t number, const ScimCursorScope& scope,
                                            const ScimScene& scene);

/// The number in a cursor. Throws ScimError: `invalidCursor` when it was tampered with or belongs
/// to another request, `expiredCursor`, `invalidCount`.
[[nodiscard]] std::uint64_t read_scim_cursor(std::string_view cursor, const ScimCursorScope& scope,
                                             const ScimScene& scene);

}  // namespace usher::sandbox
