#include "daemon/service/notify.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include "mapping/text.h"

namespace usher {

void notify_ready() {
  sd_notify(0, "READY=1");
}

void notify_reloading() {
  // Type=notify-reload compares this with the time of its own request (systemd 253).
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                           std::chrono::floor<std::chrono::microseconds>(now).count())
                   .c_str());
}

void notify_stopping() {
  sd_notify(0, "STOPPING=1");
}

void notify_status(const std::string& line) {
  sd_notify(0, ("STATUS=" + escape_for_display(line)).c_str());
}

void notify_watchdog() {
  sd_notify(0, "WATCHDOG=1");
}

std::optional<std::chrono::microseconds> watchdog_period() {
  std::uint64_t patience = 0;
  if (sd_watchdog_enabled(0, &patience) <= 0) return std::nullopt;
  return std::chrono::microseconds(patience / 2);
}

}  // namespace usher
