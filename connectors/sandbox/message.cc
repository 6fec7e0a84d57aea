#include "connectors/sandbox/message.h"

#include <fmt/format.h>

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>

namespace usher::sandbox {
namespace {

const std::pair<std::string, std::string>* find_header(const Headers& headers,
                                                       std::string_view name) {
  const std::string wanted(name);
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
    return Poco::icompare(header.first, wanted) == 0;
  });
  return found == headers.end() ? nullptr : &*found;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto* found = find_header(headers, name);
  return found == nullptr ? std::string_view{} : std::string_view(found->second);
}

bool Request::has_header(std::string_view name) const {
  return find_header(headers, name) != nullptr;
}

Response json_response(int status, std::string body) {
  return {.status = status, .body = std::make_shared<const std::string>(std::move(body))};
}

Response html_response(int status, std::string_view text) {
  auto page = fmt::format(
      "<!DOCTYPE html>\n<html><head><title>{0} {1}</title></head>\n"
      "<body><h1>{1}</h1><p>{2}</p></body></html>\n",
      status, reason_phrase(status), text);
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .body = std::make_shared<const std::string>(std::move(page))};
}

std::string_view reason_phrase(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 16> kPhrases{{
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {500, "Internal Server Error"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  }};
  const auto* found = std::find_if(kPhrases.begin(), kPhrases.end(),
                                   [&](const auto& phrase) { return phrase.first == status; });
  return found == kPhrases.end() ? "Status" : found->second;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  try {
    while (!path.empty()) {
      path.remove_prefix(1);  // the slash
      const auto end = std::min(path.find('/'), path.size());
      std::string decoded;
      Poco::URI::decode(std::string(path.substr(0, end)), decoded);
      segments.push_back(std::move(decoded));
      path.remove_prefix(end);
    }
  } catch (const Poco::Exception&) {
    return {};
  }
  return segments;
}

// What is no valid escape stays as it is.
static std::string decoded(std::string_view text) {
  std::string value;
  try {
    Poco::URI::decode(std::string(text), value, /*plusAsSpace=*/true);
  } catch (const Poco::Exception&) {
    return std::string(text);
  }
  return value;
}

std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto part = query.substr(0, end);
    const auto equals = std::min(part.find('='), part.size());
    if (part.substr(0, equals) == name) {
      return decoded(part.substr(std::min(equals + 1, part.size())));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

}  // namespace usher::sandbox
