#include "mapping/capabilities.h"

#include <algorithm>

namespace usher {
namespace {

constexpr std::string_view kAnySubKey = ".*";

/// `metadata.*` stands for `metadata.team` and its like, not for `metadata.` or `metadata`.
bool stands_for(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with(kAnySubKey)) return false;
  const std::string_view prefix = pattern.substr(0, pattern.size() - 1);
  return name.size() > prefix.size() && compare_names(name.substr(0, prefix.size()), prefix) == 0;
}

auto find_text(const Texts& texts, std::string_view wanted) {
  return std::find_if(texts.begin(), texts.end(),
                      [&](const std::string& text) { return compare_names(text, wanted) == 0; });
}

/// Whether a single value that was replaced by another has lost power, or may have.
bool ranks_lower(const Texts& ranks, std::string_view before, std::string_view after) {
  const auto was = find_text(ranks, before);
  const auto is = find_text(ranks, after);
  return was == ranks.end() || is == ranks.end() || is < was;
}

/// How many values of a new account must be written after its creation.
int late_values(const Change& creation, const Capabilities& can) {
  if (!creation.after) return 0;
  int late = 0;
  for (const auto& [name, value] : *creation.after) {
    const AttributeSpec* spec = can.find(name);
    const bool is_late =
        spec != nullptr && !spec->created_as.empty() && to_text(value) != spec->created_as;
    late += is_late ? 1 : 0;
  }
  return late;
}

}  // namespace

const AttributeSpec* Capabilities::find(std::string_view attribute) const {
  for (const AttributeSpec& spec : attributes) {
    if (compare_names(spec.name, attribute) == 0) return &spec;
  }
  for (const AttributeSpec& spec : attributes) {
    if (stands_for(spec.name, attribute)) return &spec;
  }
  return nullptr;
}

bool lowers(const AttributeSpec& spec, const Value* before, const Value* after) {
  if (!spec.entitlement) return false;
  const Texts had = texts_of(before);
  const Texts has = texts_of(after);
  const bool keeps_all = std::all_of(
      had.begin(), had.end(), [&](const std::string& text) { return contains_name(has, text); });
  if (keeps_all) return false;
  const bool replaced = had.size() == 1 && has.size() == 1 && !spec.is_multi;
  return !replaced || ranks_lower(spec.ranks, had.front(), has.front());
}

int requests_of(const Change& change, const Capabilities& can) {
  if (!sends(change)) return 0;
  const auto or_usual = [&](int own) { return own > 0 ? own : can.requests_per_change; };
  if (is_read_back(change)) return or_usual(can.requests_per_removal);
  if (is_creation(change)) return or_usual(can.requests_per_creation) + late_values(change, can);
  const auto count = [&](bool AttributeSpec::*flag) {
    return static_cast<int>(std::ranges::count_if(change.fields, [&](const std::string& field) {
      const AttributeSpec* spec = can.find(field);
      return spec != nullptr && spec->*flag;
    }));
  };
  const int total = static_cast<int>(change.fields.size());
  const int apart = count(&AttributeSpec::own_request);
  const int own = count(&AttributeSpec::own_write);
  const int writes = own + (apart + own < total ? 1 : 0);  // after one look
  const bool is_all = apart > 0 && apart == total;
  return apart + (is_all ? 0 : can.requests_per_change + std::max(0, writes - 1));
}

}  // namespace usher
