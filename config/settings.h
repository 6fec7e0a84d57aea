#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mapping/connector_spec.h"
#include "mapping/filter.h"
#include "mapping/mapper.h"
#include "mapping/policy.h"
#include "mapping/value_table.h"

namespace usher {

/// One problem of a configuration, with its place and its cure.
struct ConfigProblem {
  std::string file;
  int line = 0;    ///< from 1; 0: the file as a whole
  int column = 0;  ///< from 1
  bool warning = false;
  std::string message;

  /// `usher.yaml:12:5: message`
  [[nodiscard]] std::string to_string() const;
};

/// Thrown when a configuration cannot be used: all its problems at once.
class ConfigError : public std::exception {
 public:
  explicit ConfigError(std::vector<ConfigProblem> found);
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  std::vector<ConfigProblem> problems;

 private:
  std::string text_;  ///< one problem a line
};

struct SourceConfig {
  std::string name;
  std::string type;   ///< csv, ldap
  std::string where;  ///< `usher.yaml:9:3`
  SettingValues settings;
  std::string hash;  ///< of everything that decides which people a read returns, and their ids
  bool parts_stable = true;  ///< csv `files: stable`
  std::string id_attribute;
  Texts sentinels;
};

struct TargetConfig {
  std::string name;  ///< of a family's member: `customers/acme`
  std::string connector;
  std::string where;
  SettingValues settings;            ///< of the connector; a named credential is merged in
  std::vector<std::string> sources;  ///< one or more
  Mode mode = Mode::kPlan;
  std::chrono::seconds every{900};
  std::optional<Filter> scope;
  Texts match;
  Mapper mapper;
  Policy policy;
  std::vector<std::pair<std::string, std::string>>
      values;        ///< of a family's member: what its texts were made from, by name
  std::string hash;  ///< SHA-256 over sources, scope, match, map, leavers, values and the settings
                     ///< that decide: who is wanted, and how
};

/// A target with `for_each: { attribute: … }`. Its members, one per value that people have in that
/// attribute, are only known when the sources have been read.
struct TargetFamily {
  std::string name;
  std::string attribute;
  std::size_t position = 0;  ///< how many of Config::targets stand before it in the file
  /// What all members share, under the name of the family. What depends on the value is that of an
  /// invented one.
  TargetConfig shape;
  /// The member for one value, which `member_name_problem` does not object to. Throws ConfigError
  /// with what is wrong with this member only. May be called from several threads.
  std::function<TargetConfig(const std::string& value)> make;
};

struct Config {
  std::string file;         ///< as given
  std::string state;        ///< absolute path of the state file
  std::string http_listen;  ///< `127.0.0.1:9464`; empty: none
  std::string log_level;    ///< error | warning | notice | info | debug
  Texts plugins;            ///< paths of shared objects that were loaded
  std::vector<SourceConfig> sources;
  std::vector<TargetConfig> targets;  ///< also one for each row of a `for_each: { csv: … }`
  std::vector<TargetFamily> families;
  std::string hash;  ///< SHA-256 over the whole effective configuration, secrets left out
  std::vector<ConfigProblem> warnings;

  [[nodiscard]] const SourceConfig* find_source(std::string_view name) const;
  [[nodiscard]] const TargetConfig* find_target(std::string_view name) const;
  /// The family of this name, or of the member of this name.
  [[nodiscard]] const TargetFamily* find_family(std::string_view name) const;
  /// Whether there is, or can be, a target of this name.
  [[nodiscard]] bool has_target(std::string_view name) const {
    return find_target(name) != nullptr || find_family(name) != nullptr;
  }
  /// Whether `--target name` is something: a target, a family or a member of one.
  [[nodiscard]] bool can_select(std::string_view name) const;
};

/// Loads the plug-in at a path and returns what its connectors understand. Throws
/// std::runtime_error with why it cannot.
using PluginLoader = std::vector<ConnectorSpec> (*)(const std::string& path);

/// What a configuration is checked against.
struct Catalogue {
  std::vector<SourceSpec> sources;
  std::vector<ConnectorSpec> connectors;
  TableReader read_table = nullptr;    ///< reads the CSV of a `for_each`; null: there can be none
  PluginLoader load_plugin = nullptr;  ///< null: there can be no plug-ins
};

/// Whether `--target` for each of `wanted` means this target: by its name or that of its family.
/// An empty list means all.
[[nodiscard]] bool is_selected(const std::vector<std::string>& wanted, std::string_view target);

enum class Secrets {
  kRequired,  ///< one that cannot be resolved is a problem
  kOptional,  ///< `usher check`: a warning
};

/// Reads and checks the configuration. Touches no network. Throws ConfigError with every problem
/// found (also for a file that is missing or cannot be read).
[[nodiscard]] Config load_config(const std::string& file, const Catalogue& catalogue,
                                 Secrets secrets);

/// The same for a text that is at hand; `file` is where it comes from. Reads secrets and the
/// tables of `for_each` only.
[[nodiscard]] Config parse_config(const std::string& text, const std::string& file,
                                  const Catalogue& catalogue, Secrets secrets);

/// `-c`, else `$USHER_CONFIG`, else `/etc/usher/usher.yaml`.
[[nodiscard]] std::string config_path(const std::string& option);

}  // namespace usher
