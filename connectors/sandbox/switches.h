#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace usher::sandbox {

/// A control request, seed or command line that cannot be followed. The text is for people.
class BadRequest : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Something the provider's documents leave open, or an odd habit that can be turned off.
struct SwitchSpec {
  std::string_view name;
  std::string_view values;  ///< `yes|no`; or `number`, `rate`, `text`
  std::string_view initial;
  std::string_view meaning;
};

/// The switches of all APIs that are served, with their present values.
class Switches {
 public:
  /// Declares switches; one that is there already stays as it is.
  void declare(std::span<const SwitchSpec> specs);

  /// Throws BadRequest for an unknown name and for a value the switch does not take.
  void set(std::string_view name, std::string_view value);

  /// The members of a JSON object; numbers and booleans are taken for their text.
  void set_all(const nlohmann::json& values);

  /// Back to the initial values.
  void reset();

  [[nodiscard]] const std::string& get(std::string_view name) const;
  [[nodiscard]] bool is(std::string_view name, std::string_view value) const;
  [[nodiscard]] bool on(std::string_view name) const { return is(name, "yes"); }
  [[nodiscard]] std::int64_t number(std::string_view name) const;

  [[nodiscard]] nlohmann::json to_json() const;

  /// One line per switch: name, values, initial value and meaning.
  [[nodiscard]] std::string help() const;

  /// Grows with every change: what was rendered under an older one may be out of date.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

 private:
  struct Entry {
    SwitchSpec spec;
    std::string value;
  };
  [[nodiscard]] const Entry& entry(std::string_view name) const;

  std::map<std::string, Entry, std::less<>> entries_;
  std::uint64_t revision_ = 0;
};

}  // namespace usher::sandbox
