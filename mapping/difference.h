#pragma once

#include <string>
#include <vector>

#include "mapping/account.h"
#include "mapping/capabilities.h"

namespace usher {

/// Whether `actual`, null when the target has nothing, is not what is wanted. An empty value says
/// the same as none; letter case counts unless the attribute ignores it.
[[nodiscard]] bool differs(const AttributeSpec* spec, const Value& wanted, const Value* actual);

/// Names of the attributes in which `account` differs from `desired`: managed, returned by the
/// target and completely read. Sorted.
[[nodiscard]] std::vector<std::string> differing_fields(const Account& desired, const Texts& unread,
                                                        const Account& account,
                                                        const Capabilities& can);

/// Digest over the managed fields of `desired`; equal digests mean equal fields.
[[nodiscard]] std::string digest_of(const Fields& fields);

/// The same over what can be compared with the account later: without what the target never
/// returns.
[[nodiscard]] std::string desired_digest_of(const Account& desired, const Capabilities& can,
                                            std::string_view settings_hash);

/// True when an attribute that both person digests know has changed. One that only the newer knows
/// says that the mapping reads more than it did, not that the person changed.
[[nodiscard]] bool person_changed(const std::string& before, const std::string& after);

/// One short digest per name attribute, comma separated; empty when the mapping has none.
[[nodiscard]] std::string name_digest_of(const Account& desired, const Capabilities& can);

/// True when each name attribute changed between two name digests.
[[nodiscard]] bool all_names_changed(const std::string& before, const std::string& after);

}  // namespace usher
