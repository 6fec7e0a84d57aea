// A plug-in is read in three steps, each only when the one before found nothing wrong: the file
// (who could have changed it), its ABI text (plain bytes, before any of its code is called), its
// factory.

#include "daemon/engine/plugins.h"

#include <Poco/ClassLoader.h>
#include <Poco/Exception.h>
#include <Poco/SharedLibrary.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "connectors/kind.h"
#include "connectors/plugin.h"
#include "daemon/engine/catalogue.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/plugin_file.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::size_t kLongestAbi = 400;  // bytes shown of what may be anything
constexpr const char* kAbiSymbol = "usher_plugin_abi";

using Loader = Poco::ClassLoader<ConnectorPlugin>;

/// Everything loaded so far. Never destroyed: the objects' code must outlive whatever it made.
struct Registry {
  Loader loader;
  std::vector<std::unique_ptr<ConnectorPlugin>> factories;

  std::mutex mutex;
  std::deque<Plugin> plugins;  // guarded by mutex; addresses stay
};

Registry& registry() {
  static auto* const kRegistry = new Registry;
  return *kRegistry;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw std::runtime_error(fmt::format("the plug-in {}: {}", escape_for_display(path), why));
}

std::string digest_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!stream || content.empty()) refuse(path, "cannot be read; give usher's user the right to");
  return sha256(content);
}

/// What the object says it was built for. It stays loaded where that is us.
void check_abi(const std::string& path) {
  Poco::SharedLibrary library;
  library.load(path, Poco::SharedLibrary::SHLIB_LOCAL);
  if (!library.hasSymbol(kAbiSymbol)) {
    library.unload();
    refuse(path, fmt::format("has no symbol '{}', so it is not a plug-in of usher; one ends with "
                             "USHER_PLUGIN(…) of connectors/plugin.h",
                             kAbiSymbol));
  }
  const auto* const text = static_cast<const char*>(library.getSymbol(kAbiSymbol));
  const std::string theirs(text, strnlen(text, kLongestAbi));
  if (theirs == USHER_PLUGIN_ABI) return;
  library.unload();
  refuse(path, fmt::format("was built for '{}', but this usher is '{}'; build it anew with the "
                           "compiler and the headers of this usher, and install it again",
                           escape_for_display(theirs), USHER_PLUGIN_ABI));
}

bool is_connector_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

const ConnectorKind& checked(const std::string& path, const ConnectorKind& kind) {
  const std::string_view name = kind.spec.name;
  if (!is_connector_name(name)) {
    refuse(path, fmt::format("its connector is called '{}'; a name is made of a to z, 0 to 9 and _",
                             escape_for_display(name)));
  }
  if (kind.make == nullptr) refuse(path, fmt::format("its connector '{}' makes no targets", name));
  if (const Plugin* other = find_plugin(name)) {
    refuse(path, fmt::format("brings the connector '{}', which {} has brought already; keep one of "
                             "the two, and restart usher where it is running",
                             name, escape_for_display(other->path)));
  }
  if (find_connector_kind(name) != nullptr) {
    refuse(path, fmt::format("brings a connector '{}', but usher has one of that name itself; "
                             "give yours another name",
                             name));
  }
  return kind;
}

std::vector<const ConnectorKind*> make_kinds(const std::string& path) {
  Registry& all = registry();
  all.loader.loadLibrary(path);
  std::vector<const ConnectorKind*> kinds;
  for (const auto* const meta : all.loader.manifestFor(path)) {
    all.factories.emplace_back(meta->create());
    kinds.push_back(&checked(path, all.factories.back()->kind()));
  }
  return kinds;
}

void load(const std::string& path) {
  const std::string digest = digest_of(path);
  check_abi(path);
  for (const ConnectorKind* kind : make_kinds(path)) {
    const std::scoped_lock lock(registry().mutex);
    registry().plugins.push_back({path, digest, kind});
  }
}

/// Everything that foreign code can throw, as one kind of error.
void load_safely(const std::string& path) {
  try {
    load(path);
  } catch (const Poco::Exception& error) {
    refuse(path, fmt::format("cannot be loaded: {}", escape_for_display(error.message())));
  } catch (const std::exception&) {
    throw;
  } catch (...) {
    refuse(path, "threw something that is no std::exception while it was loaded");
  }
}

std::vector<const Plugin*> loaded_from(const std::string& path) {
  const std::scoped_lock lock(registry().mutex);
  std::vector<const Plugin*> found;
  for (const Plugin& plugin : registry().plugins) {
    if (plugin.path == path) found.push_back(&plugin);
  }
  return found;
}

}  // namespace

std::vector<ConnectorSpec> load_plugin(const std::string& path) {
  if (const std::string problem = plugin_file_problem(path); !problem.empty()) {
    refuse(path, problem);
  }
  if (const auto before = loaded_from(path); before.empty()) {
    load_safely(path);
  } else if (before.front()->sha256 != digest_of(path)) {
    refuse(path, "has changed since it was loaded; restart usher to use the new one");
  }
  std::vector<ConnectorSpec> specs;
  for (const Plugin* plugin : loaded_from(path)) specs.push_back(plugin->kind->spec);
  return specs;
}

const Plugin* find_plugin(std::string_view connector) {
  const std::scoped_lock lock(registry().mutex);
  for (const Plugin& plugin : registry().plugins) {
    if (plugin.kind->spec.name == connector) return &plugin;
  }
  return nullptr;
}

}  // namespace usher
