#include "connectors/scim/convert.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "connectors/scim/attributes.h"
#include "connectors/scim/pages.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

bool is_unassigned(const Json& value) {
  return !value.has_value() || (value.is_array() && value.elements().empty());
}

/// A list of one stands for its value where one value is wanted.
Json single(const Json& value) {
  if (!value.is_array()) return value;
  const auto elements = value.elements();
  return elements.size() == 1 ? elements.front() : value;
}

std::string text_of(const Json& value) {
  return value.is_bool() ? (value.as_bool() ? "true" : "false") : value.as_text();
}

/// The known attributes with their names in order, so that one pass over a resource finds them all.
class Index {
 public:
  struct Entry {
    std::string_view name;  ///< of the attribute, or of the schema of an extension
    std::vector<const Attribute*> attributes;
  };

  Index() {
    for (const Attribute& attribute : scim::attributes()) {
      const std::string_view name =
          attribute.schema.empty() ? attribute.attribute : std::string_view(attribute.schema);
      const auto at = std::ranges::find(entries_, name, &Entry::name);
      Entry& entry = at != entries_.end() ? *at : entries_.emplace_back(Entry{name, {}});
      entry.attributes.push_back(&attribute);
    }
    std::ranges::sort(
        entries_, [](const Entry& a, const Entry& b) { return compare_names(a.name, b.name) < 0; });
  }

  [[nodiscard]] const Entry* find(std::string_view name) const {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), name,
                                     [](const Entry& entry, std::string_view key) {
                                       return compare_names(entry.name, key) < 0;
                                     });
    return at != entries_.end() && compare_names(at->name, name) == 0 ? &*at : nullptr;
  }

 private:
  std::vector<Entry> entries_;
};

const Index& known() {
  static const Index kIndex;
  return kIndex;
}

/// The element of a list that is meant by `type`: the primary one of several. Where no element says
/// what it is, a single one is the work one.
Json element_of(const std::vector<Json>& elements, std::string_view type) {
  Json found;
  bool is_typed = false;
  for (const Json& element : elements) {
    if (!element.is_object()) continue;
    const std::string its_type = member(element, "type").text_or("");
    is_typed = is_typed || !its_type.empty();
    if (compare_names(its_type, type) != 0) continue;
    const Json primary = member(element, "primary");
    const bool is_primary = primary.has_value() && primary.as_bool();
    if (!found.has_value() || is_primary) found = element;
  }
  if (!found.has_value() && !is_typed && elements.size() == 1 && type == "work") {
    return elements.front();
  }
  return found;
}

class UserReader {
 public:
  Account read(const Json& user) {
    for (const auto& [name, value] : user.members()) read_member(name, value);
    account_.remote_id = member(user, "id").as_text();
    if (account_.remote_id.empty()) member(user, "id").fail("an id");
    if (account_.key.empty()) member(user, "userName").fail("a userName");
    return std::move(account_);
  }

 private:
  void read_member(std::string_view name, const Json& value) {
    if (is_unassigned(value)) return;
    if (const Index::Entry* entry = known().find(name)) {
      for (const Attribute* attribute : entry->attributes) read_attribute(*attribute, value);
    } else if (compare_names(name, "meta") == 0) {
      if (value.is_object()) account_.created_at = created_of(value);
    } else if (name.find_first_of(".:") != std::string_view::npos) {
      read_whole_path(name, value);
    }
  }

  static std::string created_of(const Json& meta) {
    const Json created = member(meta, "created");
    return created.is_text() ? created.as_text() : std::string();
  }

  /// `"name.formatted": …` and `"urn:…:User:department": …`
  void read_whole_path(std::string_view path, const Json& value) {
    const Attribute* attribute = find_attribute(path);
    if (attribute != nullptr) set_text(*attribute, value);
  }

  void read_attribute(const Attribute& attribute, const Json& whole) {
    if (!attribute.schema.empty()) {
      const Json value = member(single(whole), attribute.attribute);
      if (!is_unassigned(value)) read_sub(attribute, value);
    } else if (attribute.is_multi) {
      set_texts(attribute, whole);
    } else if (attribute.is_element()) {
      read_element(attribute, whole);
    } else if (attribute.is_boolean) {
      set_active(single(whole).as_bool());
    } else {
      read_sub(attribute, whole);
    }
  }

  /// A complex value may be written as the `value` in it: `"manager": "26118915"`.
  void read_sub(const Attribute& attribute, const Json& value) {
    const Json one = single(value);
    if (attribute.sub.empty() || (attribute.sub == "value" && one.is_text())) {
      set_text(attribute, one);
    } else {
      set_text(attribute, member(one, attribute.sub));
    }
  }

  void read_element(const Attribute& attribute, const Json& list) {
    const Json element =
        element_of(list.is_array() ? list.elements() : std::vector<Json>{list}, attribute.type);
    if (element.has_value()) set_text(attribute, member(element, attribute.sub));
  }

  void set_text(const Attribute& attribute, const Json& value) {
    if (is_unassigned(value)) return;
    std::string text = text_of(value);
    if (text.empty()) return;
    if (attribute.path == "userName") account_.key = text;
    account_.fields.set(attribute.path, std::move(text));
  }

  void set_active(bool active) {
    account_.status = active ? AccountStatus::kActive : AccountStatus::kInactive;
    account_.fields.set("active", active);
  }

  void set_texts(const Attribute& attribute, const Json& list) {
    Texts texts;
    for (const Json& element : list.is_array() ? list.elements() : std::vector<Json>{list}) {
      const Json value = element.is_object() ? member(element, "value") : element;
      if (value.has_value()) texts.push_back(text_of(value));
    }
    std::ranges::sort(texts);
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    account_.fields.set(attribute.path, std::move(texts));
  }

  Account account_;
};

}  // namespace

Account to_account(const Json& user) {
  if (!user.is_object()) user.fail("a user");
  return UserReader().read(user);
}

bool is_synthetic(const Profile& profile, const Account& account) {
  return std::ranges::any_of(profile.synthetic_rows, [&](const auto& row) {
    return row.first == account.remote_id && row.second == account.key;
  });
}

Account to_canonical(Account desired, const Profile& profile) {
  if (profile.single_valued.empty()) return desired;
  for (const Attribute& attribute : attributes()) {
    if (is_surplus(profile, attribute)) desired.fields.erase(attribute.path);
  }
  return desired;
}

std::string equals_filter(std::string_view attribute, std::string_view value) {
  const auto strict = nlohmann::json::error_handler_t::replace;
  return std::string(attribute) + " eq " + nlohmann::json(value).dump(-1, ' ', false, strict);
}

std::string id_of_location(std::string_view location, std::string_view base_url) {
  const std::size_t host = base_url.find("://");
  const std::size_t path = base_url.find('/', host == std::string_view::npos ? 0 : host + 3);
  const std::string_view base_path =
      path == std::string_view::npos ? std::string_view() : base_url.substr(path);
  std::string_view rest = location;
  if (rest.starts_with(base_url)) {
    rest.remove_prefix(base_url.size());
  } else if (rest.starts_with('/') && !rest.starts_with("//") && rest.starts_with(base_path)) {
    rest.remove_prefix(base_path.size());
  } else {
    return {};
  }
  const std::size_t slash = rest.rfind('/');
  if (!rest.starts_with('/') || slash == 0) return {};
  const std::string_view id = rest.substr(slash + 1);
  const bool is_plain = !id.empty() && id.find_first_of("?#%") == std::string_view::npos;
  return is_plain ? std::string(id) : std::string();
}

}  // namespace usher::scim
