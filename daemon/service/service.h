#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "daemon/engine/reservations.h"
#include "daemon/service/crew.h"
#include "daemon/service/events.h"
#include "daemon/service/http_server.h"
#include "daemon/service/liveness.h"
#include "daemon/service/metrics.h"
#include "daemon/service/readiness.h"
#include "daemon/service/schedule.h"

namespace usher {

class Clock;
class Log;
class StateAccess;
class StateLock;
struct Config;

/// The service itself. One thread, the one that calls `run`, decides everything: it takes the
/// signals, starts runs that are due, hears of their ends, reloads, feeds the watchdog. Runs and
/// the monitors' pages have threads of their own.
///
/// Life: the constructor loads the configuration, takes the daemon's lock, checks the state and
/// opens the port; `run` serves until SIGTERM or SIGINT.
class Service {
 public:
  using Load = std::function<Config()>;  ///< reads the configuration; throws ConfigError

  /// `clock` and `log` must outlive the service. Throws ConfigError, StoreError, LockedError when
  /// another daemon has this state, std::runtime_error when the port cannot be opened.
  Service(Load load, Clock& clock, Log& log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Serves until it is told to stop, then lets the operations in flight end.
  void run();

 private:
  using Time = std::chrono::steady_clock::time_point;

  // ── the configuration ──
  void adopt(std::shared_ptr<const Config> config);
  void reload();
  [[nodiscard]] std::unique_ptr<HttpServer> serve(const Config& config);

  // ── one turn of the loop ──
  [[nodiscard]] std::chrono::milliseconds pause() const;
  void take(int signal);
  void start_due();
  void hear_of_ends();
  void wind_down();
  void feed_watchdog();
  void show_status();

  void begin_to_stop();
  [[nodiscard]] bool is_stopping() const { return runs_stop_.stop_requested(); }
  [[nodiscard]] HttpAnswer page(const std::string& path);

  const Load load_;
  Clock& clock_;
  Log& log_;
  Events events_;
  HttpContext http_;
  Liveness liveness_;
  Readiness readiness_;
  Metrics metrics_;
  Schedule schedule_;
  Reservations reservations_;
  std::shared_ptr<const Config> config_;
  std::unique_ptr<StateLock> daemon_lock_;
  std::unique_ptr<StateAccess> state_;
  std::unique_ptr<HttpServer> server_;

  std::stop_source runs_stop_;  ///< nothing new is begun
  std::stop_source http_stop_;  ///< nothing more is sent
  Time stop_began_;
  Time fed_at_;
  bool has_complained_ = false;
  std::map<std::string, std::size_t> held_;  ///< by target, as its last run left it
  std::string last_run_ = "none yet";
  std::string status_;

  Crew crew_;  ///< last: its runs use everything above
};

}  // namespace usher
