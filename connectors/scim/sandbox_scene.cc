#include "connectors/scim/sandbox_scene.h"

#include <fmt/format.h>

#include "connectors/sandbox/format.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

std::string base_url(const Request& request, std::string_view base_path) {
  const auto host = request.header("Host");
  if (host.empty()) return std::string(base_path);
  return fmt::format("{}://{}{}", request.secure ? "https" : "http", host, base_path);
}

std::string_view aws_exception(int status) {
  switch (status) {
    case 401:
      return "UnauthorizedException";
    case 403:
      return "AccessDeniedException";
    case 404:
      return "ResourceNotFoundException";
    case 409:
      return "ConflictException";
    case 429:
      return "ThrottlingException";
    default:
      return status >= 500 ? "InternalServerException" : "ValidationException";
  }
}

}  // namespace

ScimScene::ScimScene(const scim::Profile& played, const Switches& set, std::int64_t time,
                     const Request& request, std::string_view base_path)
    : profile(played),
      switches(set),
      now(time),
      base(base_url(request, base_path)),
      users(ScimKind::kUser, played.extensions),
      groups(ScimKind::kGroup, {}),
      leniency{.unknown_attributes = set.is("scim_unknown_attributes", "ignore"),
               .two_primaries = set.is("scim_two_primaries", "first")} {}

Texts split_scim_list(std::string_view text) {
  Texts parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (const auto part = trim(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Response scim_response(const ScimScene& scene, const Request& request, int status,
                       std::string body) {
  const auto accept = request.header("Accept");
  const bool plain = accept.find("application/json") != std::string_view::npos &&
                     accept.find("scim+json") == std::string_view::npos;
  auto response = json_response(status, std::move(body));
  if (!plain) response.content_type = scene.profile.content_type;
  return response;
}

std::string scim_error_body(const ScimScene& scene, int status, std::string_view scim_type,
                            std::string_view detail) {
  constexpr std::string_view kSchema = "urn:ietf:params:scim:api:messages:2.0:Error";
  json body = {{"schemas", {kSchema}}, {"status", std::to_string(status)}, {"detail", detail}};
  if (scene.switches.is("scim_error_status", "number")) body["status"] = status;
  if (!scim_type.empty()) body["scimType"] = scim_type;
  if (scene.profile.error_style == scim::ErrorStyle::kAws) {
    body["schema"] = body["schemas"];
    body["detail"] = fmt::format("{}: {}", aws_exception(status), detail);
    body["exceptionRequestId"] = "00000000-0000-4000-8000-000000000000";
    body["timeStamp"] = rfc3339(scene.now);
  }
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace usher::sandbox
