#include "connectors/sandbox/request_log.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/message.h"

namespace usher::sandbox {
namespace {

constexpr std::size_t kMostEntries = 1'000'000;

nlohmann::json entry_json(const LogEntry& entry) {
  nlohmann::json result = {{"n", entry.n},
                           {"api", entry.api},
                           {"method", entry.method},
                           {"path", entry.path},
                           {"credential", entry.credential},
                           {"status", entry.status},
                           {"body", entry.body},
                           {"handled", entry.handled},
                           {"replied", entry.replied}};
  if (!entry.address.empty()) {
    result["address"] = entry.address;
  }
  if (!entry.fault.empty()) {
    result["fault"] = entry.fault;
  }
  return result;
}

}  // namespace

std::shared_ptr<LogEntry> RequestLog::add() {
  if (entries_.size() == kMostEntries) {
    entries_.pop_front();
  }
  auto entry = entries_.emplace_back(std::make_shared<LogEntry>());
  entry->n = ++count_;
  return entry;
}

void RequestLog::clear() {
  entries_.clear();
  count_ = 0;
}

nlohmann::json RequestLog::to_json(std::string_view query) const {
  const auto since_text = query_value(query, "since");
  std::uint64_t since = 0;
  std::from_chars(since_text.data(), since_text.data() + since_text.size(), since);
  const auto method = query_value(query, "method");
  const auto path = query_value(query, "path");
  auto requests = nlohmann::json::array();
  for (const auto& entry : entries_) {
    if (entry->n > since && (method.empty() || entry->method == method) &&
        entry->path.find(path) != std::string::npos) {
      requests.push_back(entry_json(*entry));
    }
  }
  return {{"count", count_}, {"requests", std::move(requests)}};
}

}  // namespace usher::sandbox
