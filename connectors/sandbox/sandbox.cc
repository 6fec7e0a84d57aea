#include "connectors/sandbox/sandbox.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/clock.h"
#include "connectors/sandbox/format.h"
#include "connectors/sandbox/json_reader.h"

namespace usher::sandbox {
namespace {

constexpr SwitchSpec kSwitches[] = {
    {"edge_user_agent", "yes|no", "yes",
     "a request without a User-Agent, or with Python-urllib's, gets an HTML 403 before the API "
     "sees it"},
    {"edge_requests_per_connection", "number", "100",
     "past so many requests on one connection the edge answers with an HTML 403; 0: never"},
    {"rate", "rate", "off", "requests let through before 429: 30/s, 50/min, 1000/h, off"},
    {"rate_burst", "number", "0", "requests that may come at once; 0: the rate's own number"},
    {"rate_per", "address|credential", "address", "what the rate is counted by"},
    {"429_body", "limiter|envelope|html", "limiter", "the shape of a 429 that the rate causes"},
    {"retry_after", "none|seconds|date", "none", "the Retry-After header of such a 429"},
    {"clock_offset", "number", "0", "seconds by which the server's clock is ahead"},
};

std::string target_of(const Request& request) {
  return request.query.empty() ? request.path : request.path + '?' + request.query;
}

}  // namespace

Sandbox::Sandbox(std::vector<std::unique_ptr<Api>> apis, std::string seed, SwitchSettings settings,
                 Clock& clock)
    : apis_(std::move(apis)),
      settings_(std::move(settings)),
      clock_(clock),
      seed_(std::move(seed)) {
  switches_.declare(kSwitches);
  for (const auto& api : apis_) {
    switches_.declare(api->switches());
    switches_.declare(api->model()->switches());
  }
  reset(seed_);
}

Sandbox::~Sandbox() {
  stop();
}

void Sandbox::reset(std::string_view seed_text) {
  const auto seed = parse_json(seed_text.empty() ? "{}" : seed_text, "the seed");
  std::vector<std::string> problems;
  JsonReader reader(seed, "", problems);
  reader.know({"switches", "faults"});
  for (auto* model : models()) {
    for (const auto member : model->seed_members()) {
      reader.know({member});
    }
  }
  reader.finish();
  require_no_problems(problems, "seed");
  for (auto* model : models()) {
    model->load(seed, problems);
  }
  require_no_problems(problems, "seed");
  switches_.reset();
  switches_.set_all(seed.value("switches", nlohmann::json::object()));
  for (const auto& [name, value] : settings_) {
    switches_.set(name, value);
  }
  faults_.clear();
  faults_.add(seed.value("faults", nlohmann::json::array()));
  limiter_.clear();
  log_.clear();
  ++all_releases_;
  changed_.notify_all();
}

std::int64_t Sandbox::now() const {
  return std::chrono::system_clock::to_time_t(clock_.now()) + switches_.number("clock_offset");
}

Api* Sandbox::find_api(std::string_view path) const {
  for (const auto& api : apis_) {
    const auto base = api->base_path();
    if (path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/')) {
      return api.get();
    }
  }
  return nullptr;
}

std::vector<Model*> Sandbox::models() const {
  std::vector<Model*> result;
  std::set<Model*> seen;
  for (const auto& api : apis_) {
    if (seen.insert(api->model().get()).second) {
      result.push_back(api->model().get());
    }
  }
  return result;
}

Delivery Sandbox::answer(const Request& request) {
  if (request.path.starts_with(kControlPath)) {
    return {.response = control_response(request)};
  }
  Lock lock(mutex_);
  const auto entry = log_.add();
  entry->method = request.method;
  entry->path = target_of(request);
  entry->body = request.body;
  Delivery delivery;
  if (auto* api = find_api(request.path); api != nullptr) {
    entry->api = api->name();
    delivery = on_stage(request, *api, *entry, lock);
  } else {
    delivery.response = html_response(404, "The requested resource was not found on this server.");
  }
  if (delivery.response.drop) {
    delivery.extent = Delivery::Extent::kNothing;
  }
  entry->status = delivery.response.status;
  entry->replied = delivery.extent == Delivery::Extent::kWhole;
  delivery.response.headers.emplace_back("Date", http_date(now()));
  return delivery;
}

Delivery Sandbox::on_stage(const Request& request, Api& api, LogEntry& entry, Lock& lock) {
  if (edge_refuses(request)) {
    return {.response = html_response(403, "Access denied. Error code 1010.")};
  }
  if (const double seconds = seconds_too_early(request); seconds > 0) {
    return {.response = rate_limited(api, switches_.get("429_body"), seconds)};
  }
  if (const auto* fault = faults_.strike(request, api); fault != nullptr) {
    return strike(*fault, request, api, entry, lock);
  }
  return {.response = handle(request, api, entry)};
}

bool Sandbox::edge_refuses(const Request& request) const {
  const auto agent = request.header("User-Agent");
  const bool unwelcome = agent.empty() || agent.starts_with("Python-urllib");
  const auto most = switches_.number("edge_requests_per_connection");
  return (switches_.on("edge_user_agent") && unwelcome) ||
         (most > 0 && request.nth_on_connection > most);
}

double Sandbox::seconds_too_early(const Request& request) {
  const auto key = switches_.is("rate_per", "address")
                       ? request.peer
                       : fmt::format("{} {}", request.header("X-TL-Partner-Id"),
                                     request.header("Authorization"));
  const std::chrono::duration<double> steady = clock_.steady().time_since_epoch();
  return limiter_.take(key, parse_rate(switches_.get("rate")),
                       static_cast<double>(switches_.number("rate_burst")), steady.count());
}

Response Sandbox::rate_limited(const Api& api, std::string_view shape, double seconds) const {
  constexpr std::string_view kText = "Too many requests. Slow down and try again later.";
  Response response;
  if (shape == "envelope") {
    response = api.error(429, kText, context());
  } else if (shape == "html") {
    response = html_response(429, kText);
  } else {
    response = json_response(
        429, nlohmann::json{{"error", "Too Many Requests"}, {"message", kText}}.dump());
  }
  const auto whole_seconds = static_cast<std::int64_t>(std::ceil(seconds));
  if (switches_.is("retry_after", "seconds")) {
    response.headers.emplace_back("Retry-After", std::to_string(whole_seconds));
  } else if (switches_.is("retry_after", "date")) {
    response.headers.emplace_back("Retry-After", http_date(now() + whole_seconds));
  }
  return response;
}

Response Sandbox::handle(const Request& request, Api& api, LogEntry& entry) const {
  auto response = api.handle(request, context());
  entry.handled = true;
  entry.status = response.status;
  entry.credential = response.credential;
  entry.address = response.address;
  return response;
}

Delivery Sandbox::strike(const Fault& fault, const Request& request, Api& api, LogEntry& entry,
                         Lock& lock) {
  entry.fault = fault.source.value("action", "");
  Delivery delivery;
  switch (fault.action) {
    case FaultAction::kLostReplyBeforeCommit:
      delivery.extent = Delivery::Extent::kNothing;
      return delivery;
    case FaultAction::kHtml403:
      delivery.response = html_response(403, "Access denied. Error code 1010.");
      return delivery;
    case FaultAction::kStatus:
    case FaultAction::kRateLimit:
    case FaultAction::kErrorInOk:
      if (fault.commit) {
        static_cast<void>(handle(request, api, entry));
      }
      delivery.response = fault_status(fault, api);
      return delivery;
    case FaultAction::kSlowReply:
      return slow_reply(fault, request, api, entry, lock);
    case FaultAction::kLostReplyAfterCommit:
      delivery.response = handle(request, api, entry);
      delivery.extent = Delivery::Extent::kNothing;
      return delivery;
    case FaultAction::kCutBody:
      delivery.response = handle(request, api, entry);
      if (!delivery.response.body) return delivery;  // a 204: there is nothing to cut
      delivery.extent = Delivery::Extent::kPart;
      delivery.bytes = static_cast<std::size_t>(
          fault.bytes.value_or(static_cast<std::int64_t>(delivery.response.body->size() / 2)));
      delivery.chunked = fault.chunked;
      return delivery;
    default:
      delivery.response = handle(request, api, entry);
      api.with_json(delivery.response,
                    [&](Response& json) { mangle(fault, api.list_member(), json); });
      return delivery;
  }
}

Response Sandbox::fault_status(const Fault& fault, const Api& api) const {
  Response response;
  if (fault.action == FaultAction::kErrorInOk) {
    response = api.error(500, "Something went wrong", context());
    response.status = 200;
  } else if (fault.action == FaultAction::kRateLimit) {
    response = rate_limited(api, fault.shape.empty() ? switches_.get("429_body") : fault.shape, 1);
  } else if (fault.shape == "html" || (fault.shape.empty() && fault.status > 500)) {
    response = html_response(fault.status, "The server is having trouble. Try again later.");
  } else {
    response = api.error(fault.status, "Something went wrong", context());
  }
  if (fault.retry_after) {
    std::erase_if(response.headers,
                  [](const auto& header) { return header.first == "Retry-After"; });
    response.headers.emplace_back("Retry-After", std::to_string(*fault.retry_after));
  }
  return response;
}

Delivery Sandbox::slow_reply(const Fault& fault, const Request& request, Api& api, LogEntry& entry,
                             Lock& lock) {
  Delivery delivery;
  if (fault.commit) {
    delivery.response = handle(request, api, entry);
    hold(fault.hold, fault.ms, lock);
  } else {
    hold(fault.hold, fault.ms, lock);
    delivery.response = handle(request, api, entry);
  }
  return delivery;
}

// Nothing of the rule is looked at after the wait: it may have been cleared meanwhile.
void Sandbox::hold(const std::string& name, std::int64_t ms, Lock& lock) {
  const auto& named_releases = releases_[name];  // stays where it is: none is ever erased
  const auto releases = [&] { return named_releases + all_releases_; };
  const auto ticket = releases();
  const auto over = [&] { return stopped_ || releases() != ticket; };
  ++held_;
  changed_.notify_all();
  if (ms > 0) {
    changed_.wait_for(lock, std::chrono::milliseconds(ms), over);
  } else {
    changed_.wait(lock, over);
  }
  --held_;
}

void Sandbox::wait_until_held(int count) {
  Lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || held_ >= count; });
}

void Sandbox::stop() {
  const Lock lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace usher::sandbox
