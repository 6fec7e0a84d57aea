#pragma once

#include <vector>

#include "connectors/source.h"

namespace usher::ldap {

struct Settings;

/// What a read would meet: connection, identity, base, the first page of people, the groups.
/// Throws ConnectorError when there is no connection; what else is wrong is a finding.
[[nodiscard]] std::vector<Finding> probe_directory(const Settings& settings);

}  // namespace usher::ldap
