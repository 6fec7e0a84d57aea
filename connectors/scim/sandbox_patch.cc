// What the operations of a PATCH do (RFC 7644 section 3.5.2):
//
//   path              add                    replace                remove
//   simple            set                    set                    unset
//   complex           merge                  merge                  unset
//   list              append what is new     set                    unset; with a value: these only
//   list[filter]      merge or create        merge, none: noTarget  drop the matches
//   list[filter].sub  set or create          set or create          unset in the matches
//   extension         merge                  set                    unset
//
// "Create" and "with a value" are not in the RFC; provisioning services live on them.

#include "connectors/scim/sandbox_patch.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_members.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using Op = ScimStep::Op;

bool contains(const json& list, const json& element) {
  return std::find(list.begin(), list.end(), element) != list.end();
}

/// Whether `listed` means `element`: the same, or with the same `value`.
bool means(const json& listed, const json& element) {
  return listed == element ||
         (listed.is_object() && element.is_object() && listed.contains("value") &&
          element.contains("value") && listed["value"] == element["value"]);
}

bool is_primary(const json& element) {
  return element.is_object() && element.value("primary", false);
}

/// Who becomes primary takes it from the others.
void keep_one_primary(json& list, const json& before) {
  if (std::count_if(list.begin(), list.end(), is_primary) < 2) return;
  for (auto& element : list) {
    if (is_primary(element) && before.is_array() && contains(before, element)) {
      element["primary"] = false;
    }
  }
  bool taken = false;
  for (auto at = list.rbegin(); at != list.rend(); ++at) {
    if (is_primary(*at) && taken) (*at)["primary"] = false;
    taken = taken || is_primary(*at);
  }
}

/// One step on one resource's attributes.
class Step {
 public:
  Step(json& content, const ScimStep& step, const ScimLeniency& leniency, bool create_missing)
      : content_(content),
        step_(step),
        place_(step.target.place),
        leniency_(leniency),
        create_missing_(create_missing) {}

  void apply() {
    if (place_.attribute == nullptr) return apply_to_extension();
    check_mutability();
    if (place_.attribute->name == "password") return;
    if (!place_.attribute->multi) return apply_to_single();
    const json before = current();
    auto list = before.is_array() ? before : json::array();
    step_.target.condition != nullptr ? apply_to_matches(list) : apply_to_list(list);
    keep_one_primary(list, before);
    set_scim_value(content_, whole(), std::move(list));
  }

 private:
  [[nodiscard]] ScimPlace whole() const { return {place_.extension, place_.attribute, nullptr}; }
  [[nodiscard]] json current() const {
    const auto* value = find_scim_value(content_, whole());
    return value == nullptr ? json(nullptr) : *value;
  }

  void check_mutability() const {
    const auto& attribute = *place_.attribute;
    const bool fixed = attribute.is_read_only() || attribute.name == "schemas" ||
                       (place_.sub != nullptr && place_.sub->is_read_only());
    const bool needed = step_.op == Op::kRemove && attribute.required;
    if (fixed || needed) {
      throw ScimError(400, "mutability",
                      fmt::format("{} cannot be {}", attribute.name,
                                  step_.op == Op::kRemove ? "removed" : "changed"));
    }
  }

  void apply_to_extension() {
    auto value = read_scim_extension(*place_.extension, step_.value, leniency_);
    if (step_.op == Op::kAdd) {
      auto merged = find_scim_value(content_, place_) == nullptr
                        ? json::object()
                        : *find_scim_value(content_, place_);
      merged.merge_patch(value);
      value = std::move(merged);
    }
    set_scim_value(content_, place_, step_.op == Op::kRemove ? json(nullptr) : std::move(value));
  }

  void apply_to_single() {
    auto value = step_.op == Op::kRemove ? json(nullptr) : read_scim_value(place_, step_.value);
    const bool merges = place_.sub == nullptr && value.is_object();
    if (merges) {
      auto merged = current().is_object() ? current() : json::object();
      merged.update(value);
      value = std::move(merged);
    }
    set_scim_value(content_, place_, std::move(value));
  }

  void apply_to_list(json& list) {
    if (place_.sub != nullptr) return apply_to_each(list, [](const json&) { return true; });
    const auto value = read_scim_value(whole(), step_.value);
    if (step_.op == Op::kReplace) {
      list = value.is_null() ? json::array() : value;
    } else if (step_.op == Op::kAdd) {
      for (const auto& element : value) {
        if (!contains(list, element)) list.push_back(element);
      }
    } else if (value.is_null()) {
      list = json::array();
    } else {
      std::erase_if(list.get_ref<json::array_t&>(), [&](const json& element) {
        return std::any_of(value.begin(), value.end(),
                           [&](const json& listed) { return means(listed, element); });
      });
    }
  }

  void apply_to_matches(json& list) {
    const auto& condition = *step_.target.condition;
    apply_to_each(list, [&](const json& element) { return condition.matches(element); });
  }

  template <typename Matches>
  void apply_to_each(json& list, const Matches& matches) {
    if (step_.op == Op::kRemove && place_.sub == nullptr) {
      std::erase_if(list.get_ref<json::array_t&>(), matches);
      return;
    }
    bool found = false;
    for (auto& element : list) {
      if (!matches(element)) continue;
      found = true;
      change(element);
    }
    if (!found && step_.op != Op::kRemove) create(list);
  }

  void change(json& element) const {
    if (place_.sub == nullptr) {
      element.update(read_scim_element(*place_.attribute, step_.value));
      return;
    }
    const std::string name(place_.sub->name);
    auto value = step_.op == Op::kRemove ? json(nullptr) : read_scim_value(place_, step_.value);
    if (value.is_null()) {
      element.erase(name);
    } else {
      element[name] = std::move(value);
    }
  }

  void create(json& list) const {
    const bool may = step_.op == Op::kAdd || (create_missing_ && place_.sub != nullptr);
    if (!may || step_.target.condition == nullptr) {
      throw ScimError(400, "noTarget", fmt::format("no {} matches", place_.attribute->name));
    }
    auto element = step_.target.condition->example();
    change(element);
    list.push_back(std::move(element));
  }

  json& content_;
  const ScimStep& step_;
  const ScimPlace& place_;
  const ScimLeniency& leniency_;
  const bool create_missing_;
};

json as_element(const ScimResource& member) {
  return {{"value", member.id}, {"type", scim_name(member.kind)}, {"display", member.name()}};
}

}  // namespace

void apply_scim_step(json& content, const ScimStep& step, const ScimLeniency& leniency,
                     bool create_missing) {
  Step(content, step, leniency, create_missing).apply();
}

void apply_scim_member_step(ScimMembers& members, const ScimStep& step,
                            const ScimDirectory& directory, bool ignore_unknown) {
  const auto& condition = step.target.condition;
  if (step.target.place.sub != nullptr || (condition != nullptr && step.op != Op::kRemove)) {
    throw ScimError(400, "mutability", "a member is added or removed, never changed");
  }
  if (step.op != Op::kRemove) {
    if (step.op == Op::kReplace) members.clear();
    add_members(members, read_member_ids(step.value), directory, ignore_unknown);
  } else if (condition != nullptr) {
    if (const auto id = condition->only_value()) {
      const auto* member = directory.find_any(*id);
      if (member != nullptr) members.erase(member->number);
      return;
    }
    std::erase_if(members,
                  [&](const auto& each) { return condition->matches(as_element(*each.second)); });
  } else if (step.value.is_null()) {
    members.clear();
  } else {
    // By the letter of the RFC this would remove all of them; nobody who sends it means that.
    for (const auto& id : read_member_ids(step.value)) {
      const auto* member = directory.find_any(id);
      if (member != nullptr) members.erase(member->number);
    }
  }
}

}  // namespace usher::sandbox
