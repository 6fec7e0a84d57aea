#include "connectors/http/connection_pool.h"

#include <algorithm>
#include <iterator>

namespace usher {
namespace {

constexpr std::size_t kMaxIdle = 32;
constexpr std::chrono::seconds kMaxIdleTime{15};
constexpr std::chrono::seconds kSafety{1};  // the server's clock started before ours

bool is_too_old(const Connection& connection, ConnectionPool::Time now) {
  auto limit = kMaxIdleTime;
  if (connection.idle_limit.count() > 0) limit = std::min(limit, connection.idle_limit - kSafety);
  return now - connection.idle_since >= limit;
}

}  // namespace

std::unique_ptr<Connection> ConnectionPool::take(const std::string& key, int max_requests,
                                                 Time now) {
  for (;;) {
    std::unique_ptr<Connection> found;  // closed, where it is no good, after the lock is released
    {
      const std::scoped_lock lock(mutex_);
      const auto last = std::find_if(idle_.rbegin(), idle_.rend(),
                                     [&](const Idle& idle) { return idle.key == key; });
      if (last == idle_.rend()) return nullptr;
      found = std::move(last->connection);
      idle_.erase(std::next(last).base());
    }
    if (found->requests < max_requests && !is_too_old(*found, now) && !found->stream->is_stale()) {
      return found;
    }
  }
}

void ConnectionPool::give_back(const std::string& key, std::unique_ptr<Connection> connection,
                               Time now) {
  connection->idle_since = now;
  std::list<Idle> closed;  // outlives the lock: closing may send a last word
  const std::scoped_lock lock(mutex_);
  idle_.push_back({key, std::move(connection)});
  while (!idle_.empty() &&
         (idle_.size() > kMaxIdle || is_too_old(*idle_.front().connection, now))) {
    closed.splice(closed.end(), idle_, idle_.begin());
  }
}

}  // namespace usher
