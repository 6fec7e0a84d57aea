#pragma once

#include <memory>
#include <string>

#include "mapping/connector_spec.h"

namespace usher {

class Clock;
class HttpContext;
class Source;
class Target;

/// A connector as the daemon's catalogue lists it: what it understands, and how to make one.
struct ConnectorKind {
  ConnectorSpec spec;
  /// `http` and what it refers to must outlive the target.
  std::unique_ptr<Target> (*make)(const SettingValues& settings, HttpContext& http);
};

struct SourceKind {
  SourceSpec spec;
  /// `name` is the source's name in the configuration, for messages. `clock` must outlive it.
  std::unique_ptr<Source> (*make)(const std::string& name, const SettingValues& settings,
                                  Clock& clock);
};

}  // namespace usher
