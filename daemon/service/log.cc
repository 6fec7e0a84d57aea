#include "daemon/service/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "mapping/text.h"

namespace usher {
namespace {

struct NamedLevel {
  std::string_view name;
  LogLevel level;
};

constexpr std::array kLevels{
    NamedLevel{"error", LogLevel::kError},   NamedLevel{"warning", LogLevel::kWarning},
    NamedLevel{"notice", LogLevel::kNotice}, NamedLevel{"info", LogLevel::kInfo},
    NamedLevel{"debug", LogLevel::kDebug},
};

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (const NamedLevel& known : kLevels) {
    if (known.name == text) return known.level;
  }
  return std::nullopt;
}

Prefix prefix_for(int fd) {
  return ::isatty(fd) != 0 ? Prefix::kNone : Prefix::kPriority;
}

void Log::write(LogLevel level, std::string_view line) {
  if (level > level_) return;
  std::string text =
      prefix_ == Prefix::kPriority ? fmt::format("<{}>", static_cast<int>(level)) : std::string();
  text += escape_for_display(line);
  text += '\n';
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace usher
