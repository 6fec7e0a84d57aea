#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "mapping/plan.h"

namespace usher {

struct Config;

/// What /metrics shows, for Prometheus: docs/operations.md tells what to make of it. Thread-safe.
///
/// No label holds a secret: the scope of a rate limit, which may be told apart by a credential, is
/// shown as its address and a short digest.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// One exchange over HTTP; `status` 0: no answer.
  void count_request(std::string_view scope, std::string_view method, int status,
                     double seconds_waited);

  /// A run has ended at `now` (seconds since the epoch). `left_at`: since when people of a target
  /// have been missing, by target and source id, as far as the state knows.
  using LeftAt = std::map<std::string, std::map<std::string, std::int64_t>>;
  void record(const RunReport& report, const LeftAt& left_at, std::int64_t now);

  /// Drops the series of targets and sources that `config` does not have.
  void keep_only(const Config& config);

  /// Drops the series of members of `family` that `report` does not have: nobody has their value
  /// any more.
  void keep_members(const std::string& family, const RunReport& report);

  /// Prometheus' text format.
  [[nodiscard]] std::string render(std::int64_t now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher
