#include "daemon/service/daemon.h"

#include "config/settings.h"
#include "daemon/cli/commands.h"

namespace usher {

int daemon_command(const CommonOptions& options) {
  return run_daemon(config_path(options.config));
}

}  // namespace usher
