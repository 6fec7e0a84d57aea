#include "connectors/ldap/convert.h"

#include <fmt/format.h>
#include <ldap.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "mapping/text.h"

namespace usher::ldap {
namespace {

constexpr std::string_view kRangeOption = "range=";

bool parse_number(std::string_view text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// Reads `range=0-1499` or `range=1500-*`, without regard to case.
std::optional<Range> parse_range(std::string_view option) {
  if (option.size() < kRangeOption.size() ||
      compare_names(option.substr(0, kRangeOption.size()), kRangeOption) != 0) {
    return std::nullopt;
  }
  option.remove_prefix(kRangeOption.size());
  const std::size_t dash = option.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  Range range;
  if (!parse_number(option.substr(0, dash), range.low)) return std::nullopt;
  const std::string_view high = option.substr(dash + 1);
  if (high == "*") return range;
  std::uint32_t last = 0;
  if (!parse_number(high, last) || last < range.low) return std::nullopt;
  range.high = last;
  return range;
}

/// True for a DN whose normal form is its lower case: nothing escaped or quoted, no multi-valued
/// RDN, no spaces but single ones inside values. Nearly all are like that, and millions come by.
bool is_plain(std::string_view dn) {
  char before = ',';
  for (const char c : dn) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool edge = c == ',' || c == '=' || c == ' ';
    if (!letter && !edge && c != '-' && c != '.' && c != '_' && c != '@') return false;
    const bool edge_before = before == ',' || before == '=' || before == ' ';
    if (edge && edge_before) return false;
    before = c;
  }
  return before != ',' && before != '=' && before != ' ';
}

struct FreeDn {
  void operator()(LDAPDN dn) const { ldap_dnfree(dn); }
};
using DnPointer = std::unique_ptr<std::remove_pointer_t<LDAPDN>, FreeDn>;

DnPointer parse_dn(std::string_view dn) {
  if (dn.find('\0') != std::string_view::npos) return nullptr;
  LDAPDN parsed = nullptr;
  const std::string text(dn);
  if (ldap_str2dn(text.c_str(), &parsed, LDAP_DN_FORMAT_LDAP) != LDAP_SUCCESS) return nullptr;
  return DnPointer(parsed);
}

std::string_view view(const berval& value) {
  return {value.bv_val, value.bv_len};
}

/// Lower case, and one space for several (RFC 4518 2.6.1).
std::string fold_value(std::string_view value) {
  const std::string folded = fold_key(to_lower(value));
  std::string out;
  for (const char c : trim(folded)) {
    if (c != ' ' || out.back() != ' ') out += c;
  }
  return out;
}

std::string escape_value(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (std::string_view(",+=\\\"<>;#").find(c) != std::string_view::npos) out += '\\';
    if (static_cast<unsigned char>(c) < 0x20U) {
      out += fmt::format("\\{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return out;
}

std::string normalize_rdn(LDAPRDN rdn) {
  std::vector<std::string> parts;
  for (LDAPAVA** part = rdn; *part != nullptr; ++part) {
    const bool binary = ((*part)->la_flags & LDAP_AVA_BINARY) != 0;
    const std::string_view value = view((*part)->la_value);
    parts.push_back(ascii_lower(view((*part)->la_attr)) + "=" +
                    (binary ? "#" + to_hex(value) : escape_value(fold_value(value))));
  }
  std::ranges::sort(parts);
  return fmt::format("{}", fmt::join(parts, "+"));
}

bool is_guid(std::string_view name) {
  return compare_names(name, "objectGUID") == 0 ||
         compare_names(name, "mS-DS-ConsistencyGuid") == 0;
}

}  // namespace

const Attribute* Entry::find(std::string_view name) const {
  const auto found = std::ranges::find_if(attributes, [&](const Attribute& attribute) {
    return compare_names(attribute.name, name) == 0;
  });
  return found != attributes.end() ? &*found : nullptr;
}

Attribute parse_description(std::string_view description) {
  Attribute attribute;
  while (!description.empty()) {
    const std::size_t end = description.find(';');
    const std::string_view part = description.substr(0, end);
    const auto range = attribute.name.empty() ? std::nullopt : parse_range(part);
    if (range && !attribute.range) {
      attribute.range = range;
    } else {
      if (!attribute.name.empty()) attribute.name += ';';
      attribute.name += part;
    }
    if (end == std::string_view::npos) break;
    description.remove_prefix(end + 1);
  }
  return attribute;
}

std::string normalize_dn(std::string_view dn) {
  if (is_plain(dn)) return ascii_lower(dn);
  const DnPointer parsed = parse_dn(dn);
  if (!parsed) return fold_key(trim(dn));
  std::string out;
  for (LDAPRDN* rdn = parsed.get(); *rdn != nullptr; ++rdn) {
    if (!out.empty()) out += ',';
    out += normalize_rdn(*rdn);
  }
  return out;
}

std::string_view strip_unique_id(std::string_view value) {
  if (!value.ends_with("'B")) return value;
  const std::size_t hash = value.rfind("#'");
  if (hash == std::string_view::npos) return value;
  const std::string_view bits = value.substr(hash + 2, value.size() - hash - 4);
  return bits.find_first_not_of("01") == std::string_view::npos ? value.substr(0, hash) : value;
}

std::string leading_value(std::string_view dn) {
  const DnPointer parsed = parse_dn(dn);
  if (!parsed || parsed.get()[0] == nullptr || parsed.get()[0][0] == nullptr) return "";
  return std::string(view(parsed.get()[0][0]->la_value));
}

std::string guid_to_text(std::string_view bytes) {
  static constexpr std::array<std::size_t, 16> kOrder = {3, 2, 1,  0,  5,  4,  7,  6,
                                                         8, 9, 10, 11, 12, 13, 14, 15};
  if (bytes.size() != kOrder.size()) return "";
  std::string text;
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[kOrder[i]]));
  }
  return text;
}

std::optional<std::string> value_to_text(std::string_view name, std::string_view bytes) {
  if (is_guid(name)) {
    std::string guid = guid_to_text(bytes);
    return guid.empty() ? std::nullopt : std::optional(std::move(guid));
  }
  if (find_invalid_utf8(bytes) != std::string_view::npos ||
      bytes.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  if (compare_names(name, "entryUUID") == 0) return ascii_lower(bytes);
  return std::string(bytes);
}

bool is_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kSecrets = {
      "userPassword",    "authPassword", "unicodePwd",      "dBCSPwd",
      "ntPwdHistory",    "lmPwdHistory", "sambaNTPassword", "sambaLMPassword",
      "krbPrincipalKey", "ipaNTHash",    "pwdHistory",      "ms-Mcs-AdmPwd"};
  const std::string_view type = name.substr(0, name.find(';'));
  return contains_name(kSecrets, type);
}

Person to_person(const Entry& entry, std::string_view id, const Texts& undrained) {
  Person person;
  person.where = escape_for_display(entry.dn);
  person.unread = undrained;
  for (const Attribute& attribute : entry.attributes) {
    if (is_secret(attribute.name) || person.is_unread(attribute.name)) continue;
    Texts texts;
    for (const std::string& value : attribute.values) {
      std::optional<std::string> text = value_to_text(attribute.name, value);
      if (!text) {
        person.unread.push_back(attribute.name);
        break;
      }
      if (!text->empty()) texts.push_back(*std::move(text));
    }
    if (!texts.empty() && !person.is_unread(attribute.name)) {
      person.attributes.set(attribute.name, std::move(texts));
    }
  }
  const Texts* ids = person.attributes.find(id);
  if (ids != nullptr && ids->size() == 1) person.source_id = trim(ids->front());
  return person;
}

}  // namespace usher::ldap
