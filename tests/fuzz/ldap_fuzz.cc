// Feeds arbitrary bytes to everything that looks at what a directory sent.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/ldap/convert.h"
#include "connectors/ldap/ranges.h"
#include "mapping/text.h"
#include "tests/fuzz/require.h"

namespace usher::ldap {
namespace {

void check_dn(std::string_view text) {
  const std::string normal = normalize_dn(text);
  const bool is_text = find_invalid_utf8(text) == std::string_view::npos;
  require(!is_text || find_invalid_utf8(normal) == std::string_view::npos ||
              !leading_value(text).empty(),
          "the normal form of text is text, unless the DN spells out other bytes");
  require(normalize_dn(ascii_lower(text)) == normal || !is_text, "letter case does not matter");
  require(text.starts_with(strip_unique_id(text)), "a unique identifier stands at the end");
}

void check_description(std::string_view text) {
  const Attribute attribute = parse_description(text);
  require(attribute.name.size() <= text.size(), "a name is part of its description");
  require(
      !attribute.range || !attribute.range->high || attribute.range->low <= *attribute.range->high,
      "a range is in order");
}

/// Each line is an attribute description; its values are as many as its first byte says. The
/// server answers what it is asked for, a few times.
void check_ranges(std::string_view text) {
  Entry entry{"cn=fuzz", {}};
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    Attribute attribute = parse_description(line);
    attribute.values.assign(line.empty() ? 0 : static_cast<unsigned char>(line[0]) % 8, "v");
    entry.attributes.push_back(std::move(attribute));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  int answers = 0;
  const Texts undrained = drain_ranges(
      entry, [&](const std::string& dn, const std::string& asked) -> std::optional<Entry> {
        if (++answers > 4) return std::nullopt;
        return Entry{dn, {parse_description(asked)}};
      });
  for (const Attribute& attribute : entry.attributes) {
    require(!attribute.range, "no range is left");
  }
  const Person person = to_person(std::move(entry), "uid", undrained);
  for (const auto& [name, texts] : person.attributes) {
    require(!person.is_unread(name), "an attribute is known or unread, not both");
  }
}

}  // namespace
}  // namespace usher::ldap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  usher::ldap::check_dn(text);
  usher::ldap::check_description(text);
  usher::ldap::check_ranges(text);
  const auto guid = usher::ldap::guid_to_text(text);
  usher::require(guid.empty() || guid.size() == 36, "a GUID has 36 characters");
  return 0;
}
