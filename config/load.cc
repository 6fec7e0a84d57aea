#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/address.h"
#include "config/hash.h"
#include "config/keys.h"
#include "config/overlay.h"
#include "config/problems.h"
#include "config/reading.h"
#include "config/setting_reader.h"
#include "config/settings.h"
#include "config/source_section.h"
#include "config/source_text.h"
#include "config/target_section.h"
#include "config/yaml_node.h"

namespace usher {
namespace {

constexpr const char* kDefaultConfig = "/etc/usher/usher.yaml";
constexpr const char* kDefaultState = "/var/lib/usher/state.db";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// systemd gives several directories with colons between them; the state is in the first.
std::string default_state() {
  const std::string directories = environment("STATE_DIRECTORY");
  const std::string first = directories.substr(0, directories.find(':'));
  return first.empty() ? kDefaultState : first + "/state.db";
}

[[noreturn]] void throw_unreadable(const std::string& file, std::string_view why) {
  throw ConfigError({{file, 0, 0, false,
                      fmt::format("the configuration cannot be read: {}; name another file with "
                                  "-c FILE or $USHER_CONFIG",
                                  why)}});
}

std::string load_text(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw_unreadable(file, "it is a directory");
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw_unreadable(file, std::strerror(errno));
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw_unreadable(file, std::strerror(errno));
  return text;
}

std::string directory_of(const std::string& file) {
  std::error_code ignored;
  const auto whole = std::filesystem::absolute(file, ignored);
  return ignored ? std::string() : whole.parent_path().string();
}

void check_sections(const Reading& reading, const YamlNode& root) {
  for (const std::string& name : root_sections()) {
    const bool needed = name == "sources" || name == "targets";
    const YamlEntry* entry = root.find(name);
    if (entry == nullptr) {
      if (needed)
        reading.problems.error(
            root.offset, fmt::format("the file lacks '{}'; add it with at least one entry", name));
    } else if (!entry->value->is_map()) {
      reading.problems.error(entry->value->offset,
                             fmt::format("'{}' is {}, but it is a section of named entries; write "
                                         "'NAME:' indented below it",
                                         name, kind_name(*entry->value)));
    } else if (needed && entry->value->entries.empty()) {
      reading.problems.error(entry->offset,
                             fmt::format("'{}' is empty; add at least one entry", name));
    }
  }
}

void load_plugin(const Reading& reading, const YamlNode& path, Catalogue& known) {
  if (!path.is_scalar() || path.text.empty()) return;  // is reported already
  try {
    if (reading.catalogue.load_plugin == nullptr)
      throw std::runtime_error("no plug-in is possible");
    for (ConnectorSpec& spec : reading.catalogue.load_plugin(path.text))
      known.connectors.push_back(std::move(spec));
  } catch (const std::exception& error) {
    reading.problems.error(path.offset, error.what());
  }
}

/// The catalogue with what the plug-ins bring.
Catalogue with_plugins(const Reading& reading, const SectionValues& read, Config& config) {
  Catalogue known = reading.catalogue;
  const FoundSetting* found = read.find("plugins");
  if (found == nullptr || !read.values.has("plugins")) return known;
  config.plugins = read.values.texts("plugins");
  load_plugin(reading, *found->value, known);
  for (std::size_t i = 0; i < found->value->items.size(); ++i) {
    const YamlNode& path = *found->value->items[i];
    const auto first = std::ranges::find(config.plugins, path.text);
    if (static_cast<std::size_t>(first - config.plugins.begin()) < i) {
      reading.problems.error(path.offset, fmt::format("the plug-in {} is listed twice; remove one",
                                                      in_quotes(path.text)));
    } else {
      load_plugin(reading, path, known);
    }
  }
  return known;
}

void check_listen(const Reading& reading, const SectionValues& read) {
  const FoundSetting* found = read.find("http.listen");
  if (found == nullptr || !read.values.has("http.listen")) return;
  const std::string& address = read.values.text("http.listen");
  if (const std::string problem = listen_problem(address); !problem.empty()) {
    reading.problems.error(found->value->offset,
                           fmt::format("'http.listen' is {}: {}", in_quotes(address), problem));
  } else if (!is_loopback(listen_host(address))) {
    reading.problems.warning(found->value->offset,
                             fmt::format("'http.listen' is {}, which other machines can reach "
                                         "without a password; write 127.0.0.1 unless a firewall "
                                         "protects it",
                                         in_quotes(address)));
  }
}

void read_root(const Reading& outer, const YamlNode& root, Config& config) {
  const SectionShape shape{"the file", root.offset, root_keys(), root_sections()};
  const SectionValues read = read_section(outer, shape, root);
  if (!root.is_map()) return;
  const Catalogue catalogue = with_plugins(outer, read, config);
  const Reading reading{outer.problems, catalogue, outer.secrets, outer.directory};
  // From here on every connector is known.
  check_sections(reading, root);
  check_listen(reading, read);
  config.state = read.values.text_or("state", default_state());
  config.http_listen = read.values.text_or("http.listen", "");
  config.log_level = read.values.text_or("log.level", "info");
  // From here on everything a target may refer to is known.
  config.sources = read_sources(reading, root);
  check_shared_sections(reading, root);
  read_targets(reading, root, config);
  config.hash = hash_of(config);
}

}  // namespace

Config parse_config(const std::string& text, const std::string& file, const Catalogue& catalogue,
                    Secrets secrets) {
  const SourceText source(file, text);
  Problems problems(source);
  const Reading reading{problems, catalogue, secrets, directory_of(file)};
  Config config;
  config.file = file;
  if (const YamlNodePtr root = parse_yaml(source, problems)) read_root(reading, *root, config);
  if (problems.has_errors()) throw ConfigError(problems.sorted());
  config.warnings = problems.sorted();
  return config;
}

Config load_config(const std::string& file, const Catalogue& catalogue, Secrets secrets) {
  return parse_config(load_text(file), file, catalogue, secrets);
}

std::string config_path(const std::string& option) {
  if (!option.empty()) return option;
  const std::string given = environment("USHER_CONFIG");
  return given.empty() ? kDefaultConfig : given;
}

}  // namespace usher
