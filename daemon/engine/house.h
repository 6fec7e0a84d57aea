#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/settings.h"
#include "daemon/engine/people.h"
#include "mapping/link.h"

namespace usher {

/// Why the stored links no longer fit the configuration: another workspace, another source, another
/// id attribute. Empty: they fit. Pure.
[[nodiscard]] std::string moved_house(const std::vector<Link>& links, const std::string& tenancy,
                                      const TargetConfig& target,
                                      const std::map<std::string, SourceReading>& sources);

}  // namespace usher
