#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace usher::sandbox {

/// One request as it was answered. No secret is in here.
struct LogEntry {
  std::uint64_t n = 0;  ///< 1 for the first request
  std::string api;
  std::string method;
  std::string path;  ///< with the query
  std::string credential;
  std::string body;
  std::string address;   ///< whom an invitation was for
  int status = 0;        ///< what was answered, or would have been; 0: still being worked on
  bool handled = false;  ///< the API saw it; false: refused in front of it
  bool replied = true;   ///< false: the answer was lost or cut
  std::string fault;     ///< action of the fault rule that hit it
};

/// All requests in order, the oldest forgotten when there are very many.
class RequestLog {
 public:
  /// Begins an entry; it stays writable for its owner, whatever becomes of the log.
  std::shared_ptr<LogEntry> add();
  void clear();
  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// `query` narrows: `since=N` (only later ones), `method=POST`, `path=/workspace` (a part of it).
  [[nodiscard]] nlohmann::json to_json(std::string_view query) const;

 private:
  std::deque<std::shared_ptr<LogEntry>> entries_;
  std::uint64_t count_ = 0;
};

}  // namespace usher::sandbox
