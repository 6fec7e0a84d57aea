#pragma once

#include <string_view>

#include "config/settings.h"
#include "connectors/kind.h"

namespace usher {

/// Everything this program can read from and write to. Adding a provider adds a line in
/// catalogue.cc.
[[nodiscard]] const SourceKind* find_source_kind(std::string_view type);
[[nodiscard]] const ConnectorKind* find_connector_kind(std::string_view name);

/// The same for the configuration.
[[nodiscard]] Catalogue make_catalogue();

}  // namespace usher
