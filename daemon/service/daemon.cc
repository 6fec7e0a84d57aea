#include "daemon/service/daemon.h"

#include <Poco/Util/ServerApplication.h>
#include <malloc.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "config/settings.h"
#include "connectors/clock.h"
#include "daemon/engine/catalogue.h"
#include "daemon/service/log.h"
#include "daemon/service/service.h"

namespace usher {
namespace {

constexpr int kArenas =
    2;  ///< each of glibc's keeps memory of its own for every run that was there

/// Poco's frame for a service: it only sees its own name as argument, so neither its --daemon nor
/// its --pidfile exist here, and its own waiting for signals is not used (it knows no SIGHUP).
class Application : public Poco::Util::ServerApplication {
 public:
  explicit Application(const std::string& config_file) : config_file_(config_file) {}

  /// What ended `main`; Poco would only log it.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 protected:
  int main(const std::vector<std::string>&) override {
    try {
      Log log(STDERR_FILENO, prefix_for(STDERR_FILENO));
      const auto clock = make_system_clock();
      const auto load = [this] {
        return load_config(config_file_, make_catalogue(), Secrets::kRequired);
      };
      Service(load, *clock, log).run();
      return EXIT_OK;
    } catch (...) {
      error_ = std::current_exception();
      return EXIT_SOFTWARE;
    }
  }

 private:
  const std::string config_file_;
  std::exception_ptr error_;
};

}  // namespace

int run_daemon(const std::string& config_file) {
  std::signal(SIGPIPE, SIG_IGN);  // a monitor that hangs up must not end the service
  mallopt(M_ARENA_MAX, kArenas);
  std::string name = "usher";
  std::array<char*, 2> arguments{name.data(), nullptr};
  Application application(config_file);
  const int exit_code = application.run(1, arguments.data());
  application.rethrow();
  return exit_code;
}

}  // namespace usher
