#include "daemon/engine/catalogue.h"

#include <algorithm>
#include <array>
#include <span>

#include "connectors/csv/source.h"
#include "connectors/csv/value_table.h"
#include "connectors/dreadnode/target.h"
#include "connectors/ldap/source.h"
#include "connectors/memory/target.h"
#include "connectors/polytomic/target.h"
#include "connectors/taskschmiede/target.h"
#include "connectors/timelines/target.h"
#include "connectors/timelines_partner/target.h"

namespace usher {
namespace {

std::span<const SourceKind* const> source_kinds() {
  static const std::array kinds{&csv::kind(), &ldap::kind()};
  return kinds;
}

std::span<const ConnectorKind* const> connector_kinds() {
  static const std::array kinds{
      &dreadnode::kind(), &memory::kind(),    &taskschmiede::kind(),
      &polytomic::kind(), &timelines::kind(), &timelines_partner::kind(),
  };
  return kinds;
}

template <typename Kind>
const Kind* find_kind(std::span<const Kind* const> kinds, std::string_view name) {
  const auto at =
      std::ranges::find_if(kinds, [&](const Kind* kind) { return kind->spec.name == name; });
  return at == kinds.end() ? nullptr : *at;
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
  catalogue.read_table = &csv::load_value_table;
  return catalogue;
}

}  // namespace usher
