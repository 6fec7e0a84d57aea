#include "mapping/difference.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

#include "mapping/text.h"

namespace usher {
namespace {

bool same_value(const AttributeSpec* spec, const Value& a, const Value& b) {
  if (a == b) return true;
  if (spec == nullptr || !spec->ignores_case) return false;
  const auto* left = std::get_if<std::string>(&a);
  const auto* right = std::get_if<std::string>(&b);
  return left != nullptr && right != nullptr && fold_key(*left) == fold_key(*right);
}

/// Whether the target shows the attribute, so that it can be compared at all.
bool is_comparable(const AttributeSpec* spec) {
  return spec == nullptr || (spec->returned && !spec->local);
}

std::string hex128(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

bool differs(const AttributeSpec* spec, const Value& wanted, const Value* actual) {
  return actual == nullptr ? !is_empty(&wanted) : !same_value(spec, wanted, *actual);
}

std::vector<std::string> differing_fields(const Account& desired, const Texts& unread,
                                          const Account& account, const Capabilities& can) {
  std::vector<std::string> fields;
  for (const auto& [name, value] : desired.fields) {
    const AttributeSpec* spec = can.find(name);
    if (!is_comparable(spec)) continue;
    if (!contains_name(unread, name) && differs(spec, value, account.fields.find(name)))
      fields.push_back(name);
  }
  return fields;
}

std::string digest_of(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    text += ascii_lower(name);
    text += '\x1f';
    text += to_text(value);
    text += '\x1e';
  }
  return hex128(text);
}

std::string desired_digest_of(const Account& desired, const Capabilities& can,
                              std::string_view settings_hash) {
  Fields comparable;
  for (const auto& [name, value] : desired.fields) {
    if (is_comparable(can.find(name))) comparable.set(name, value);
  }
  return digest_of(comparable).append(".").append(settings_hash);
}

bool person_changed(const std::string& before, const std::string& after) {
  for (std::size_t at = 0; at < after.size();) {
    const std::size_t end = std::min(after.find(',', at), after.size());
    const std::string entry = after.substr(at, end - at);
    const std::string name = "," + entry.substr(0, entry.find('=') + 1);
    const bool is_known = ("," + before).find(name) != std::string::npos;
    if (is_known && ("," + before + ",").find("," + entry + ",") == std::string::npos) return true;
    at = end + 1;
  }
  return false;
}

std::string name_digest_of(const Account& desired, const Capabilities& can) {
  std::string digests;
  for (const AttributeSpec& spec : can.attributes) {
    const Value* value = spec.is_name ? desired.fields.find(spec.name) : nullptr;
    if (value == nullptr) continue;
    if (!digests.empty()) digests += ',';
    digests += hex128(spec.name + "=" + fold_key(to_text(*value))).substr(0, 16);
  }
  return digests;
}

bool all_names_changed(const std::string& before, const std::string& after) {
  if (before.empty() || after.empty() || before.size() != after.size()) return false;
  constexpr std::size_t kStride = 17;  // 16 digits and a comma
  for (std::size_t at = 0; at < after.size(); at += kStride) {
    if (before.compare(at, 16, after, at, 16) == 0) return false;
  }
  return true;
}

}  // namespace usher
