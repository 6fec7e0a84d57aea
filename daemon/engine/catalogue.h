#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "connectors/kind.h"

namespace usher {

/// Everything this program can read from and write to. Adding a provider adds a line in
/// catalogue.cc; what plug-ins brought is there from when they were loaded.
[[nodiscard]] const SourceKind* find_source_kind(std::string_view type);
[[nodiscard]] const ConnectorKind* find_connector_kind(std::string_view name);

/// Where a target's calls are recorded when its connector is a plug-in.
struct CallRecording {
  const std::string& state;  ///< path of the state file
  bool required = false;     ///< see CallRecords
};

/// The target that `config` describes; `http` must outlive it. Throws ConnectorError.
[[nodiscard]] std::unique_ptr<Target> make_target(const TargetConfig& config, HttpContext& http,
                                                  const CallRecording& recording);

/// The same for the configuration.
[[nodiscard]] Catalogue make_catalogue();

}  // namespace usher
