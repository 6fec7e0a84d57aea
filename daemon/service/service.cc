#include "daemon/service/service.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "config/settings.h"
#include "connectors/clock.h"
#include "daemon/engine/identity.h"
#include "daemon/service/log.h"
#include "daemon/service/notify.h"
#include "daemon/service/signals.h"
#include "daemon/service/state_access.h"
#include "daemon/service/target_run.h"
#include "daemon/store/lock.h"
#include "daemon/store/store.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::chrono::milliseconds kLongestPause{10'000};  ///< well under Liveness::kLoopPatience
constexpr std::chrono::milliseconds kPauseWhileStopping{100};
/// Reading back is given this long; systemd's TimeoutStopSec for the unit is twice as much.
constexpr std::chrono::seconds kGrace{45};

Schedule::Jitter make_jitter() {
  return [engine = std::mt19937(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

std::vector<Timing> timings_of(const Config& config) {
  std::vector<Timing> timings;
  const auto add = [&timings](const TargetConfig& target) {
    const char* const mode = target.mode == Mode::kApply ? "apply " : "plan ";
    timings.push_back({target.name, target.every, mode + target.hash});
  };
  for (const TargetConfig& target : config.targets) add(target);
  for (const TargetFamily& family : config.families) add(family.shape);
  return timings;
}

[[noreturn]] void refuse(const Config& config, std::string message) {
  throw ConfigError({{config.file, 0, 0, false, std::move(message)}});
}

std::unique_ptr<StateLock> lock_out_other_daemons(const std::string& state) {
  try {
    return std::make_unique<StateLock>(state, ".daemon.lock", std::chrono::milliseconds(0));
  } catch (const LockedError&) {
    throw LockedError(
        fmt::format("{}: another `usher daemon` serves this state already (its process id is in "
                    "{}.daemon.lock); two would only wait for each other",
                    state, state));
  }
}

nlohmann::ordered_json escaped(const std::vector<std::string>& texts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const std::string& text : texts) list.push_back(escape_for_display(text));
  return list;
}

HttpAnswer json_answer(int status, const nlohmann::ordered_json& json) {
  return {status, "application/json", json.dump() + "\n"};
}

}  // namespace

Service::Service(Load load, Clock& clock, Log& log)
    : load_(std::move(load)),
      clock_(clock),
      log_(log),
      http_(clock),
      liveness_(clock),
      readiness_(clock),
      schedule_(make_jitter()),
      fed_at_(clock.steady()),
      crew_([this] { events_.wake(); }) {
  auto config = std::make_shared<const Config>(load_());
  // Without a state there is nothing to lock; opening it says what is wrong with it.
  if (Store::exists(config->state)) daemon_lock_ = lock_out_other_daemons(config->state);
  (void)Store(config->state, Store::Access::kWrite);
  state_ = std::make_unique<StateAccess>(config->state, clock_, log_);
  http_.set_stop(http_stop_.get_token());
  http_.set_observer(
      [this](std::string_view scope, std::string_view method, int status, double waited) {
        ActiveRun::note_answer();
        metrics_.count_request(scope, method, status, waited);
      });
  server_ = serve(*config);
  adopt(std::move(config));
}

Service::~Service() {
  // In case `run` was left by an exception: the crew waits for its runs.
  runs_stop_.request_stop();
  http_stop_.request_stop();
}

// ── the configuration ──────────────────────────────────────────────────────────────────────────

void Service::adopt(std::shared_ptr<const Config> config) {
  for (const ConfigProblem& warning : config->warnings) log_.warning(warning.to_string());
  log_.set_level(parse_log_level(config->log_level).value_or(LogLevel::kInfo));
  config_ = std::move(config);
  const std::vector<Timing> timings = timings_of(*config_);
  schedule_.configure(timings, clock_.steady());
  readiness_.configure(timings);
  metrics_.keep_only(*config_);
  std::erase_if(held_, [&](const auto& entry) { return !config_->has_target(entry.first); });
}

/// All of the new configuration or nothing of it; runs under way end under the old one.
void Service::reload() {
  notify_reloading();
  try {
    auto config = std::make_shared<const Config>(load_());
    if (config->state != config_->state) {
      refuse(*config, fmt::format("`state` was {} and is {} now; that takes a restart",
                                  config_->state, config->state));
    }
    if (config->http_listen != config_->http_listen) server_ = serve(*config);
    adopt(std::move(config));
    log_.notice(fmt::format("{}: reloaded; {} targets", config_->file, config_->targets.size()));
  } catch (const ConfigError& error) {
    for (const ConfigProblem& problem : error.problems) log_.error(problem.to_string());
    log_.error(fmt::format(
        "{}: not reloaded; the configuration of before stays in force. Mend what is said above "
        "(`usher check` shows it too) and reload again",
        config_->file));
  } catch (const std::exception& error) {
    log_.error(fmt::format("{}: not reloaded, the configuration of before stays in force: {}",
                           config_->file, error.what()));
  }
  notify_ready();
}

std::unique_ptr<HttpServer> Service::serve(const Config& config) {
  if (config.http_listen.empty()) return nullptr;
  try {
    auto server = std::make_unique<HttpServer>(
        config.http_listen, [this](const std::string& path) { return page(path); });
    log_.notice("listening on " + server->address());
    return server;
  } catch (const std::runtime_error& error) {
    refuse(config, std::string("`http.listen`: ") + error.what());
  }
}

// ── the loop ───────────────────────────────────────────────────────────────────────────────────

void Service::run() {
  notify_ready();
  log_.notice(fmt::format("{}: serving {} targets on state {}", config_->file,
                          config_->targets.size(), config_->state));
  while (!is_stopping() || !crew_.is_idle()) {
    liveness_.beat();
    hear_of_ends();
    if (is_stopping()) {
      wind_down();
    } else {
      start_due();
    }
    feed_watchdog();
    show_status();
    if (const auto signal = events_.wait(pause())) take(*signal);
  }
  log_.notice("stopped");
}

std::chrono::milliseconds Service::pause() const {
  if (is_stopping()) return kPauseWhileStopping;
  const Time now = clock_.steady();
  Time until = now + kLongestPause;
  if (const auto period = watchdog_period()) until = std::min(until, fed_at_ + *period);
  // A full crew wakes us when somebody is done.
  if (const auto due = schedule_.next_due(); due && !crew_.is_full()) until = std::min(until, *due);
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(until - now),
                  std::chrono::milliseconds(0));
}

void Service::take(int signal) {
  if (signal == SIGHUP) {
    if (!is_stopping()) reload();
  } else if (is_stopping()) {
    log_.warning(
        "told to stop twice: ending at once; what was under way is looked up at the next start");
    end_at_once(signal);
  } else {
    begin_to_stop();
  }
}

void Service::start_due() {
  while (!crew_.is_full()) {
    const auto target = schedule_.start_next(clock_.steady());
    if (!target) return;
    const RunStage stage{*state_, reservations_, http_, clock_, liveness_, metrics_, log_};
    crew_.start(*target, [stage, config = config_, name = *target, stop = runs_stop_.get_token()] {
      return run_target(stage, config, name, stop);
    });
  }
}

void Service::hear_of_ends() {
  const std::vector<Crew::Ended> ended = crew_.collect();
  for (const auto& [target, outcome] : ended) {
    schedule_.finish(target, outcome.ending);
    readiness_.note(target, outcome.ending, outcome.why);
    if (!config_->has_target(target)) {
      metrics_.keep_only(*config_);  // it was removed while it ran
      continue;
    }
    held_[target] = outcome.held;
    if (outcome.ending == Ending::kStopped) continue;
    last_run_ =
        fmt::format("{} at {}: {}", target, to_rfc3339(to_seconds(clock_.now())), outcome.status);
  }
  // What a run of a hundred thousand people needed goes back to the system.
  if (!ended.empty() && crew_.is_idle()) malloc_trim(0);
}

void Service::feed_watchdog() {
  const std::vector<std::string> complaints = liveness_.complaints();
  if (!complaints.empty()) {
    if (!std::exchange(has_complained_, true)) {
      for (const std::string& complaint : complaints)
        log_.error(complaint + "; the watchdog is not fed any more");
    }
    return;
  }
  has_complained_ = false;
  const auto period = watchdog_period();
  const Time now = clock_.steady();
  if (!period || now < fed_at_ + *period) return;
  notify_watchdog();
  fed_at_ = now;
}

void Service::show_status() {
  const auto held =
      std::ranges::count_if(held_, [](const auto& entry) { return entry.second > 0; });
  const std::size_t unready = readiness_.unready().size();
  std::string line =
      is_stopping() ? std::string("stopping") : fmt::format("{} targets", config_->targets.size());
  if (held > 0) line += fmt::format(", {} held", held);
  if (unready > 0) line += fmt::format(", {} not ready", unready);
  line += ", last run " + last_run_;
  if (line == status_) return;
  status_ = line;
  notify_status(line);
}

// ── the end ────────────────────────────────────────────────────────────────────────────────────

void Service::begin_to_stop() {
  // First the deed, then the word: who reads "stopping" may rely on it.
  stop_began_ = clock_.steady();
  runs_stop_.request_stop();
  notify_stopping();
  log_.notice("stopping: operations in flight are finished first");
}

/// A run that only reads is cut short at once. One that has sent changes reads them back first, so
/// that the journal is left settled, but not for ever: what stays open is looked up at the next
/// start.
void Service::wind_down() {
  if (liveness_.any_writes() && clock_.steady() - stop_began_ < kGrace) return;
  http_stop_.request_stop();
}

// ── what monitors see ──────────────────────────────────────────────────────────────────────────

HttpAnswer Service::page(const std::string& path) {
  if (path == "/healthz") {
    const std::vector<std::string> complaints = liveness_.complaints();
    return json_answer(complaints.empty() ? 200 : 503,
                       {{"healthy", complaints.empty()}, {"problems", escaped(complaints)}});
  }
  if (path == "/readyz") {
    const std::vector<Unready> unready = readiness_.unready();
    nlohmann::ordered_json targets = nlohmann::ordered_json::array();
    for (const Unready& one : unready) {
      targets.push_back(
          {{"name", escape_for_display(one.target)}, {"why", escape_for_display(one.why)}});
    }
    return json_answer(unready.empty() ? 200 : 503,
                       {{"ready", unready.empty()}, {"targets", targets}});
  }
  if (path == "/metrics") {
    return {200, "text/plain; version=0.0.4; charset=utf-8",
            metrics_.render(to_seconds(clock_.now()))};
  }
  return {404, "text/plain; charset=utf-8", "there is /healthz, /readyz and /metrics\n"};
}

}  // namespace usher
