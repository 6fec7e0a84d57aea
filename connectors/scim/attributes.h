#pragma once

#include <span>
#include <string>
#include <string_view>

#include "connectors/scim/profile.h"
#include "mapping/value.h"

/// The user attributes that `map` may name, as SCIM paths, and where in a resource each stands.
namespace usher::scim {

inline constexpr std::string_view kUserSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
inline constexpr std::string_view kGroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";

struct Attribute {
  std::string path = {};       ///< `emails[type eq "work"].value`: the name that `map` uses
  std::string schema = {};     ///< the extension that it is of; empty: the core
  std::string attribute = {};  ///< `emails`
  std::string type = {};       ///< which element of a list: `work`; empty: no such list
  std::string sub = {};        ///< `value`; empty: the attribute itself
  bool is_boolean = false;
  bool is_multi = false;  ///< all `value`s of a list: `roles`
  bool is_name = false;   ///< part of the person's name

  [[nodiscard]] bool is_element() const { return !type.empty(); }
  /// The path without element and sub-attribute, as profiles name attributes.
  [[nodiscard]] std::string whole() const {
    return schema.empty() ? attribute : schema + ":" + attribute;
  }
};

/// In the order in which a request should have them: of the elements of a list, the one that is
/// most the person's own comes first.
[[nodiscard]] std::span<const Attribute> attributes();

/// Null when there is none of this name; letter case does not count.
[[nodiscard]] const Attribute* find_attribute(std::string_view path);

/// Where a list takes one value, only the element that comes first in `attributes()` is served.
[[nodiscard]] bool is_surplus(const Profile& profile, const Attribute& attribute);

/// Whether a profile's list of attributes names `attribute`, its sub-attribute or its schema.
[[nodiscard]] bool names_it(const Texts& names, const Attribute& attribute);

}  // namespace usher::scim
