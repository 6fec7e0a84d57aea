#include "daemon/engine/house.h"

#include <fmt/format.h>

#include <algorithm>

namespace usher {
namespace {

std::string moved_house(const Link& link, const std::string& tenancy, const TargetConfig& target,
                        const std::map<std::string, SourceReading>& sources) {
  if (!link.tenancy.empty() && !tenancy.empty() && link.tenancy != tenancy) {
    return fmt::format(
        "links were made in '{}', the target is now '{}'; `usher links rekey` moves them",
        link.tenancy, tenancy);
  }
  if (std::ranges::find(target.sources, link.source) == target.sources.end()) {
    return fmt::format("links come from source '{}', which this target no longer reads",
                       link.source);
  }
  const SourceConfig& source = *sources.at(link.source).config;
  if (!link.id_attribute.empty() && link.id_attribute != source.id_attribute) {
    return fmt::format(
        "links were made with id '{}', source '{}' now uses '{}'; `usher links rekey` moves them",
        link.id_attribute, source.name, source.id_attribute);
  }
  return {};
}

}  // namespace

std::string moved_house(const std::vector<Link>& links, const std::string& tenancy,
                        const TargetConfig& target,
                        const std::map<std::string, SourceReading>& sources) {
  for (const Link& link : links) {
    if (std::string why = moved_house(link, tenancy, target, sources); !why.empty()) return why;
  }
  return {};
}

}  // namespace usher
