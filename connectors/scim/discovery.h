#pragma once

#include <optional>
#include <string>

#include "connectors/http/json.h"
#include "connectors/scim/client.h"
#include "connectors/scim/profile.h"

namespace usher::scim {

/// What ServiceProviderConfig claims (RFC 7643 section 5, RFC 9865 section 4). Nothing where it is
/// silent or says something odd: it is a hint, never a proof.
struct Advertised {
  std::optional<bool> patch;
  std::optional<bool> filter;
  std::optional<bool> etag;
  std::optional<bool> index;   ///< paging by startIndex
  std::optional<bool> cursor;  ///< paging by cursor
  std::optional<int> max_page;
  std::string problem;  ///< not empty: there is none, or it cannot be understood
  bool is_absent = false;
};

[[nodiscard]] Advertised to_advertised(const Json& config);

/// Asks for ServiceProviderConfig, in the singular and then in the plural. That there is none, or
/// garbage, is no error; a credential that is refused is.
[[nodiscard]] Advertised fetch_advertised(Client& client);

/// How lists are walked: profile > advertised > default, and what is advertised never widens what a
/// profile narrows.
struct PagePlan {
  bool by_cursor = false;
  bool has_pages = true;
  int count = 100;
};
[[nodiscard]] PagePlan choose_paging(const Profile& profile, const Advertised& advertised);

}  // namespace usher::scim
