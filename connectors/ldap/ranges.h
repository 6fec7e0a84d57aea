#pragma once

#include <functional>
#include <optional>
#include <string>

#include "connectors/ldap/entry.h"

namespace usher::ldap {

/// Fetches one attribute description (`member;range=1500-*`) of one entry; nothing when the server
/// does not hand it out.
using FetchAttribute =
    std::function<std::optional<Entry>(const std::string& dn, const std::string& description)>;

/// Follows the ranges of `entry` to their end, so that every attribute holds all of its values
/// once. Active Directory puts an *empty* `member` beside `member;range=0-1499`: who takes the one
/// for the other sees a group without members. Returns the names of the attributes that could not
/// be drained, whose values are unknown.
[[nodiscard]] Texts drain_ranges(Entry& entry, const FetchAttribute& fetch);

}  // namespace usher::ldap
