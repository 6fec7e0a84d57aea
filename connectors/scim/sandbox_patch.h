#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/scim/sandbox_content.h"
#include "connectors/scim/sandbox_filter.h"

namespace usher::sandbox {

/// Where an operation of a PATCH points to: `emails[type eq "work"].value`.
struct ScimTarget {
  ScimPlace place;  ///< with a condition, `sub` is what follows the bracket
  std::shared_ptr<ScimCondition> condition;  ///< null: no brackets

  [[nodiscard]] bool is_members() const {
    return place.attribute != nullptr && place.attribute->name == "members";
  }
};

/// Throws ScimError `invalidPath` or `invalidFilter`.
[[nodiscard]] ScimTarget parse_scim_target(std::string_view path, const ScimShape& shape);

/// One operation on one path; those without a path are taken apart into such steps.
struct ScimStep {
  enum class Op { kAdd, kReplace, kRemove };
  Op op = Op::kAdd;
  ScimTarget target;
  nlohmann::json value;  ///< null: none
  bool pathless = false;
  std::size_t operation = 0;  ///< which of the request's operations it comes from
};

/// Reads the body of a PATCH. Throws ScimError. `own` is the resource as it is answered: pathless
/// operations may repeat its `id`, `schemas` and `meta`.
[[nodiscard]] std::vector<ScimStep> read_scim_patch(const nlohmann::json& body,
                                                    const ScimShape& shape, std::string_view own_id,
                                                    const ScimLeniency& leniency);

/// What a step does to a resource's attributes (RFC 7644 section 3.5.2); not for members.
/// `create_missing`: an element that a `replace` does not find is made. Throws ScimError.
void apply_scim_step(nlohmann::json& content, const ScimStep& step, const ScimLeniency& leniency,
                     bool create_missing);

/// The same for the members of a group.
void apply_scim_member_step(ScimMembers& members, const ScimStep& step,
                            const ScimDirectory& directory, bool ignore_unknown);

}  // namespace usher::sandbox
