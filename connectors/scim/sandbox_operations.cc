#include "connectors/scim/sandbox_operations.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_members.h"
#include "connectors/scim/sandbox_patch.h"
#include "connectors/scim/sandbox_render.h"
#include "connectors/scim/sandbox_rules.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

[[noreturn]] void throw_missing(std::string_view id) {
  throw ScimError(404, "", fmt::format("Resource {} not found", escape_for_display(id)));
}

/// `W/"1"` in `W/"7", W/"1"`; a weak comparison, since all our tags are weak.
bool names_version(std::string_view header, const std::string& tag) {
  return trim(header) == "*" || header.find(tag.substr(2)) != std::string_view::npos;
}

/// PATCH may change the id where that is the external id.
void redirect_id(std::vector<ScimStep>& steps, const ScimShape& shape) {
  for (auto& step : steps) {
    const auto& place = step.target.place;
    if (place.extension == nullptr && place.attribute != nullptr && place.attribute->name == "id") {
      step.target.place = *shape.find("externalId");
    }
  }
}

}  // namespace

ScimOperations::ScimOperations(ScimModel& model, const ScimScene& scene, const Request& request)
    : model_(model),
      scene_(scene),
      request_(request),
      query_(read_scim_query(request.query, scene.profile)) {}

// --- What is there -------------------------------------------------------------------------------

ScimResource& ScimOperations::find(ScimKind kind, std::string_view id) const {
  auto* resource = model_.directory.find(kind, id);
  if (resource == nullptr) throw_missing(id);
  return *resource;
}

void ScimOperations::check_version(const ScimResource& resource) const {
  const auto wanted = request_.header("If-Match");
  if (scene_.profile.etag && !wanted.empty() && !names_version(wanted, resource.version_tag())) {
    throw ScimError(412, "", fmt::format("the version is {} by now", resource.version_tag()));
  }
}

ScimResource* ScimOperations::find_namesake(ScimKind kind, const json& content) const {
  const auto name = content.value(kind == ScimKind::kUser ? "userName" : "displayName", "");
  const auto found = model_.directory.with_key(kind, fold_key(name));
  return found.empty() ? nullptr : found.front();
}

void ScimOperations::check_unique(ScimKind kind, const json& content,
                                  const ScimResource* self) const {
  const bool user = kind == ScimKind::kUser;
  const auto* namesake = find_namesake(kind, content);
  if ((user || scene_.profile.group_name_unique) && namesake != nullptr && namesake != self) {
    throw ScimError(409, "uniqueness", user ? "userName is taken" : "displayName is taken");
  }
  const auto external_id = content.value("externalId", "");
  if (external_id.empty() || scene_.switches.is("scim_duplicate_external_id", "accept")) return;
  for (const auto* other : model_.directory.with_external_id(kind, external_id)) {
    if (other != self) throw ScimError(409, "uniqueness", "externalId is taken");
  }
}

bool ScimOperations::is_ignored(std::string_view method) const {
  return scene_.switches.is("scim_ignored_writes", method) ||
         scene_.switches.is("scim_ignored_writes", "all");
}

void ScimOperations::drop_unstored(json& content) const {
  if (scene_.switches.is("scim_external_id", "dropped")) content.erase("externalId");
}

ScimMembers ScimOperations::read_members(const json& value) const {
  ScimMembers members;
  add_members(members, read_member_ids(value), model_.directory,
              scene_.switches.is("scim_unknown_member", "ignore"));
  return members;
}

// --- What becomes of it --------------------------------------------------------------------------

/// Reads lag behind: what is there now is what they go on seeing for a while.
void ScimOperations::remember(ScimResource& resource) const {
  const auto lag = scene_.switches.number("scim_consistency_seconds");
  if (lag <= 0 || resource.earlier_at(scene_.now) != nullptr) return;
  resource.earlier = std::make_unique<ScimResource::Earlier>(
      ScimResource::Earlier{resource.text, scim_relations(resource).dump(), scene_.now + lag});
}

void ScimOperations::apply(ScimResource& resource, const json& content,
                           const ScimMembers& members) {
  const bool same = content == scim_content(resource);
  if (same && members == resource.members) return;
  remember(resource);
  if (!same) model_.directory.rewrite(resource, content, scene_.now);
  if (members != resource.members) model_.directory.set_members(resource, members, scene_.now);
}

/// What the provider does to a user who is no longer active. True: the user is gone.
bool ScimOperations::deactivated(ScimResource& resource, bool was_active) {
  if (resource.kind != ScimKind::kUser) return false;
  if (resource.active) {
    model_.directory.set_hidden(resource, false);
    return false;
  }
  if (!was_active) return false;
  if (scene_.profile.deactivate_means == scim::DeactivateMeans::kDeletes) {
    erase(resource);
    return true;
  }
  if (scene_.profile.regroup_on_reactivate) model_.directory.leave_groups(resource, scene_.now);
  return false;
}

void ScimOperations::erase(ScimResource& resource) {
  model_.deleted.insert(resource.id);
  model_.directory.remove(resource, scene_.now);
}

// --- The operations ------------------------------------------------------------------------------

Response ScimOperations::get(ScimKind kind, std::string_view id) {
  const auto& resource = find(kind, id);
  if (resource.hidden || resource.visible_at > scene_.now) throw_missing(id);
  const auto known = request_.header("If-None-Match");
  if (scene_.profile.etag && !known.empty() && names_version(known, resource.version_tag())) {
    return scim_response(scene_, request_, 304, "");
  }
  return answer(200, resource);
}

Response ScimOperations::create(ScimKind kind) {
  const auto body = parse_scim_body(request_.body);
  auto input = read_scim_resource(body, scene_.shape(kind), scene_.leniency);
  check_scim_content(scene_, kind, body, input.content, true);
  drop_unstored(input.content);
  if (kind == ScimKind::kUser && !input.content.contains("active")) input.content["active"] = true;
  const auto members = read_members(input.members);
  const auto most = static_cast<std::size_t>(scene_.profile.group_create_members);
  if (most > 0 && members.size() > most) {
    throw ScimError(400, "invalidValue", fmt::format("a new group has {} members at most", most));
  }
  auto* hidden = find_namesake(kind, input.content);
  if (hidden != nullptr && hidden->hidden) {  // an account that is still there is linked again
    model_.directory.rewrite(*hidden, input.content, scene_.now);
    model_.directory.set_hidden(*hidden, false);
    return answer(201, *hidden);
  }
  check_unique(kind, input.content, nullptr);
  auto& resource = model_.directory.add(kind, {}, input.content, scene_.now);
  if (!members.empty()) model_.directory.set_members(resource, members, scene_.now);
  resource.visible_at = scene_.now + scene_.switches.number("scim_consistency_seconds");
  auto response = answer(201, resource);
  if (scene_.switches.is("scim_create_body", "empty")) {
    response.body = std::make_shared<const std::string>();
  }
  return response;
}

Response ScimOperations::replace(ScimKind kind, std::string_view id) {
  auto& resource = find(kind, id);
  check_version(resource);
  const auto body = parse_scim_body(request_.body);
  auto input = read_scim_resource(body, scene_.shape(kind), scene_.leniency);
  check_scim_content(scene_, kind, body, input.content, false);
  drop_unstored(input.content);
  // To leave `active` out must not lock anybody out.
  if (kind == ScimKind::kUser && !input.content.contains("active")) {
    input.content["active"] = resource.active;
  }
  auto members = read_members(input.members);
  if (scene_.switches.is("scim_put", "merge")) {
    auto merged = scim_content(resource);
    merged.merge_patch(input.content);
    input.content = std::move(merged);
    if (input.members.is_null()) members = resource.members;
  }
  check_unique(kind, input.content, &resource);
  if (is_ignored("put")) return answer(200, resource);
  const bool was_active = resource.active;
  apply(resource, input.content, members);
  return deactivated(resource, was_active) ? answer_empty() : answer(200, resource);
}

Response ScimOperations::patch(ScimKind kind, std::string_view id) {
  auto& resource = find(kind, id);
  check_version(resource);
  const auto most = static_cast<std::size_t>(scene_.profile.group_patch_max_bytes);
  if (kind == ScimKind::kGroup && most > 0 && request_.body.size() > most) {
    throw ScimError(413, "", fmt::format("more than {} bytes", most));
  }
  const auto body = parse_scim_body(request_.body);
  const auto& shape = scene_.shape(kind);
  auto steps = read_scim_patch(body, shape, resource.id, scene_.leniency);
  if (body["Operations"].empty()) {
    if (scene_.switches.is("scim_empty_operations", "204")) return answer_empty();
    throw ScimError(400, "invalidSyntax", "Operations is empty");
  }
  check_scim_patch(scene_, kind, body["Operations"], steps);
  if (scene_.profile.id_is_external_id) redirect_id(steps, shape);

  // Everything happens to copies: a PATCH is done as a whole or not at all.
  auto content = scim_content(resource);
  auto members = resource.members;
  for (const auto& step : steps) {
    if (step.target.is_members()) {
      apply_scim_member_step(members, step, model_.directory,
                             scene_.switches.is("scim_unknown_member", "ignore"));
    } else {
      apply_scim_step(content, step, scene_.leniency,
                      scene_.switches.is("scim_missing_element", "create"));
    }
  }
  check_scim_content(scene_, kind, json::object(), content, false);
  drop_unstored(content);
  check_unique(kind, content, &resource);
  if (is_ignored("patch")) return answer_patch(resource);
  const bool was_active = resource.active;
  apply(resource, content, members);
  return deactivated(resource, was_active) ? answer_empty() : answer_patch(resource);
}

Response ScimOperations::remove(ScimKind kind, std::string_view id) {
  auto* resource = model_.directory.find(kind, id);
  if (resource == nullptr || resource->hidden) {
    const auto& played = scene_.switches.get("scim_delete_twice");
    if (!model_.deleted.contains(id) || played == "404") throw_missing(id);
    if (played == "204") return answer_empty();
    throw ScimError(500, "", "Internal Server Error");
  }
  check_version(*resource);
  if (is_ignored("delete")) return answer_empty();
  const bool deactivates =
      kind == ScimKind::kUser && scene_.profile.delete_means == scim::DeleteMeans::kDeactivates;
  if (!deactivates) {
    erase(*resource);
    return answer_empty();
  }
  auto content = scim_content(*resource);
  content["active"] = false;
  apply(*resource, content, resource->members);
  if (scene_.profile.regroup_on_reactivate) model_.directory.leave_groups(*resource, scene_.now);
  if (scene_.profile.hides_deleted) {
    model_.deleted.insert(resource->id);
    model_.directory.set_hidden(*resource, true);
  }
  return answer_empty();
}

// --- Answers -------------------------------------------------------------------------------------

Response ScimOperations::answer(int status, const ScimResource& resource) const {
  const ScimRenderer renderer(scene_, resource.kind, query_);
  auto response = scim_response(scene_, request_, status, renderer.render(resource));
  if (scene_.profile.etag) response.headers.emplace_back("ETag", resource.version_tag());
  if (status == 201 && scene_.switches.is("scim_location", "present")) {
    response.headers.emplace_back("Location", scim_location(scene_, resource));
  }
  return response;
}

Response ScimOperations::answer_empty() const {
  return scim_response(scene_, request_, 204, "");
}

Response ScimOperations::answer_patch(const ScimResource& resource) const {
  const auto& played = scene_.switches.get("scim_patch_answer");
  auto style = resource.kind == ScimKind::kUser ? scene_.profile.user_patch_answer
                                                : scene_.profile.group_patch_answer;
  // Who names attributes wants to see them (RFC 7644 section 3.5.2).
  if (!query_.attributes.empty() || played == "200") style = scim::PatchAnswer::kResource;
  if (played == "204") style = scim::PatchAnswer::kNothing;
  if (played == "empty_object") style = scim::PatchAnswer::kEmptyObject;
  if (style == scim::PatchAnswer::kNothing) return answer_empty();
  if (style == scim::PatchAnswer::kEmptyObject) return scim_response(scene_, request_, 200, "{}");
  return answer(200, resource);
}

}  // namespace usher::sandbox
