#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace usher::sandbox {

/// Reads one JSON object member by member and notes every problem with its place, so that the
/// author of a seed sees all of them at once: `/workspaces/0/users/3/role: …`.
///
/// A member that was never asked for is a problem too; `finish` reports it.
class JsonReader {
 public:
  /// `value` and `problems` must outlive the reader. `where` is a JSON pointer.
  JsonReader(const nlohmann::json& value, std::string where, std::vector<std::string>& problems);

  [[nodiscard]] bool has(std::string_view name) const;

  [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise = {});
  [[nodiscard]] std::string required_text(std::string_view name);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise,
                                     std::int64_t least, std::int64_t most);
  [[nodiscard]] bool flag(std::string_view name, bool otherwise = false);
  /// `2026-11-05T13:22:10Z`
  [[nodiscard]] std::int64_t time(std::string_view name, std::int64_t otherwise);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);
  /// Position of the text in `words`; `otherwise` when absent.
  [[nodiscard]] std::size_t choice(std::string_view name, std::span<const std::string_view> words,
                                   std::size_t otherwise);
  /// Any value; null when absent.
  [[nodiscard]] const nlohmann::json& any(std::string_view name);

  /// Calls `visit` for a member that is an object, if it is there, and finishes it.
  void object(std::string_view name, const std::function<void(JsonReader&)>& visit);
  /// Calls `visit` for each object of a list, and finishes it.
  void each(std::string_view name, const std::function<void(JsonReader&)>& visit);

  /// Notes a problem of member `name`, or of the whole object when `name` is empty.
  void problem(std::string_view name, std::string_view message);

  /// Reports members nobody asked for.
  void finish();

  /// Announces the members there are, so that `finish` can report others before one is read.
  void know(std::initializer_list<std::string_view> names) {
    asked_.insert(asked_.end(), names.begin(), names.end());
  }

  [[nodiscard]] const nlohmann::json& value() const { return value_; }
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  [[nodiscard]] const nlohmann::json* ask(std::string_view name);

  const nlohmann::json& value_;
  std::string where_;
  std::vector<std::string>& problems_;
  std::vector<std::string> asked_;
};

/// Parses JSON text; throws BadRequest with line and column. `what` names the text in the message.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, std::string_view what);

/// Throws BadRequest with all problems, one a line, if there are any.
void require_no_problems(const std::vector<std::string>& problems, std::string_view what);

}  // namespace usher::sandbox
