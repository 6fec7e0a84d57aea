#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mapping/secret.h"
#include "mapping/value.h"

namespace usher {

enum class SettingKind {
  kText,
  kTexts,   ///< a list of texts
  kChoice,  ///< one of `choices`
  kBoolean,
  kInteger,
  kNumber,    ///< with or without a fraction: `0.5`, `30`
  kPercent,   ///< `10` or `10%`; kept as an integer
  kDuration,  ///< `500ms`, `30s`, `15m`, `7d`; kept in milliseconds
  kSize,      ///< `64MiB`; kept in bytes
  kTextMap,   ///< a mapping of texts to texts, in the order of the file
  kUrl,       ///< https or ldaps, the plain forms only to a loopback address; or one of `choices`
  kPath,      ///< relative paths are relative to the configuration file
  kSecret,    ///< { env } | { file } | { credential }
};

/// One key that a source or connector understands. The parser, the JSON Schema and the
/// documentation are all made from this one table.
struct SettingSpec {
  std::string_view name;  ///< a dot stands for nesting: `rate.per_second`
  SettingKind kind = SettingKind::kText;
  bool required = false;
  std::string_view fallback = {};  ///< as it would be written in the file; empty: none
  std::string_view help = {};      ///< one line; with the unit
  std::span<const std::string_view> choices = {};  ///< of a choice
  std::int64_t minimum = 0;              ///< of an integer; 1 also keeps a duration from being zero
  std::int64_t maximum = 1'000'000'000;  ///< of an integer
  /// False: it says how to get there, not who is found or what becomes of whom (timeouts, page
  /// sizes, certificates, logins). Such settings stay out of the hash whose change holds removals.
  bool decides = true;
};

/// The checked settings of one source or target: by name, with the fallback where the file is
/// silent. Asking for a name or kind that the spec does not have is a programming error (throws
/// std::out_of_range or std::bad_variant_access).
class SettingValues {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  using Stored = std::variant<std::string, Texts, bool, std::int64_t, double, Pairs, Secret>;

  void set(std::string_view name, Stored value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  /// How a path was written in the file, for messages: `people/` where `text` is the whole path.
  void set_written(std::string_view name, std::string text) {
    written_.insert_or_assign(std::string(name), std::move(text));
  }
  [[nodiscard]] std::string written(std::string_view name) const {
    const auto at = written_.find(name);
    return at != written_.end() ? at->second : text_or(name, "");
  }
  /// Gives `other` the value that this one has for `name`, if it has one.
  void copy_to(SettingValues& other, std::string_view name) const {
    const auto value = values_.find(name);
    if (value != values_.end()) other.set(name, value->second);
    const auto words = written_.find(name);
    if (words != written_.end()) other.set_written(name, words->second);
  }
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  [[nodiscard]] const std::string& text(std::string_view name) const {
    return std::get<std::string>(at(name));
  }
  [[nodiscard]] std::string text_or(std::string_view name, std::string_view otherwise) const {
    return has(name) ? text(name) : std::string(otherwise);
  }
  [[nodiscard]] const Texts& texts(std::string_view name) const {
    return std::get<Texts>(at(name));
  }
  [[nodiscard]] bool flag(std::string_view name) const { return std::get<bool>(at(name)); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    return std::get<std::int64_t>(at(name));
  }
  [[nodiscard]] double number(std::string_view name) const { return std::get<double>(at(name)); }
  [[nodiscard]] const Pairs& pairs(std::string_view name) const {
    return std::get<Pairs>(at(name));
  }
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view name) const {
    return std::chrono::milliseconds(integer(name));
  }
  [[nodiscard]] const Secret& secret(std::string_view name) const {
    return std::get<Secret>(at(name));
  }
  [[nodiscard]] auto begin() const { return values_.begin(); }
  [[nodiscard]] auto end() const { return values_.end(); }

 private:
  [[nodiscard]] const Stored& at(std::string_view name) const {
    return values_.find(name) != values_.end() ? values_.find(name)->second : throw_missing(name);
  }
  [[noreturn]] static const Stored& throw_missing(std::string_view name);

  std::map<std::string, Stored, std::less<>> values_;
  std::map<std::string, std::string, std::less<>> written_;  ///< not part of what the settings say
};

}  // namespace usher
