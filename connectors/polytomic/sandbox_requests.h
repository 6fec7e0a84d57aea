#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/polytomic/sandbox_organizations.h"

/// What the fake does with users and shows of them, once it is known who asks for what.
namespace usher::sandbox::polytomic {

/// How replies are dressed: `{"data": …}`, or `{"error": null, "result": …}` in the oldest version.
struct Dress {
  bool is_oldest = false;

  [[nodiscard]] std::string on(std::string_view data) const;
};

/// An error in one of the two documented schemas, or an empty one.
[[nodiscard]] Response refuse(int status, std::string_view key, std::string_view message,
                              const Context& context);

[[nodiscard]] std::string render_user(const Organization& organization, const User& user,
                                      const Context& context);
/// Arrays, or null for an empty one.
[[nodiscard]] std::string render_users(const Organization& organization, const Context& context);
[[nodiscard]] std::string render_roles(const Organization& organization, const Context& context);
[[nodiscard]] std::string render_organization(const Organization& organization);

[[nodiscard]] Response create_user(Organizations& organizations, Organization& organization,
                                   const std::string& body, const Dress& dress,
                                   const Context& context);

/// GET, PUT or DELETE of one user. `is_named` says that the path names the organisation.
[[nodiscard]] Response handle_user(Organization& organization, const std::string& id,
                                   const Request& request, bool is_named, const Dress& dress,
                                   const Context& context);

}  // namespace usher::sandbox::polytomic
