#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/scim/sandbox_schema.h"

namespace usher::sandbox {

/// One user or group. Its attributes are kept as the JSON text in which they are answered, since a
/// million documents would take many times the room; `content` brings them back.
struct ScimResource {
  ScimKind kind = ScimKind::kUser;
  std::uint64_t number = 0;  ///< in order of creation, over both kinds
  std::string id;
  std::string key;    ///< folded userName or displayName
  std::string label;  ///< the same as it was written; empty: equal to `key`
  std::string external_id;
  std::string
      text;  ///< the whole resource up to the location in `meta`: `{"schemas":[…],…"location":"`
  std::int64_t created = 0;
  std::int64_t modified = 0;
  std::uint32_t version = 1;
  bool active = true;
  bool hidden = false;  ///< answers 404 although its name is taken
  bool own_id = false;  ///< the seed named it

  /// A server whose reads lag behind shows nothing of the resource before `visible_at`, and what it
  /// was before while `earlier` says so.
  std::int64_t visible_at = 0;
  struct Earlier {
    std::string text;
    std::string relations;  ///< `scim_relations` as text
    std::int64_t until = 0;
  };
  std::unique_ptr<Earlier> earlier;

  std::vector<ScimResource*> groups;               ///< it is a direct member of these
  std::map<std::uint64_t, ScimResource*> members;  ///< of a group, by number

  [[nodiscard]] const std::string& name() const { return label.empty() ? key : label; }
  /// What a read at this time sees in place of the present; null: the present.
  [[nodiscard]] const Earlier* earlier_at(std::int64_t now) const {
    return earlier && now < earlier->until ? earlier.get() : nullptr;
  }
  [[nodiscard]] std::string version_tag() const { return "W/\"" + std::to_string(version) + "\""; }
};

using ScimMembers = std::map<std::uint64_t, ScimResource*>;

/// How ids come about.
enum class ScimIds { kOpaque, kInteger, kExternal };

/// All users and groups, found by id, by name and by external id without looking at the others.
///
/// `content` is a resource without `schemas`, `id`, `meta`, `groups` and `members`.
class ScimDirectory {
 public:
  void clear();

  /// `id` empty: one is made. Names may repeat here; whoever adds checks first.
  ScimResource& add(ScimKind kind, std::string id, const nlohmann::json& content, std::int64_t now);

  /// `count` users from one template in which `{n}` stands for `first`, `first + 1` …
  void generate(const nlohmann::json& content, std::int64_t first, std::int64_t count,
                std::int64_t now);

  /// New attributes; the version goes up.
  void rewrite(ScimResource& resource, const nlohmann::json& content, std::int64_t now);
  void set_members(ScimResource& group, const ScimMembers& members, std::int64_t now);
  void remove(ScimResource& resource, std::int64_t now);
  /// Takes it out of every group.
  void leave_groups(ScimResource& resource, std::int64_t now);

  /// From now on ids are of this style; those there are change, but for the seed's own.
  void use_ids(ScimIds style);

  [[nodiscard]] ScimResource* find(ScimKind kind, std::string_view id) const;
  [[nodiscard]] ScimResource* find_any(std::string_view id) const;
  /// All with this userName or displayName, in order of creation; `folded` is `fold_key` of it.
  [[nodiscard]] std::vector<ScimResource*> with_key(ScimKind kind, std::string_view folded) const;
  [[nodiscard]] std::vector<ScimResource*> with_external_id(ScimKind kind,
                                                            std::string_view external_id) const;
  /// In order of creation.
  [[nodiscard]] const std::vector<ScimResource*>& all(ScimKind kind) const {
    return table(kind).order;
  }
  /// False: nobody is hidden, `all` can be shown as it is.
  [[nodiscard]] bool has_hidden(ScimKind kind) const { return table(kind).hidden > 0; }
  void set_hidden(ScimResource& resource, bool hidden);

  /// Grows with every change.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

 private:
  // The keys point into the resources.
  using Index = std::unordered_multimap<std::string_view, ScimResource*>;
  struct Table {
    std::unordered_map<std::uint64_t, std::unique_ptr<ScimResource>> owned;
    std::vector<ScimResource*> order;
    Index by_id;
    Index by_key;
    Index by_external_id;
    std::int64_t hidden = 0;
  };

  [[nodiscard]] const Table& table(ScimKind kind) const {
    return kind == ScimKind::kUser ? users_ : groups_;
  }
  [[nodiscard]] Table& table(ScimKind kind) { return kind == ScimKind::kUser ? users_ : groups_; }
  ScimResource& insert(std::unique_ptr<ScimResource> resource);
  void index(ScimResource& resource);
  void unindex(ScimResource& resource);
  [[nodiscard]] std::string make_id(const ScimResource& resource) const;
  void touch(ScimResource& resource, std::int64_t now);

  Table users_;
  Table groups_;
  ScimIds ids_ = ScimIds::kOpaque;
  std::uint64_t last_number_ = 0;
  std::uint64_t revision_ = 0;
};

/// The attributes of a resource, as its text has them.
[[nodiscard]] nlohmann::json scim_content(const ScimResource& resource);

/// The members of a group, or the groups of a user: value, type and display of each.
[[nodiscard]] nlohmann::json scim_relations(const ScimResource& resource);

}  // namespace usher::sandbox
