#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sandbox/api.h"
#include "connectors/scim/sandbox_access.h"
#include "connectors/scim/sandbox_directory.h"

namespace usher::sandbox {

/// One tenancy of a SCIM service: users, groups, and who may manage them.
class ScimModel final : public Model {
 public:
  [[nodiscard]] std::span<const SwitchSpec> switches() const override;
  [[nodiscard]] std::vector<std::string_view> seed_members() const override { return {"scim"}; }
  void load(const nlohmann::json& seed, std::vector<std::string>& problems) override;
  [[nodiscard]] nlohmann::json state(std::string_view query, const Context& context) const override;

  /// `edit` with a member `scim` (what an administrator does by hand) and `scim_expire_tokens`; see
  /// README.md.
  [[nodiscard]] std::optional<nlohmann::json> act(std::string_view verb, const nlohmann::json& body,
                                                  const Context& context) override;

  /// The profile that the switches ask for, with their changes to it. Throws scim::ProfileError.
  [[nodiscard]] const scim::Profile& profile(const Switches& switches);

  ScimDirectory directory;
  ScimAccess access;
  std::set<std::string, std::less<>> deleted;  ///< ids; some servers stumble over them

 private:
  void load_user(JsonReader& seed);
  void load_group(JsonReader& seed);
  void load_generated(JsonReader& seed);
  [[nodiscard]] std::optional<nlohmann::json> read_content(ScimKind kind,
                                                           const nlohmann::json& resource,
                                                           JsonReader& place) const;
  [[nodiscard]] ScimMembers read_members(const std::vector<std::string>& names,
                                         JsonReader& place) const;
  [[nodiscard]] ScimResource* find_by_name(ScimKind kind, std::string_view name) const;
  [[nodiscard]] ScimResource* chosen(ScimKind kind, JsonReader& body,
                                     std::string_view member) const;
  void edit(JsonReader& body, const Context& context);
  void edit_user(JsonReader& body, const Context& context);
  void edit_group(JsonReader& body, const Context& context);
  void change(ScimResource& resource, const nlohmann::json& changes, JsonReader& body,
              std::int64_t now);

  std::optional<scim::Profile> played_;
  std::uint64_t played_revision_ = 0;
};

}  // namespace usher::sandbox
