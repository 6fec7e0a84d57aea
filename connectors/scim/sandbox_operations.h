#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/scim/sandbox_model.h"
#include "connectors/scim/sandbox_query.h"

namespace usher::sandbox {

/// What can be done with one resource: one object per request. Everything throws ScimError.
class ScimOperations {
 public:
  /// All must outlive it.
  ScimOperations(ScimModel& model, const ScimScene& scene, const Request& request);

  [[nodiscard]] Response get(ScimKind kind, std::string_view id);
  [[nodiscard]] Response create(ScimKind kind);
  [[nodiscard]] Response replace(ScimKind kind, std::string_view id);
  [[nodiscard]] Response patch(ScimKind kind, std::string_view id);
  [[nodiscard]] Response remove(ScimKind kind, std::string_view id);

 private:
  [[nodiscard]] ScimResource& find(ScimKind kind, std::string_view id) const;
  void check_version(const ScimResource& resource) const;
  void check_unique(ScimKind kind, const nlohmann::json& content, const ScimResource* self) const;
  [[nodiscard]] bool is_ignored(std::string_view method) const;
  void drop_unstored(nlohmann::json& content) const;

  [[nodiscard]] ScimResource* find_namesake(ScimKind kind, const nlohmann::json& content) const;
  [[nodiscard]] ScimMembers read_members(const nlohmann::json& value) const;
  void apply(ScimResource& resource, const nlohmann::json& content, const ScimMembers& members);
  void remember(ScimResource& resource) const;
  [[nodiscard]] bool deactivated(ScimResource& resource, bool was_active);
  void erase(ScimResource& resource);

  [[nodiscard]] Response answer(int status, const ScimResource& resource) const;
  [[nodiscard]] Response answer_patch(const ScimResource& resource) const;
  [[nodiscard]] Response answer_empty() const;

  ScimModel& model_;
  const ScimScene& scene_;
  const Request& request_;
  const ScimQuery query_;
};

}  // namespace usher::sandbox
