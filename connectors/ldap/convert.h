#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/ldap/entry.h"
#include "mapping/person.h"

namespace usher::ldap {

// What LDAP says, in the words of usher. Everything here is pure and takes any bytes.

/// Splits `member;range=0-1499` into name and range. Other options stay part of the name; a range
/// that makes no sense is one of those.
[[nodiscard]] Attribute parse_description(std::string_view description);

/// The form in which DNs compare: attribute types and values in lower case, without the spaces,
/// escapes and order of a multi-valued RDN that mean nothing. Text that is no DN is folded as a
/// key.
[[nodiscard]] std::string normalize_dn(std::string_view dn);

/// The DN of a `uniqueMember` value, which may carry a unique identifier: `cn=a,o=b#'0101'B`.
[[nodiscard]] std::string_view strip_unique_id(std::string_view value);

/// The value of the first RDN: `sales` of `cn=sales,ou=groups`. Empty when there is none.
[[nodiscard]] std::string leading_value(std::string_view dn);

/// The text form that Active Directory's own tools show of 16 bytes: the first three parts are
/// little-endian. Empty for any other number of bytes.
[[nodiscard]] std::string guid_to_text(std::string_view bytes);

/// The value of attribute `name` as text; nothing when it is not text. GUIDs become canonical.
[[nodiscard]] std::optional<std::string> value_to_text(std::string_view name,
                                                       std::string_view bytes);

/// True for attributes that hold a password or its hash. They are never taken over, even from a
/// directory that hands them out.
[[nodiscard]] bool is_secret(std::string_view name);

/// The person an entry describes. An attribute that is not text, or named in `undrained`, is
/// unread. The source id is empty when `id` has not exactly one value that is text.
[[nodiscard]] Person to_person(const Entry& entry, std::string_view id, const Texts& undrained);

}  // namespace usher::ldap
