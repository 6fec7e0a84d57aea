#include "daemon/engine/catalogue.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "connectors/csv/source.h"
#include "connectors/csv/value_table.h"
#include "connectors/dreadnode/target.h"
#include "connectors/ldap/source.h"
#include "connectors/memory/target.h"
#include "connectors/polytomic/target.h"
#include "connectors/scim/target.h"
#include "connectors/taskschmiede/target.h"
#include "connectors/timelines/target.h"
#include "connectors/timelines_partner/target.h"
#include "daemon/engine/plugin_target.h"
#include "daemon/engine/plugins.h"

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
      &scim::kind(),
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
  if (const ConnectorKind* own = find_kind(connector_kinds(), name)) return own;
  const Plugin* plugin = find_plugin(name);
  return plugin == nullptr ? nullptr : plugin->kind;
}

std::unique_ptr<Target> make_target(const TargetConfig& config, HttpContext& http,
                                    const CallRecording& recording) {
  const ConnectorKind& kind = *find_connector_kind(config.connector);
  const auto make = [&] { return kind.make(config.settings, http); };
  const Plugin* plugin = find_plugin(config.connector);
  if (plugin == nullptr) return make();
  return std::make_unique<PluginTarget>(
      CallRecords{recording.state + ".plugins", config.name, plugin->path, plugin->sha256,
                  recording.required},
      make);
}

Catalogue make_catalogue() {
  Catalogue catalogue;
  for (const SourceKind* kind : source_kinds()) catalogue.sources.push_back(kind->spec);
  for (const ConnectorKind* kind : connector_kinds()) catalogue.connectors.push_back(kind->spec);
  catalogue.read_table = &csv::load_value_table;
  catalogue.load_plugin = &load_plugin;
  return catalogue;
}

}  // namespace usher
