#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <exception>

#include "daemon/cli/cli.h"
#include "daemon/service/signals.h"

namespace {

/// Secrets live in this process's memory: no core dump, no debugger of another user.
void forbid_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // LeakSanitizer traces its own process, which this would forbid
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  usher::block_signals();  // before any thread exists
  forbid_dumps();
  std::signal(SIGXFSZ,
              SIG_IGN);  // a file that may not grow is an error of the write, which is told
  try {
    return usher::run_cli(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "usher: {}\n", error.what());
    return 1;
  }
}
