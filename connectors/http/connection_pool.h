#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "connectors/http/connection.h"

namespace usher {

/// Keeps idle connections for the next request to the same endpoint. Thread-safe.
///
/// A connection that the server closes at the moment it is used again costs an unknown outcome for
/// a write. So they are kept for a short time only, less where the server announces its own, and
/// are looked at before they are handed out.
class ConnectionPool {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The connection that was used last and has carried fewer than `max_requests`; null: open one.
  [[nodiscard]] std::unique_ptr<Connection> take(const std::string& key, int max_requests,
                                                 Time now);

  /// `connection` must have had its answer read to the end.
  void give_back(const std::string& key, std::unique_ptr<Connection> connection, Time now);

 private:
  struct Idle {
    std::string key;
    std::unique_ptr<Connection> connection;
  };

  std::mutex mutex_;
  std::list<Idle> idle_;  ///< guarded by mutex_; the longest unused first
};

}  // namespace usher
