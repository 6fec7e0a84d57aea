#include "daemon/cli/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

namespace usher {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr auto kRedrawEvery = std::chrono::milliseconds(100);

using SteadyTime = std::chrono::steady_clock::time_point;

class Bar {
 public:
  ~Bar() { clear(); }

  void show(const Progress& progress) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (progress.what != what_) {
      what_ = progress.what;
      began_ = now;
    } else if (now - drawn_ < kRedrawEvery && progress.done != progress.total) {
      return;
    }
    drawn_ = now;
    clear();
    if (progress.total != 0 && progress.done == progress.total) return;
    fmt::print(stderr, "{}", line(progress, now));
    std::fflush(stderr);
    is_drawn_ = true;
  }

 private:
  [[nodiscard]] std::string line(const Progress& progress, SteadyTime now) const {
    if (progress.done == 0 && progress.total == 0) return what_ + " …";
    const double seconds = std::chrono::duration<double>(now - began_).count();
    const double rate = seconds > 0 ? static_cast<double>(progress.done) / seconds : 0;
    if (progress.total < progress.done)
      return fmt::format("{}  {}  {:.0f}/s", what_, progress.done, rate);
    const std::size_t filled = kBarWidth * progress.done / progress.total;
    const double left = rate > 0 ? static_cast<double>(progress.total - progress.done) / rate : 0;
    return fmt::format("{}  [{:#<{}}{:.<{}}] {}/{}  {:.1f}/s  {:.0f} s left", what_, "", filled, "",
                       kBarWidth - filled, progress.done, progress.total, rate, left);
  }

  void clear() {
    if (!is_drawn_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    is_drawn_ = false;
  }

  std::string what_;
  SteadyTime began_;
  SteadyTime drawn_;
  bool is_drawn_ = false;
};

}  // namespace

ProgressSink make_progress_bar() {
  if (isatty(STDERR_FILENO) == 0) return {};
  const auto bar = std::make_shared<Bar>();
  return [bar](const Progress& progress) { bar->show(progress); };
}

}  // namespace usher
