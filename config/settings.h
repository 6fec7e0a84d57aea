#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mapping/connector_spec.h"
#include "mapping/filter.h"
#include "mapping/mapper.h"
#include "mapping/policy.h"

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
  std::string name;
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
  std::string hash;  ///< SHA-256 over sources, scope, match, map and leavers: what decides who is
                     ///< wanted, and how
};

struct Config {
  std::string file;         ///< as given
  std::string state;        ///< absolute path of the state file
  std::string http_listen;  ///< `127.0.0.1:9464`; empty: none
  std::string log_level;    ///< error | warning | notice | info | debug
  std::vector<SourceConfig> sources;
  std::vector<TargetConfig> targets;
  std::string hash;  ///< SHA-256 over the whole effective configuration, secrets left out
  std::vector<ConfigProblem> warnings;

  [[nodiscard]] const SourceConfig* find_source(std::string_view name) const;
  [[nodiscard]] const TargetConfig* find_target(std::string_view name) const;
};

/// What a configuration is checked against.
struct Catalogue {
  std::vector<SourceSpec> sources;
  std::vector<ConnectorSpec> connectors;
};

enum class Secrets {
  kRequired,  ///< one that cannot be resolved is a problem
  kOptional,  ///< `usher check`: a warning
};

/// Reads and checks the configuration. Touches no network. Throws ConfigError with every problem
/// found (also for a file that is missing or cannot be read).
[[nodiscard]] Config load_config(const std::string& file, const Catalogue& catalogue,
                                 Secrets secrets);

/// The same for a text that is at hand; `file` is where it comes from. Reads secrets only.
[[nodiscard]] Config parse_config(const std::string& text, const std::string& file,
                                  const Catalogue& catalogue, Secrets secrets);

/// `-c`, else `$USHER_CONFIG`, else `/etc/usher/usher.yaml`.
[[nodiscard]] std::string config_path(const std::string& option);

}  // namespace usher
