#include "mapping/deferral.h"

#include <algorithm>

namespace usher {
namespace {

bool is_deferred_field(const std::string& field, const Capabilities& can) {
  const AttributeSpec* spec = can.find(field);
  return spec != nullptr && spec->deferred;
}

/// Moves the deferred ones of `whole` to `part`.
void split(std::optional<Fields>& whole, std::optional<Fields>& part, const Capabilities& can) {
  if (!whole) return;
  Fields kept;
  Fields moved;
  for (const auto& [name, value] : *whole)
    (is_deferred_field(name, can) ? moved : kept).set(name, value);
  whole = std::move(kept);
  part = std::move(moved);
}

bool writes(const Change& change) {
  return change.action != Action::kManual && change.action != Action::kRevoke &&
         change.action != Action::kDeactivate && change.action != Action::kDelete;
}

/// Of what the change writes itself, so that the two halves of one are not both counted.
bool loses_power(const Change& change, const Capabilities& can) {
  const auto value_in = [](const std::optional<Fields>& fields, const std::string& name) {
    return fields ? fields->find(name) : nullptr;
  };
  return std::ranges::any_of(change.fields, [&](const std::string& field) {
    const AttributeSpec* spec = can.find(field);
    return spec != nullptr &&
           lowers(*spec, value_in(change.before, field), value_in(change.after, field));
  });
}

}  // namespace

bool is_deferred(const Change& change, const Capabilities& can) {
  return change.action == Action::kUpdate && !change.fields.empty() &&
         std::ranges::all_of(change.fields, [&](const std::string& field) {
           return is_deferred_field(field, can);
         });
}

std::optional<Change> split_deferred(Change& change, const Capabilities& can) {
  if (!writes(change)) return std::nullopt;
  Change later = change;
  std::erase_if(later.fields,
                [&](const std::string& field) { return !is_deferred_field(field, can); });
  std::erase_if(change.fields,
                [&](const std::string& field) { return is_deferred_field(field, can); });
  split(change.before, later.before, can);
  split(change.after, later.after, can);
  if (later.fields.empty()) return std::nullopt;
  later.action = Action::kUpdate;
  later.lowers_entitlement = change.lowers_entitlement && loses_power(later, can);
  change.lowers_entitlement = change.lowers_entitlement && loses_power(change, can);
  later.sends_mail = later.moves_link = later.needs_lookup = false;
  return later;
}

}  // namespace usher
