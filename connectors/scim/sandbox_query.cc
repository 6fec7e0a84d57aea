#include "connectors/scim/sandbox_query.h"

#include <fmt/format.h>

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>

#include "connectors/scim/sandbox_error.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

std::string decoded(std::string_view text) {
  std::string result;
  try {
    Poco::URI::decode(std::string(text), result, /*plusAsSpace=*/true);
  } catch (const Poco::Exception&) {
    throw ScimError(400, "invalidValue", "a percent sign in the query escapes nothing");
  }
  return result;
}

std::int64_t to_number(std::string_view name, std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw ScimError(400, "invalidValue", fmt::format("{}: a whole number is wanted", name));
  }
  return number;
}

void set(ScimQuery& query, std::string_view name, const std::string& value) {
  if (name == "filter") {
    query.filter = value;
  } else if (name == "attributes") {
    query.attributes = split_scim_list(value);
  } else if (name == "excludedAttributes") {
    query.excluded = split_scim_list(value);
  } else if (name == "sortBy") {
    query.sort_by = value;
  } else if (name == "sortOrder") {
    query.descending = value == "descending";
  } else if (name == "startIndex") {
    query.start_index = to_number(name, value);
  } else if (name == "count") {
    query.count = to_number(name, value);
  } else if (name == "cursor") {
    query.cursor = value;
  }
}

void check(const ScimQuery& query) {
  if (!query.attributes.empty() && !query.excluded.empty()) {
    throw ScimError(400, "invalidValue", "attributes and excludedAttributes exclude each other");
  }
}

/// Lists of attributes are lists in a SearchRequest, and texts at some clients.
std::string to_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& each : value) {
    text += (text.empty() ? "" : ",") + (each.is_string() ? each.get<std::string>() : each.dump());
  }
  return text;
}

bool has_blank_around_equals(std::string_view part, std::size_t equals) {
  const auto blank = [&](std::size_t at) {
    return at < part.size() && (part[at] == '+' || part[at] == ' ' || part.substr(at, 3) == "%20");
  };
  return blank(equals + 1) || (equals >= 1 && part[equals - 1] == '+') ||
         (equals >= 3 && part.substr(equals - 3, 3) == "%20");
}

}  // namespace

ScimQuery read_scim_query(std::string_view text, const scim::Profile& profile) {
  ScimQuery query;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto part = text.substr(0, end);
    const auto equals = std::min(part.find('='), part.size());
    if (profile.blank_in_query_refused && has_blank_around_equals(part, equals)) {
      throw ScimError(400, "invalidSyntax", "a blank next to = in the query");
    }
    set(query, decoded(part.substr(0, equals)),
        decoded(part.substr(std::min(equals + 1, part.size()))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  check(query);
  return query;
}

ScimQuery read_scim_search(const json& body) {
  constexpr std::string_view kSchema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
  const auto schemas = body.value("schemas", json::array());
  if (!schemas.is_array() || std::find(schemas.begin(), schemas.end(), kSchema) == schemas.end()) {
    throw ScimError(400, "invalidSyntax", fmt::format("schemas must name {}", kSchema));
  }
  ScimQuery query;
  for (const auto& [name, value] : body.items()) {
    if (!value.is_null()) set(query, name, to_text(value));
  }
  check(query);
  return query;
}

}  // namespace usher::sandbox
