#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace usher {

using Texts = std::vector<std::string>;

/// One value of a target attribute: a text, a typed boolean (`active`), or several texts in
/// code-point order (`roles`).
using Value = std::variant<std::string, bool, Texts>;

/// The value as a person reads it: `true`, `agent`, `a, b`.
[[nodiscard]] std::string to_text(const Value& value);

/// The texts of a value, one or many; none where it is absent or an empty text.
[[nodiscard]] Texts texts_of(const Value* value);

/// An absent attribute (null), an empty text and an empty list say the same.
[[nodiscard]] bool is_empty(const Value* value);

/// Compares attribute names the way LDAP and SCIM do: ASCII letters without regard to case.
[[nodiscard]] int compare_names(std::string_view a, std::string_view b);

/// Whether `name` is among `names`, by `compare_names`.
template <typename Names>
[[nodiscard]] bool contains_name(const Names& names, std::string_view name) {
  return std::ranges::any_of(names,
                             [&](std::string_view each) { return compare_names(each, name) == 0; });
}

/// A small sorted map from attribute name to value. Names compare with `compare_names` and keep
/// the spelling they were first given.
template <typename T>
class NameMap {
 public:
  using Entry = std::pair<std::string, T>;

  [[nodiscard]] const T* find(std::string_view name) const {
    const auto at = lower_bound(name);
    return at != entries_.end() && compare_names(at->first, name) == 0 ? &at->second : nullptr;
  }

  void set(std::string_view name, T value) {
    const auto at = entries_.begin() + (lower_bound(name) - entries_.cbegin());
    if (at != entries_.end() && compare_names(at->first, name) == 0) {
      at->second = std::move(value);
    } else {
      entries_.emplace(at, std::string(name), std::move(value));
    }
  }

  void erase(std::string_view name) {
    const auto at = lower_bound(name);
    if (at != entries_.end() && compare_names(at->first, name) == 0) entries_.erase(at);
  }

  [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] auto begin() const { return entries_.cbegin(); }
  [[nodiscard]] auto end() const { return entries_.cend(); }

  friend bool operator==(const NameMap&, const NameMap&) = default;

 private:
  [[nodiscard]] auto lower_bound(std::string_view name) const {
    return std::lower_bound(entries_.cbegin(), entries_.cend(), name,
                            [](const Entry& entry, std::string_view key) {
                              return compare_names(entry.first, key) < 0;
                            });
  }

  std::vector<Entry> entries_;
};

/// What a source says of a person: name → texts, several where the source is multi-valued.
using Attributes = NameMap<Texts>;

/// What a target holds, or should hold, of an account: name → value.
using Fields = NameMap<Value>;

}  // namespace usher
