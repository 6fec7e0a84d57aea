#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace usher {

// What systemd is told. Without $NOTIFY_SOCKET all of this is silent.

void notify_ready();
void notify_reloading();
void notify_stopping();
void notify_status(const std::string& line);
void notify_watchdog();

/// How often the watchdog wants to be fed: half of its patience. Nothing: there is none.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_period();

}  // namespace usher
