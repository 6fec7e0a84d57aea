#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usher {

/// A value inside a JsonDocument, which must outlive it. Cheap to copy.
///
/// Reading is lenient where providers are sloppy (an id that is a number here and a text there, a
/// member that is null, missing or empty) and strict where guessing would hurt: a value of another
/// kind throws ConnectorError `kMalformed`, which names what was expected and where
/// (`teammates[3].user_id in GET /workspace/teammates`), never the value itself.
class Json {
 public:
  /// A missing value: what `get` gives for a member that is not there.
  Json() = default;

  /// False for a missing member and for null.
  [[nodiscard]] bool has_value() const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_text() const;
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_bool() const;

  /// A member of an object. A missing value when there is no such member or when this is missing
  /// or null itself, so that `get("a").get("b")` needs no check in between. Throws when this is
  /// something else than an object. `name` must outlive the result (a literal).
  [[nodiscard]] Json get(std::string_view name) const;

  /// A text; a number as it would be written. Throws for everything else.
  [[nodiscard]] std::string as_text() const;
  /// The same, and `otherwise` when the value is missing or null.
  [[nodiscard]] std::string text_or(std::string_view otherwise) const;

  /// An integer, or a text that holds one. Throws for everything else.
  [[nodiscard]] std::int64_t as_int() const;
  [[nodiscard]] std::optional<std::int64_t> int_or_nothing() const;

  /// true or false; as texts too, without regard to case. Throws for everything else.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] bool bool_or(bool otherwise) const;

  /// What an array holds. Throws for everything else.
  [[nodiscard]] std::vector<Json> elements() const;
  /// The same, and nothing when the value is missing or null.
  [[nodiscard]] std::vector<Json> elements_or_none() const;

  /// Names and values of an object, in the order of the text. Throws for everything else.
  [[nodiscard]] std::vector<std::pair<std::string_view, Json>> members() const;

  /// The value as JSON text, for messages and comparisons; empty when missing.
  [[nodiscard]] std::string raw() const;

  /// Throws the `kMalformed` error for this place: `expected <what> at <where>, found <kind>`.
  [[noreturn]] void fail(std::string_view expected) const;

 private:
  friend class JsonDocument;

  /// The bits of a simdjson::dom::element, so that its header stays out of this one.
  struct Element {
    const void* document = nullptr;
    std::size_t index = 0;
  };
  struct Access;

  Element element_;           ///< of the parent when `missing_` is set
  std::string_view missing_;  ///< name of the member that is not there
  const class JsonDocument* owner_ = nullptr;
};

/// A parsed body. Not copied, not moved: values point into it.
class JsonDocument {
 public:
  /// Parses `body`, which is not kept: moved here, a long one exists once. `what` says whose body
  /// it is, for messages (`GET /workspace`). Throws ConnectorError `kMalformed` when it is not
  /// JSON, with what is wrong and how it begins.
  JsonDocument(std::string body, std::string what);
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  [[nodiscard]] Json root() const;
  [[nodiscard]] const std::string& what() const { return what_; }

  /// The same without the throw: null when `body` is not JSON. For error bodies, which may be
  /// anything.
  [[nodiscard]] static std::unique_ptr<JsonDocument> try_parse(std::string_view body);

 private:
  JsonDocument();
  [[nodiscard]] bool parse(std::string body, std::string& reason);

  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::string what_;
};

}  // namespace usher
