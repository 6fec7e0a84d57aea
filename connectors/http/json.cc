#include "connectors/http/json.h"

#include <simdjson.h>

#include <bit>
#include <charconv>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher {
namespace dom = simdjson::dom;

struct JsonDocument::Parser {
  dom::parser parser;
  dom::element root;
};

struct Json::Access {
  static_assert(sizeof(Element) == sizeof(dom::element) &&
                std::is_trivially_copyable_v<dom::element>);

  static dom::element element(const Json& json) {
    return std::bit_cast<dom::element>(json.element_);
  }

  static Json at(const Json& parent, dom::element element) {
    Json json;
    json.element_ = std::bit_cast<Element>(element);
    json.owner_ = parent.owner_;
    return json;
  }

  static bool present(const Json& json) { return json.owner_ && json.missing_.empty(); }

  static bool is(const Json& json, dom::element_type type) {
    return present(json) && element(json).type() == type;
  }

  static bool same(dom::element a, const Json& b) {
    return std::bit_cast<Element>(a).index == b.element_.index;
  }
};

namespace {

constexpr std::size_t kShownBytes = 60;

std::string begin_of(std::string_view body) {
  const std::string_view head = body.substr(0, kShownBytes);
  return escape_for_display(head) + (body.size() > head.size() ? "…" : "");
}

/// The element as what its type says it is, by value: what simdjson itself returns refers to a
/// temporary, which a range-based for does not keep alive.
template <typename T>
T as(dom::element element) {
  return element.get<T>().value_unsafe();
}

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::string_view kind_of(dom::element element) {
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return "an array";
    case dom::element_type::OBJECT:
      return "an object";
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return "a number";
    case dom::element_type::STRING:
      return "a text";
    case dom::element_type::BOOL:
      return "true or false";
    case dom::element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

/// Looks for `wanted` below `from` and appends the way there. Runs only when an error is to be
/// told, so that reading without errors pays nothing for paths.
template <typename Same>
bool find_path(dom::element from, const Same& same, std::string& path) {
  if (same(from)) return true;
  const std::size_t length = path.size();
  if (from.type() == dom::element_type::ARRAY) {
    std::size_t index = 0;
    for (const dom::element child : as<dom::array>(from)) {
      path += "[" + std::to_string(index++) + "]";
      if (find_path(child, same, path)) return true;
      path.resize(length);
    }
  } else if (from.type() == dom::element_type::OBJECT) {
    for (const auto field : as<dom::object>(from)) {
      path += (path.empty() ? "" : ".") + escape_for_display(field.key);
      if (find_path(field.value, same, path)) return true;
      path.resize(length);
    }
  }
  return false;
}

}  // namespace

bool Json::has_value() const {
  return Access::present(*this) && !Access::is(*this, dom::element_type::NULL_VALUE);
}
bool Json::is_object() const {
  return Access::is(*this, dom::element_type::OBJECT);
}
bool Json::is_array() const {
  return Access::is(*this, dom::element_type::ARRAY);
}
bool Json::is_text() const {
  return Access::is(*this, dom::element_type::STRING);
}
bool Json::is_bool() const {
  return Access::is(*this, dom::element_type::BOOL);
}
bool Json::is_number() const {
  return Access::present(*this) && Access::element(*this).is_number();
}

Json Json::get(std::string_view name) const {
  if (!has_value()) {
    Json still_missing = *this;
    if (still_missing.missing_.empty()) still_missing.missing_ = name;
    return still_missing;
  }
  dom::object object;
  if (Access::element(*this).get(object)) fail("an object");
  dom::element member;
  if (object.at_key(name).get(member)) {
    Json missing = *this;
    missing.missing_ = name;
    return missing;
  }
  return Access::at(*this, member);
}

std::string Json::as_text() const {
  if (is_text()) return std::string(as<std::string_view>(Access::element(*this)));
  if (is_number()) return raw();
  fail("a text");
}

std::string Json::text_or(std::string_view otherwise) const {
  return has_value() ? as_text() : std::string(otherwise);
}

std::int64_t Json::as_int() const {
  if (has_value()) {
    std::int64_t value = 0;
    if (!Access::element(*this).get(value)) return value;
    if (is_text()) {
      const auto parsed =
          parse_number<std::int64_t>(trim(as<std::string_view>(Access::element(*this))));
      if (parsed) return *parsed;
    }
  }
  fail("an integer");
}

std::optional<std::int64_t> Json::int_or_nothing() const {
  return has_value() ? std::optional(as_int()) : std::nullopt;
}

bool Json::as_bool() const {
  if (is_bool()) return as<bool>(Access::element(*this));
  if (is_text()) {
    const std::string word = ascii_lower(as<std::string_view>(Access::element(*this)));
    if (word == "true") return true;
    if (word == "false") return false;
  }
  fail("true or false");
}

bool Json::bool_or(bool otherwise) const {
  return has_value() ? as_bool() : otherwise;
}

std::vector<Json> Json::elements() const {
  if (!is_array()) fail("an array");
  const dom::array array = as<dom::array>(Access::element(*this));
  std::vector<Json> all;
  all.reserve(array.size());
  for (const dom::element element : array) all.push_back(Access::at(*this, element));
  return all;
}

std::vector<Json> Json::elements_or_none() const {
  return has_value() ? elements() : std::vector<Json>();
}

std::vector<std::pair<std::string_view, Json>> Json::members() const {
  if (!is_object()) fail("an object");
  std::vector<std::pair<std::string_view, Json>> all;
  for (const auto field : as<dom::object>(Access::element(*this))) {
    all.emplace_back(field.key, Access::at(*this, field.value));
  }
  return all;
}

std::string Json::raw() const {
  return Access::present(*this) ? simdjson::minify(Access::element(*this)) : std::string();
}

void Json::fail(std::string_view expected) const {
  if (!owner_) {
    throw ConnectorError(ErrorKind::kMalformed,
                         "expected " + std::string(expected) + ", found nothing");
  }
  std::string path;
  find_path(
      Access::element(owner_->root()), [&](dom::element e) { return Access::same(e, *this); },
      path);
  if (!missing_.empty()) path += (path.empty() ? "" : ".") + std::string(missing_);
  const std::string_view found = missing_.empty() ? kind_of(Access::element(*this)) : "nothing";
  throw ConnectorError(ErrorKind::kMalformed, "the answer to " + owner_->what() +
                                                  " is not as documented: expected " +
                                                  std::string(expected) + " at " +
                                                  (path.empty() ? std::string("its top") : path) +
                                                  ", found " + std::string(found));
}

JsonDocument::JsonDocument() : parser_(std::make_unique<Parser>()) {}
JsonDocument::~JsonDocument() = default;

JsonDocument::JsonDocument(std::string body, std::string what) : JsonDocument() {
  what_ = std::move(what);
  const std::string begin = begin_of(body);
  std::string reason;
  if (!parse(std::move(body), reason)) {
    throw ConnectorError(ErrorKind::kMalformed, "the answer to " + what_ + " is not JSON (" +
                                                    reason + (begin.empty() ? ")" : "): " + begin));
  }
}

std::unique_ptr<JsonDocument> JsonDocument::try_parse(std::string_view body) {
  std::unique_ptr<JsonDocument> document(new JsonDocument());
  std::string reason;
  return document->parse(std::string(body), reason) ? std::move(document) : nullptr;
}

bool JsonDocument::parse(std::string body, std::string& reason) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::size_t skipped = body.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  if (trim(body).size() == skipped) {
    reason = "it is empty";
    return false;
  }
  // simdjson reads a little past the end; with that room it need not make a copy of its own.
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  const auto result = parser_->parser.parse(body.data() + skipped, body.size() - skipped, false);
  if (const auto error = result.get(parser_->root)) {
    reason = simdjson::error_message(error);
    return false;
  }
  return true;
}

Json JsonDocument::root() const {
  Json json;
  json.owner_ = this;
  json.element_ = std::bit_cast<Json::Element>(parser_->root);
  return json;
}

}  // namespace usher
