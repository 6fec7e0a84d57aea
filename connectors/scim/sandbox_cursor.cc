#include "connectors/scim/sandbox_cursor.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "connectors/scim/sandbox_error.h"

namespace usher::sandbox {
namespace {

/// FNV-1a: enough to notice a cursor that was changed; nothing here is worth forging.
std::uint64_t digest(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

std::string join(const Texts& texts) {
  std::string all;
  for (const auto& text : texts) all.append(text).append(",");
  return all;
}

std::uint64_t seal(std::string_view content) {
  return digest(fmt::format("a cursor of the sandbox: {}", content));
}

[[noreturn]] void throw_cursor(std::string_view type, const std::string& detail) {
  throw ScimError(400, type, detail);
}

/// `number-request-count-time-seal`, all hexadecimal.
using Parts = std::array<std::uint64_t, 5>;

bool parse(std::string_view cursor, Parts& parts) {
  const char* at = cursor.data();
  const char* const end = at + cursor.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '-')) return false;
    const auto [stop, error] = std::from_chars(at, end, parts[i], 16);
    if (error != std::errc{}) return false;
    at = stop;
  }
  return at == end;
}

}  // namespace

ScimCursorScope::ScimCursorScope(ScimKind kind, const ScimQuery& query)
    : request(digest(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", static_cast<int>(kind), query.filter,
                                 query.sort_by, query.descending, join(query.attributes),
                                 join(query.excluded)))),
      count(query.count.value_or(-1)) {}

std::string write_scim_cursor(std::uint64_t number, const ScimCursorScope& scope,
                              const ScimScene& scene) {
  const auto content =
      fmt::format("{:x}-{:x}-{:x}-{:x}", number, scope.request,
                  static_cast<std::uint64_t>(scope.count), static_cast<std::uint64_t>(scene.now));
  return fmt::format("{}-{:x}", content, seal(content));
}

std::uint64_t read_scim_cursor(std::string_view cursor, const ScimCursorScope& scope,
                               const ScimScene& scene) {
  Parts parts{};
  const auto content = cursor.substr(0, cursor.rfind('-'));
  if (!parse(cursor, parts) || parts[4] != seal(content) || parts[1] != scope.request) {
    throw_cursor("invalidCursor", "this cursor was not made for this request");
  }
  if (parts[2] != static_cast<std::uint64_t>(scope.count)) {
    throw_cursor("invalidCount", "count must stay the same while paging by cursor");
  }
  const auto lifetime = scene.switches.number("scim_cursor_lifetime");
  if (lifetime > 0 && scene.now > static_cast<std::int64_t>(parts[3]) + lifetime) {
    throw_cursor("expiredCursor", "this cursor has expired: begin anew");
  }
  return parts[0];
}

}  // namespace usher::sandbox
