#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace usher {

/// How far a run is; for progress bars and the watchdog.
struct Progress {
  std::string what;  ///< `reading staff`, `applying sales-whatsapp`
  std::size_t done = 0;
  std::size_t total = 0;  ///< 0: not known. Of a read: the last one's, so `done` may pass it
  bool writes = false;    ///< changes are being made or read back: who stops the run lets that end
};
using ProgressSink = std::function<void(const Progress&)>;

/// Counts the records of a read and tells `sink` now and then; a sink may be empty.
class ReadProgress {
 public:
  /// `sink` must outlive the object.
  ReadProgress(const ProgressSink& sink, std::string what, std::size_t expected)
      : sink_(sink), progress_{std::move(what), 0, expected, false} {
    if (sink_) sink_(progress_);
  }
  void count() {
    if (++progress_.done % kTellEvery == 0 && sink_) sink_(progress_);
  }

 private:
  static constexpr std::size_t kTellEvery = 64;
  const ProgressSink& sink_;
  Progress progress_;
};

}  // namespace usher
