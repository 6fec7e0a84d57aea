// PATCH (RFC 7644 section 3.5.2), in the form that every reading of it understands.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/scim/attributes.h"
#include "connectors/scim/values.h"
#include "connectors/scim/write.h"

namespace usher::scim {
namespace {

using nlohmann::json;

constexpr const char* kPatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The operations of one user, as the profile wants them spelt.
class Operations {
 public:
  Operations(const Wanted& wanted, const Profile& profile) : wanted_(wanted), profile_(profile) {}

  std::vector<std::string> bodies() {
    for_each_attribute(wanted_.fields, [&](const Attribute& attribute, const Value& value) {
      if (attribute.is_multi && wanted_.before) {
        write_values(attribute, value);
      } else if (is_empty(&value)) {
        remove(attribute);
      } else {
        write(attribute, value);
      }
    });
    return cut();
  }

 private:
  void add(const char* op, const std::string& path, json value = nullptr) {
    std::string word = op;
    if (profile_.capital_ops) word.front() = static_cast<char>(word.front() - 'a' + 'A');
    json operation = {{"op", word}, {"path", path}};
    if (!value.is_null()) operation["value"] = std::move(value);
    operations_.push_back(std::move(operation));
  }

  [[nodiscard]] const Value* had(const std::string& path) const {
    return wanted_.before ? wanted_.before->find(path) : nullptr;
  }

  /// Whether the service is known to have, or known not to have, the element that is meant.
  [[nodiscard]] bool has_element(const Attribute& attribute) const {
    return std::ranges::any_of(attributes(), [&](const Attribute& each) {
      return each.attribute == attribute.attribute && each.type == attribute.type &&
             !is_empty(had(each.path));
    });
  }

  /// Where one value is taken, a second one would be refused.
  [[nodiscard]] bool is_single(const Attribute& attribute) const {
    return std::ranges::count(profile_.single_valued, attribute.attribute) > 0;
  }

  static json whole_list(const Attribute& attribute, json value) {
    return json::array({{{"type", attribute.type}, {attribute.sub, std::move(value)}}});
  }

  void write(const Attribute& attribute, const Value& value) {
    json written = to_json(attribute, value);
    if (profile_.bool_as_string && written.is_boolean()) written = written.dump();
    if (!attribute.is_element() || has_element(attribute)) {
      add("replace", attribute.path, std::move(written));
    } else if (is_single(attribute)) {
      add("replace", attribute.attribute, whole_list(attribute, std::move(written)));
    } else if (attribute.sub == "value" && wanted_.before && !profile_.multi_value_filter) {
      // A path with a filter has nothing to meet yet; what that does is not in the RFC.
      add("add", attribute.attribute, whole_list(attribute, std::move(written)));
    } else {
      add("add", attribute.path, std::move(written));
    }
  }

  void remove(const Attribute& attribute) {
    const bool is_needed = attribute.path == "userName" || attribute.path == "active";
    if (is_needed || names_it(profile_.not_removable, attribute)) {
      refuse(fmt::format("{} cannot be cleared: give the mapping a default", attribute.path));
    }
    if (wanted_.before && is_empty(had(attribute.path))) return;
    // Without its value an element says nothing: it goes as a whole.
    const std::string path =
        attribute.is_element() && attribute.sub == "value"
            ? fmt::format("{}[type eq \"{}\"]", attribute.attribute, attribute.type)
            : attribute.path;
    add("remove", path);
  }

  static std::string path_to(const Attribute& attribute, const std::string& text) {
    return fmt::format("{}[value eq {}]", attribute.path, dump(text));
  }

  /// A list is changed by what came and what went, so that what others put there stays.
  void write_values(const Attribute& attribute, const Value& value) {
    const Texts before = texts_of(had(attribute.path));
    const Texts after = texts_of(&value);
    if (is_single(attribute)) {
      add("replace", attribute.path, list_of(after));
      return;
    }
    Texts added;
    std::ranges::set_difference(after, before, std::back_inserter(added));
    if (!profile_.multi_value_filter && !added.empty()) {
      add("add", attribute.path, list_of(added));
    } else {
      for (const std::string& text : added) add("add", path_to(attribute, text) + ".value", text);
    }
    for (const std::string& text : before) {
      if (std::ranges::count(after, text) > 0) continue;
      add("remove", path_to(attribute, text));
    }
  }

  std::vector<std::string> cut() {
    const std::size_t most = profile_.patch_max_ops > 0
                                 ? static_cast<std::size_t>(profile_.patch_max_ops)
                                 : operations_.size();
    std::vector<std::string> bodies;
    for (std::size_t at = 0; at < operations_.size(); at += most) {
      auto some = json::array();
      for (std::size_t i = at; i < std::min(at + most, operations_.size()); ++i) {
        some.push_back(std::move(operations_[i]));
      }
      bodies.push_back(dump({{"schemas", {kPatchSchema}}, {"Operations", std::move(some)}}));
    }
    return bodies;
  }

  const Wanted& wanted_;
  const Profile& profile_;
  std::vector<json> operations_;
};

}  // namespace

std::vector<std::string> to_patches(const Wanted& wanted, const Profile& profile) {
  return Operations(wanted, profile).bodies();
}

std::string to_member_patch(const Texts& ids, bool adds, const Profile& profile) {
  auto operations = json::array();
  const auto word = [&](const char* lower, const char* capital) {
    return profile.capital_ops ? capital : lower;
  };
  if (adds || profile.member_remove_by_value) {
    operations.push_back({{"op", adds ? word("add", "Add") : word("remove", "Remove")},
                          {"path", "members"},
                          {"value", list_of(ids)}});
  } else {
    for (const std::string& id : ids) {
      operations.push_back({{"op", word("remove", "Remove")},
                            {"path", fmt::format("members[value eq {}]", dump(id))}});
    }
  }
  return dump({{"schemas", {kPatchSchema}}, {"Operations", std::move(operations)}});
}

}  // namespace usher::scim
