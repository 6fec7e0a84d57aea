#pragma once

#include <string>

#include "connectors/scim/sandbox_directory.h"
#include "connectors/scim/sandbox_query.h"

namespace usher::sandbox {

/// Writes resources as one request wants to see them.
class ScimRenderer {
 public:
  /// `scene` and `query` must outlive it.
  ScimRenderer(const ScimScene& scene, ScimKind kind, const ScimQuery& query);

  /// Appends the resource as JSON. Without projection and a provider's own spelling this copies
  /// the text that is there.
  void append(std::string& out, const ScimResource& resource) const;

  [[nodiscard]] std::string render(const ScimResource& resource) const {
    std::string text;
    append(text, resource);
    return text;
  }

 private:
  void append_whole(std::string& out, const ScimResource& resource) const;
  void append_relations(std::string& out, const ScimResource& resource) const;
  void append_relation(std::string& out, const ScimResource& other, std::string_view type) const;
  void spell(nlohmann::json& document) const;
  void project(nlohmann::json& document) const;

  const ScimScene& scene_;
  const ScimShape& shape_;
  Texts attributes_;
  Texts excluded_;
  bool with_relations_ = true;
  bool copies_ = true;
};

/// `http://…/scim/v2/Users/2819c223`
[[nodiscard]] std::string scim_location(const ScimScene& scene, const ScimResource& resource);

}  // namespace usher::sandbox
