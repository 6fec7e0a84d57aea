#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/connector_spec.h"

namespace usher {

struct ConnectorKind;

/// A connector that came out of a shared object. It stays until the process ends: settings tables,
/// targets and exceptions point into the object, so none is ever unloaded.
struct Plugin {
  std::string path;
  std::string sha256;  ///< of the object, as it was loaded
  const ConnectorKind* kind = nullptr;
};

/// Loads the object at `path`, unless that was done before, and returns what its connectors
/// understand. Throws std::runtime_error with why it is refused and what to do: it is not safe from
/// others, was built for another usher, brings a name that is taken, or has changed since it was
/// loaded. One thread at a time; `find_plugin` may be called beside it.
[[nodiscard]] std::vector<ConnectorSpec> load_plugin(const std::string& path);

/// The plug-in that brought a connector; null: it is one of our own, or there is none.
[[nodiscard]] const Plugin* find_plugin(std::string_view connector);

}  // namespace usher
