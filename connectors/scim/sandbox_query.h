#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/scim/sandbox_scene.h"

namespace usher::sandbox {

/// What a list request asks for, in its URL or as the body of a .search.
struct ScimQuery {
  std::string filter;
  Texts attributes;
  Texts excluded;
  std::string sort_by;
  bool descending = false;
  std::optional<std::int64_t> start_index;
  std::optional<std::int64_t> count;
  std::optional<std::string> cursor;  ///< empty: the first page, by cursors
};

/// Reads the query of a URL; other parameters are ignored. Throws ScimError `invalidValue`.
[[nodiscard]] ScimQuery read_scim_query(std::string_view query, const scim::Profile& profile);

/// Reads a SearchRequest. Throws ScimError.
[[nodiscard]] ScimQuery read_scim_search(const nlohmann::json& body);

}  // namespace usher::sandbox
