#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace usher {

/// What a run means to do that others must know of.
struct Reserved {
  std::map<std::string, std::size_t> removals;  ///< by source
  std::map<std::pair<std::string, std::string>, std::string>
      creations;  ///< tenancy and folded key → target
};

/// What runs that go on at the same time know of each other. The removals of a source are limited
/// over all its targets, and targets of one tenancy must not create the same account; but the state
/// only knows what was carried out, and a run only sees what was there when it listed its target.
/// Thread-safe.
class Reservations {
 public:
  /// A run, from before its first read until its end. Must not outlive the reservations.
  class Ticket {
   public:
    Ticket(Reservations& all, std::uint64_t run) : all_(all), run_(run) {}
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    /// Calls `plan`, and nobody else's meanwhile, with what other runs have reserved: removals of
    /// those that go on, creations also of those that ended after this one began. Reserves what it
    /// returns. Once.
    void reserve(const std::function<Reserved(const Reserved& others)>& plan);

   private:
    Reservations& all_;
    const std::uint64_t run_;
  };

  [[nodiscard]] std::unique_ptr<Ticket> begin();

 private:
  struct Entry {
    Reserved reserved;
    std::optional<std::uint64_t> ended;  ///< before the run of this number began
  };
  [[nodiscard]] Reserved seen_by(std::uint64_t run) const;
  void end(std::uint64_t run);

  std::mutex mutex_;
  // Guarded by mutex_:
  std::uint64_t next_ = 0;
  std::set<std::uint64_t> active_;
  std::map<std::uint64_t, Entry> entries_;
};

}  // namespace usher
