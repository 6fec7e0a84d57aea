#pragma once

#include <string>

namespace usher {

/// The service: runs every target of the configuration on its schedule until SIGTERM or SIGINT,
/// reloads on SIGHUP, reports to systemd, serves health and metrics. Returns the exit code: 0 after
/// a clean stop, 6 when another daemon has this state already. Throws ConfigError and StoreError
/// for what keeps it from starting.
[[nodiscard]] int run_daemon(const std::string& config_file);

}  // namespace usher
