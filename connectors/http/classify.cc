#include "connectors/http/classify.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include "connectors/http/json.h"
#include "connectors/http/rate_limiter.h"
#include "connectors/http/retry.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::size_t kMaxWords = 300;

std::string_view advice(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUnauthorized:
      return "the credential was refused; check that it is current and of this organisation";
    case ErrorKind::kForbidden:
      return "the credential lacks the right for this";
    case ErrorKind::kNotFound:
      return "there is no such thing there; check `url` and the ids in it";
    case ErrorKind::kConflict:
      return "it exists already";
    case ErrorKind::kRateLimited:
      return "the provider's limit is reached; the next run tries again";
    case ErrorKind::kRejected:
      return "the request was refused as it is; trying again cannot help";
    case ErrorKind::kTransient:
      return "it was not carried out; the next run tries again";
    case ErrorKind::kMalformed:
      return "the answer cannot be understood";
    case ErrorKind::kUnsupported:
      return "the provider has no such operation; check `url`";
    case ErrorKind::kUnknownOutcome:
      return "it may have been carried out; it is looked up before it is tried again";
  }
  return "";
}

/// At most `limit` bytes, ending between two characters.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string shown(const Redactor& redactor, const std::string& words) {
  // Blotted before it is cut: half a secret is still a secret.
  const std::string scrubbed = redactor.scrub(words);
  const std::string_view head = cut(trim(scrubbed), kMaxWords);
  return escape_for_display(head) + (head.size() < trim(scrubbed).size() ? "…" : "");
}

/// Where to, but for the query, which may hold a secret.
std::string redirect_note(const HttpResponse& response) {
  std::string place;
  try {
    const Poco::URI location{std::string(response.header("Location"))};
    const bool has_host = !location.getHost().empty();
    const std::string host = location.getScheme() + "://" + location.getHost();
    place = quote_for_display((has_host ? host : "") + location.getPath());
  } catch (const Poco::Exception&) {
    place = "an address that cannot be read";
  }
  return "it redirects to " + place + ", and redirects are not followed; correct `url`";
}

std::string html_title(std::string_view body) {
  const std::string lower = ascii_lower(body);
  const std::size_t open = lower.find("<title");
  const std::size_t begin = open == std::string::npos ? open : lower.find('>', open);
  const std::size_t end = begin == std::string::npos ? begin : lower.find("</title", begin);
  if (end == std::string::npos) return "an HTML page";
  return "an HTML page, " + std::string(trim(body.substr(begin + 1, end - begin - 1)));
}

std::optional<std::chrono::seconds> asked_wait(const HttpResponse& response,
                                               std::chrono::system_clock::time_point now) {
  if (const auto wait = parse_retry_after(response, now)) return wait;
  return response.status == 429 ? parse_limit_headers(response, now).reset : std::nullopt;
}

std::string first_text(const Json& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Json member = object.get(name);
    if (member.is_text()) return member.as_text();
  }
  return {};
}

std::string joined(std::string left, std::string_view between, const std::string& right) {
  return left.empty() || right.empty() ? left + right : left.append(between) + right;
}

/// `{"loc": ["body", "email"], "msg": "no address"}` → `body.email: no address`.
std::string describe_item(const Json& item) {
  std::string path = first_text(item, {"loc", "location"});
  for (const char* name : {"loc", "location"}) {
    const Json place = item.get(name);
    if (!place.is_array()) continue;
    for (const Json& part : place.elements()) {
      if (part.is_text() || part.is_number()) path = joined(path, ".", part.as_text());
    }
  }
  return joined(path, ": ", first_text(item, {"msg", "message"}));
}

/// What is wrong with single members of a request, as FastAPI and its relatives list it.
std::string describe_items(const Json& items) {
  std::string text;
  if (!items.is_array()) return text;
  for (const Json& item : items.elements()) {
    if (item.is_object()) text = joined(text, "; ", describe_item(item));
  }
  return text;
}

}  // namespace

bool only_reads(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
}

ErrorKind classify(const HttpRequest& request, const HttpResponse& response) {
  switch (response.status) {
    case 401:
    case 407:
      return ErrorKind::kUnauthorized;
    case 403:
      return ErrorKind::kForbidden;
    case 404:
    case 410:
      return ErrorKind::kNotFound;
    case 409:
      return ErrorKind::kConflict;
    case 405:
    case 501:
      return ErrorKind::kUnsupported;
    case 408:
    case 425:
      return ErrorKind::kTransient;
    case 429:
      return ErrorKind::kRateLimited;
    default:
      break;
  }
  if (response.status < 500) return ErrorKind::kRejected;
  const bool harmless = only_reads(request) || was_turned_away(response);
  return harmless ? ErrorKind::kTransient : ErrorKind::kUnknownOutcome;
}

std::string describe(const HttpRequest& request, std::string_view authority) {
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  return fmt::format("{} {} at {}", request.method, escape_for_display(path), authority);
}

ConnectorError make_error(const HttpRequest& request, const HttpResponse& response,
                          const ProviderError& provider, const ErrorContext& context) {
  const ErrorKind kind = provider.kind.value_or(classify(request, response));
  std::string text =
      fmt::format("{} answered {}", describe(request, context.authority), response.status);
  if (!provider.code.empty()) text += " " + shown(context.redactor, provider.code);
  if (!provider.message.empty()) text += " (" + shown(context.redactor, provider.message) + ")";
  text += ": ";
  const bool redirect = response.status >= 300 && response.status < 400;
  text += redirect ? redirect_note(response) : std::string(advice(kind));

  std::int64_t retry_at = provider.retry_at;
  if (const auto wait = asked_wait(response, context.now); wait && retry_at == 0) {
    retry_at = std::chrono::system_clock::to_time_t(context.now + *wait);
  }
  return ConnectorError(kind, context.redactor.scrub(text), context.redactor.scrub(provider.code),
                        response.status, retry_at);
}

ProviderError read_common_error(const HttpResponse& response) {
  ProviderError error;
  const auto document = JsonDocument::try_parse(response.body);
  if (document && document->root().is_object()) {
    const Json root = document->root();
    error.code = first_text(root, {"error_code", "code", "scimType", "error", "type"});
    error.message = first_text(root, {"message", "description", "detail", "error_description"});
    for (const char* name : {"detail", "errors"}) {
      error.message = joined(error.message, "; ", describe_items(root.get(name)));
    }
    if (error.code.find(' ') != std::string::npos) {  // words in the place of a code
      if (error.message.empty()) error.message = error.code;
      error.code.clear();
    }
  } else if (trim(response.body).starts_with('<')) {
    error.message = html_title(response.body);
  } else {
    error.message = std::string(trim(response.body));
  }
  return error;
}

}  // namespace usher
