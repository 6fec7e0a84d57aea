#include "connectors/ldap/ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace usher::ldap {
namespace {

/// The values of one attribute, put together from its ranges.
class Ranges {
 public:
  /// Takes what `entry` holds of `name`, in whatever order the ranges stand. False: a range is
  /// missing, or does not hold what it says, so the values are not proven whole.
  bool absorb(Entry& entry, const std::string& name) {
    std::vector<Attribute*> found;
    for (Attribute& attribute : entry.attributes) {
      if (attribute.range && compare_names(attribute.name, name) == 0) found.push_back(&attribute);
    }
    std::ranges::sort(found, {}, [](const Attribute* part) { return part->range->low; });
    for (Attribute* part : found) {
      if (!append(*part)) return false;
    }
    return !found.empty();
  }

  [[nodiscard]] bool drained() const { return drained_; }
  [[nodiscard]] std::uint32_t next() const { return next_; }
  [[nodiscard]] Texts take() { return std::move(values_); }

 private:
  bool append(Attribute& part) {
    const Range range = *part.range;
    if (drained_ || range.low != next_) return false;
    if (range.high && part.values.size() != *range.high - range.low + 1ULL) return false;
    values_.insert(values_.end(), std::make_move_iterator(part.values.begin()),
                   std::make_move_iterator(part.values.end()));
    drained_ = !range.high;
    next_ = range.high ? *range.high + 1 : next_;
    return drained_ || next_ != 0;
  }

  Texts values_;
  std::uint32_t next_ = 0;
  bool drained_ = false;
};

Texts ranged_names(const Entry& entry) {
  Texts names;
  for (const Attribute& attribute : entry.attributes) {
    const auto same = [&](const std::string& name) {
      return compare_names(name, attribute.name) == 0;
    };
    if (attribute.range && std::ranges::none_of(names, same)) names.push_back(attribute.name);
  }
  return names;
}

std::optional<Texts> drain(Entry& entry, const std::string& name, const FetchAttribute& fetch) {
  Ranges ranges;
  if (!ranges.absorb(entry, name)) return std::nullopt;
  while (!ranges.drained()) {
    auto more = fetch(entry.dn, fmt::format("{};range={}-*", name, ranges.next()));
    if (!more || !ranges.absorb(*more, name)) return std::nullopt;
  }
  return ranges.take();
}

}  // namespace

Texts drain_ranges(Entry& entry, const FetchAttribute& fetch) {
  Texts undrained;
  for (const std::string& name : ranged_names(entry)) {
    std::optional<Texts> values = drain(entry, name, fetch);
    std::erase_if(entry.attributes, [&](const Attribute& attribute) {
      return compare_names(attribute.name, name) == 0;
    });
    if (values) {
      entry.attributes.push_back({.name = name, .values = *std::move(values)});
    } else {
      undrained.push_back(name);
    }
  }
  return undrained;
}

}  // namespace usher::ldap
