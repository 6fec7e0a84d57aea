#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/sandbox/api.h"
#include "connectors/sandbox/faults.h"
#include "connectors/sandbox/rate.h"
#include "connectors/sandbox/request_log.h"
#include "connectors/sandbox/switches.h"

namespace usher {
class Clock;
}

namespace usher::sandbox {

/// What is below this path steers the sandbox itself.
inline constexpr std::string_view kControlPath = "/_sandbox/";

using SwitchSettings = std::vector<std::pair<std::string, std::string>>;

/// How a reply goes out.
struct Delivery {
  enum class Extent { kWhole, kPart, kNothing };

  Response response;
  Extent extent = Extent::kWhole;  ///< anything but whole closes the connection afterwards
  std::size_t bytes = 0;           ///< kPart: so much of the body
  bool chunked = false;            ///< kPart: announced in chunks, not by Content-Length
};

/// The rehearsal stage without its sockets: takes requests, hands out replies.
///
/// In front of the APIs stand, in this order: the edge (User-Agent, requests per connection), the
/// rate limit, the fault rules. Everything below `/_sandbox/` steers the sandbox itself and is
/// neither logged nor disturbed. Calls may come from many threads; one at a time is worked on.
class Sandbox {
 public:
  /// `seed` is JSON text; `settings` are switches that win over the seed's. `clock` must outlive
  /// the sandbox. Throws BadRequest with every problem of the seed, one a line.
  Sandbox(std::vector<std::unique_ptr<Api>> apis, std::string seed, SwitchSettings settings,
          Clock& clock);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Answers one request. Blocks while a slow_reply rule holds it.
  [[nodiscard]] Delivery answer(const Request& request);

  /// What an HTTP request to `/_sandbox/<verb>` does. `query` as in a URL, `body` JSON or empty.
  /// Throws BadRequest.
  nlohmann::json control(std::string_view method, std::string_view verb, std::string_view query,
                         std::string_view body);

  /// Blocks until so many requests are held by slow_reply rules, or `stop` was called.
  void wait_until_held(int count);

  /// Ends all waits, for good.
  void stop();

  [[nodiscard]] const std::vector<std::unique_ptr<Api>>& apis() const { return apis_; }
  [[nodiscard]] std::string switch_help() const { return switches_.help(); }

 private:
  using Lock = std::unique_lock<std::mutex>;

  void reset(std::string_view seed);
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] Context context() const { return {switches_, now()}; }
  [[nodiscard]] Api* find_api(std::string_view path) const;
  [[nodiscard]] std::vector<Model*> models() const;

  [[nodiscard]] Response control_response(const Request& request);
  [[nodiscard]] nlohmann::json state(std::string_view query) const;
  [[nodiscard]] nlohmann::json restart(std::string seed);
  [[nodiscard]] nlohmann::json show(std::string_view verb, std::string_view query) const;
  [[nodiscard]] nlohmann::json change(std::string_view verb, const nlohmann::json& body);

  [[nodiscard]] Delivery on_stage(const Request& request, Api& api, LogEntry& entry, Lock& lock);
  [[nodiscard]] bool edge_refuses(const Request& request) const;
  [[nodiscard]] double seconds_too_early(const Request& request);
  [[nodiscard]] Response rate_limited(const Api& api, std::string_view shape, double seconds) const;
  [[nodiscard]] Delivery strike(const Fault& fault, const Request& request, Api& api,
                                LogEntry& entry, Lock& lock);
  [[nodiscard]] Response handle(const Request& request, Api& api, LogEntry& entry) const;
  [[nodiscard]] Response fault_status(const Fault& fault, const Api& api) const;
  [[nodiscard]] Delivery slow_reply(const Fault& fault, const Request& request, Api& api,
                                    LogEntry& entry, Lock& lock);
  void hold(const std::string& name, std::int64_t ms, Lock& lock);

  const std::vector<std::unique_ptr<Api>> apis_;
  const SwitchSettings settings_;
  Clock& clock_;

  std::mutex mutex_;  // guards everything below, the APIs and their models
  std::condition_variable changed_;
  std::string seed_;
  Switches switches_;
  Faults faults_;
  RateLimiter limiter_;
  RequestLog log_;
  std::map<std::string, std::uint64_t, std::less<>> releases_;
  std::uint64_t all_releases_ = 0;
  int held_ = 0;
  bool stopped_ = false;
};

}  // namespace usher::sandbox
