#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/scim/profile.h"
#include "connectors/scim/sandbox_directory.h"
#include "mapping/filter.h"
#include "mapping/filter_node.h"

namespace usher::sandbox {

/// A filter of a request: parsed, checked against the attributes there are and against what the
/// profile lets through, and evaluated over as few resources as the indexes allow.
class ScimFilter {
 public:
  /// Throws ScimError: `invalidFilter`, or 404 where the profile answers unknown members so.
  ScimFilter(std::string_view text, const ScimShape& shape, const scim::Profile& profile,
             const ScimDirectory& directory);

  [[nodiscard]] bool matches(const ScimResource& resource, std::int64_t now) const;

  /// All that can match, in order of creation, by way of an index; nothing: all must be looked at.
  [[nodiscard]] std::optional<std::vector<ScimResource*>> candidates() const;

  /// False for a filter that the provider takes without understanding it: it finds nothing.
  [[nodiscard]] bool is_understood() const { return understood_; }

  /// It looks for one name or external id, which finds the hidden too.
  [[nodiscard]] bool names_somebody() const;

 private:
  [[nodiscard]] std::optional<std::vector<ScimResource*>> candidates(
      const FilterComparison& comparison) const;

  const ScimShape& shape_;
  const ScimDirectory& directory_;
  Filter::Node root_;
  Filter filter_;
  bool understood_ = true;
};

/// The filter inside of a path such as `emails[type eq "work"].value`, for elements of `attribute`.
class ScimCondition {
 public:
  /// Throws ScimError `invalidFilter`.
  ScimCondition(std::string_view text, const ScimAttribute& attribute);

  [[nodiscard]] bool matches(const nlohmann::json& element) const;

  /// An element for which it holds, built from its `eq` comparisons: `{"type": "work"}`.
  [[nodiscard]] nlohmann::json example() const;

  /// The one value it asks for, when it is nothing but `value eq "…"`.
  [[nodiscard]] std::optional<std::string> only_value() const;

 private:
  const ScimAttribute& attribute_;
  Filter::Node root_;
  Filter filter_;
};

}  // namespace usher::sandbox
