#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/value.h"

namespace usher::sandbox {

enum class ScimKind { kUser, kGroup };

/// One attribute as RFC 7643 section 7 describes attributes; what is not said has its default.
struct ScimAttribute {
  enum class Type { kString, kBoolean, kComplex, kDateTime, kBinary, kReference };
  enum class Mutability { kReadWrite, kReadOnly, kImmutable, kWriteOnly };

  std::string_view name;
  Type type = Type::kString;
  bool multi = false;
  bool required = false;
  bool case_exact = false;
  bool unique = false;
  Mutability mutability = Mutability::kReadWrite;
  std::span<const std::string_view> words = {};  ///< canonical values
  std::span<const ScimAttribute> sub = {};

  [[nodiscard]] bool is_read_only() const { return mutability == Mutability::kReadOnly; }
  [[nodiscard]] const ScimAttribute* find_sub(std::string_view sub_name) const;
};

struct ScimSchema {
  std::string_view urn;
  std::string_view name;
  std::string_view description;
  std::span<const ScimAttribute> attributes;
};

/// Where an attribute path leads.
struct ScimPlace {
  const ScimSchema* extension = nullptr;     ///< null: the core schema or a common attribute
  const ScimAttribute* attribute = nullptr;  ///< null: the whole extension
  const ScimAttribute* sub = nullptr;
};

/// What a resource of one kind is made of: the core schema and the extensions that are offered.
class ScimShape {
 public:
  /// Unknown URNs and those of another kind are left out.
  ScimShape(ScimKind kind, const Texts& extensions);

  [[nodiscard]] ScimKind kind() const { return kind_; }
  [[nodiscard]] const ScimSchema& core() const { return *core_; }
  [[nodiscard]] const std::vector<const ScimSchema*>& extensions() const { return extensions_; }

  /// Reads `userName`, `name.givenName`, `urn:…:User:department` or the URN of an extension, all
  /// without regard to letter case.
  [[nodiscard]] std::optional<ScimPlace> find(std::string_view path) const;

  /// Null when it is not offered.
  [[nodiscard]] const ScimSchema* extension(std::string_view urn) const;

 private:
  ScimKind kind_;
  const ScimSchema* core_;
  std::vector<const ScimSchema*> extensions_;
};

/// `User`, and `Users` as it stands in paths.
[[nodiscard]] std::string_view scim_name(ScimKind kind);
[[nodiscard]] std::string_view scim_endpoint(ScimKind kind);

/// `id`, `externalId`, `schemas`, `meta`: part of every resource.
[[nodiscard]] std::span<const ScimAttribute> scim_common_attributes();

/// Paths that compare exactly, for filters.
[[nodiscard]] const Texts& scim_case_exact();

}  // namespace usher::sandbox
