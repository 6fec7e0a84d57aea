#include "daemon/engine/catalogue.h"

#include <array>

#include "connectors/csv/source.h"
#include "connectors/ldap/source.h"
#include "connectors/timelines/target.h"
#include "connectors/timelines_partner/target.h"

namespace usher {
namespace {

const std::array<const SourceKind*, 2>& source_kinds() {
  static const std::array<const SourceKind*, 2> kinds{&csv::kind(), &ldap::kind()};
  return kinds;
}

const std::array<const ConnectorKind*, 2>& connector_kinds() {
  static const std::array<const ConnectorKind*, 2> kinds{&timelines::kind(),
                                                         &timelines_partner::kind()};
  return kinds;
}

template <typename Kind, std::size_t N>
const Kind* find_kind(const std::array<const Kind*, N>& kinds, std::string_view name) {
  for (const Kind* kind : kinds) {
    if (kind->spec.name == name) return kind;
  }
  return nullptr;
}

}  // namespace

const SourceKind* find_source_kind(std::string_view type) {
  return find_kind(source_kinds(), type);
}
const ConnectorKind* find_connector_kind(std::string_view name) {
  return find_kind(connector_kinds(), name);
}

Catalogue make_catalogue() {
  Catalogue catalogue;
  for (const SourceKind* kind : source_kinds()) catalogue.sources.push_back(kind->spec);
  for (const ConnectorKind* kind : connector_kinds()) catalogue.connectors.push_back(kind->spec);
  return catalogue;
}

}  // namespace usher
