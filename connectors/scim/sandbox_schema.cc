#include "connectors/scim/sandbox_schema.h"

#include <algorithm>

namespace usher::sandbox {
namespace {

using Type = ScimAttribute::Type;
using Mutability = ScimAttribute::Mutability;

constexpr std::string_view kPlaceWords[] = {"work", "home", "other"};
constexpr std::string_view kPhoneWords[] = {"work", "home", "mobile", "fax", "pager", "other"};
constexpr std::string_view kImWords[] = {"aim", "gtalk", "icq", "xmpp",
                                         "msn", "skype", "qq",  "yahoo"};
constexpr std::string_view kPhotoWords[] = {"photo", "thumbnail"};
constexpr std::string_view kGroupWords[] = {"direct", "indirect"};
constexpr std::string_view kMemberWords[] = {"User", "Group"};

constexpr ScimAttribute kMeta[] = {
    {.name = "resourceType", .case_exact = true, .mutability = Mutability::kReadOnly},
    {.name = "created", .type = Type::kDateTime, .mutability = Mutability::kReadOnly},
    {.name = "lastModified", .type = Type::kDateTime, .mutability = Mutability::kReadOnly},
    {.name = "location",
     .type = Type::kReference,
     .case_exact = true,
     .mutability = Mutability::kReadOnly},
    {.name = "version", .case_exact = true, .mutability = Mutability::kReadOnly}};

constexpr ScimAttribute kCommon[] = {
    {.name = "schemas", .type = Type::kReference, .multi = true, .required = true},
    {.name = "id", .case_exact = true, .unique = true, .mutability = Mutability::kReadOnly},
    {.name = "externalId", .case_exact = true},
    {.name = "meta", .type = Type::kComplex, .mutability = Mutability::kReadOnly, .sub = kMeta}};

constexpr ScimAttribute kName[] = {{.name = "formatted"},       {.name = "familyName"},
                                   {.name = "givenName"},       {.name = "middleName"},
                                   {.name = "honorificPrefix"}, {.name = "honorificSuffix"}};

constexpr ScimAttribute kDisplay = {.name = "display"};
constexpr ScimAttribute kPrimary = {.name = "primary", .type = Type::kBoolean};

constexpr ScimAttribute kEmail[] = {
    {.name = "value"}, kDisplay, {.name = "type", .words = kPlaceWords}, kPrimary};
constexpr ScimAttribute kPhone[] = {
    {.name = "value"}, kDisplay, {.name = "type", .words = kPhoneWords}, kPrimary};
constexpr ScimAttribute kIm[] = {
    {.name = "value"}, kDisplay, {.name = "type", .words = kImWords}, kPrimary};
constexpr ScimAttribute kPhoto[] = {{.name = "value", .type = Type::kReference, .case_exact = true},
                                    kDisplay,
                                    {.name = "type", .words = kPhotoWords},
                                    kPrimary};
constexpr ScimAttribute kAddress[] = {{.name = "formatted"},
                                      {.name = "streetAddress"},
                                      {.name = "locality"},
                                      {.name = "region"},
                                      {.name = "postalCode"},
                                      {.name = "country"},
                                      {.name = "type", .words = kPlaceWords},
                                      kPrimary};
constexpr ScimAttribute kUserGroup[] = {
    {.name = "value", .case_exact = true, .mutability = Mutability::kReadOnly},
    {.name = "$ref",
     .type = Type::kReference,
     .case_exact = true,
     .mutability = Mutability::kReadOnly},
    {.name = "display", .mutability = Mutability::kReadOnly},
    {.name = "type", .mutability = Mutability::kReadOnly, .words = kGroupWords}};
constexpr ScimAttribute kPlain[] = {{.name = "value"}, kDisplay, {.name = "type"}, kPrimary};
constexpr ScimAttribute kCertificate[] = {
    {.name = "value", .type = Type::kBinary, .case_exact = true},
    kDisplay,
    {.name = "type"},
    kPrimary};

constexpr ScimAttribute list(std::string_view name, std::span<const ScimAttribute> sub) {
  return {.name = name, .type = Type::kComplex, .multi = true, .sub = sub};
}

constexpr ScimAttribute kUser[] = {{.name = "userName", .required = true, .unique = true},
                                   {.name = "name", .type = Type::kComplex, .sub = kName},
                                   {.name = "displayName"},
                                   {.name = "nickName"},
                                   {.name = "profileUrl", .type = Type::kReference},
                                   {.name = "title"},
                                   {.name = "userType"},
                                   {.name = "preferredLanguage"},
                                   {.name = "locale"},
                                   {.name = "timezone"},
                                   {.name = "active", .type = Type::kBoolean},
                                   {.name = "password", .mutability = Mutability::kWriteOnly},
                                   list("emails", kEmail),
                                   list("phoneNumbers", kPhone),
                                   list("ims", kIm),
                                   list("photos", kPhoto),
                                   list("addresses", kAddress),
                                   {.name = "groups",
                                    .type = Type::kComplex,
                                    .multi = true,
                                    .mutability = Mutability::kReadOnly,
                                    .sub = kUserGroup},
                                   list("entitlements", kPlain),
                                   list("roles", kPlain),
                                   list("x509Certificates", kCertificate)};

constexpr ScimAttribute kManager[] = {
    {.name = "value", .case_exact = true},
    {.name = "$ref", .type = Type::kReference, .case_exact = true},
    {.name = "displayName", .mutability = Mutability::kReadOnly}};

constexpr ScimAttribute kEnterprise[] = {
    {.name = "employeeNumber"}, {.name = "costCenter"},
    {.name = "organization"},   {.name = "division"},
    {.name = "department"},     {.name = "manager", .type = Type::kComplex, .sub = kManager}};

constexpr ScimAttribute kEntra[] = {{.name = "mailNickname"}};

constexpr ScimAttribute kMember[] = {
    {.name = "value", .case_exact = true, .mutability = Mutability::kImmutable},
    {.name = "$ref",
     .type = Type::kReference,
     .case_exact = true,
     .mutability = Mutability::kImmutable},
    {.name = "type", .mutability = Mutability::kImmutable, .words = kMemberWords},
    {.name = "display", .mutability = Mutability::kReadOnly}};

constexpr ScimAttribute kGroup[] = {{.name = "displayName", .required = true},
                                    list("members", kMember)};

constexpr ScimSchema kUserSchema{"urn:ietf:params:scim:schemas:core:2.0:User", "User",
                                 "User Account", kUser};
constexpr ScimSchema kGroupSchema{"urn:ietf:params:scim:schemas:core:2.0:Group", "Group", "Group",
                                  kGroup};
constexpr ScimSchema kUserExtensions[] = {
    {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "EnterpriseUser",
     "Enterprise User", kEnterprise},
    {"urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User", "EntraUser",
     "Microsoft Entra User", kEntra}};

const ScimAttribute* find_name(std::span<const ScimAttribute> attributes, std::string_view name) {
  const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const auto& attribute) {
    return compare_names(attribute.name, name) == 0;
  });
  return at == attributes.end() ? nullptr : &*at;
}

/// `name` or `name.sub` among `attributes`.
std::optional<ScimPlace> find_place(std::span<const ScimAttribute> attributes,
                                    std::string_view path, const ScimSchema* extension) {
  const auto dot = std::min(path.find('.'), path.size());
  const auto* attribute = find_name(attributes, path.substr(0, dot));
  if (attribute == nullptr) return std::nullopt;
  if (dot == path.size()) return ScimPlace{extension, attribute, nullptr};
  const auto* sub = attribute->find_sub(path.substr(dot + 1));
  if (sub == nullptr) return std::nullopt;
  return ScimPlace{extension, attribute, sub};
}

/// What follows the URN of `schema` in `path`, with its colon; nothing when it is another's path.
std::optional<std::string_view> after_urn(const ScimSchema& schema, std::string_view path) {
  if (compare_names(path.substr(0, schema.urn.size()), schema.urn) != 0) return std::nullopt;
  const auto rest = path.substr(schema.urn.size());
  return rest.empty() || rest.front() == ':' ? std::optional(rest) : std::nullopt;
}

}  // namespace

const ScimAttribute* ScimAttribute::find_sub(std::string_view sub_name) const {
  return find_name(sub, sub_name);
}

ScimShape::ScimShape(ScimKind kind, const Texts& extensions)
    : kind_(kind), core_(kind == ScimKind::kUser ? &kUserSchema : &kGroupSchema) {
  if (kind == ScimKind::kGroup) return;
  for (const auto& schema : kUserExtensions) {
    if (std::find(extensions.begin(), extensions.end(), schema.urn) != extensions.end()) {
      extensions_.push_back(&schema);
    }
  }
}

std::optional<ScimPlace> ScimShape::find(std::string_view path) const {
  if (compare_names(path.substr(0, 4), "urn:") != 0) {
    const auto place = find_place(core_->attributes, path, nullptr);
    return place ? place : find_place(kCommon, path, nullptr);
  }
  if (const auto rest = after_urn(*core_, path); rest && !rest->empty()) {
    return find(rest->substr(1));
  }
  for (const auto* schema : extensions_) {
    if (const auto rest = after_urn(*schema, path)) {
      return rest->empty() ? ScimPlace{schema, nullptr, nullptr}
                           : find_place(schema->attributes, rest->substr(1), schema);
    }
  }
  return std::nullopt;
}

const ScimSchema* ScimShape::extension(std::string_view urn) const {
  for (const auto* schema : extensions_) {
    if (compare_names(schema->urn, urn) == 0) return schema;
  }
  return nullptr;
}

std::string_view scim_name(ScimKind kind) {
  return kind == ScimKind::kUser ? "User" : "Group";
}

std::string_view scim_endpoint(ScimKind kind) {
  return kind == ScimKind::kUser ? "Users" : "Groups";
}

std::span<const ScimAttribute> scim_common_attributes() {
  return kCommon;
}

const Texts& scim_case_exact() {
  static const Texts kPaths = {
      "id",     "externalId",   "meta.version",  "members",      "members.value",
      "groups", "groups.value", "manager.value", "photos.value", "x509Certificates.value"};
  return kPaths;
}

}  // namespace usher::sandbox
