#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "connectors/scim/profile.h"

namespace usher::scim {

/// A member that takes one of a few words.
struct ChoiceSlot {
  std::span<const std::string_view> words;
  std::function<void(std::size_t)> choose;  ///< position in `words`
};

/// Where the value of a key is kept.
using ProfileSlot = std::variant<bool*, int*, std::string*, Texts*, SettingValues::Pairs*,
                                 std::vector<RateClass>*, ChoiceSlot>;

struct ProfileField {
  std::string_view key;
  ProfileSlot (*slot)(Profile& profile);
};

/// Puts `value` where the slot points to. The result says what is wanted instead; empty: done.
[[nodiscard]] std::string assign_json(const ProfileSlot& slot, const nlohmann::json& value);

/// What a text of a configuration stands for in a slot; where it cannot be that, the text itself,
/// which `assign_json` refuses.
[[nodiscard]] nlohmann::json json_of_text(const ProfileSlot& slot, const std::string& text);

/// `: did you mean `cursor`?`, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> candidates);

/// Name and text of a file below profiles/; the generated profiles.cc has them all.
struct EmbeddedProfile {
  std::string_view name;
  std::string_view json;
};
extern const std::span<const EmbeddedProfile> kEmbeddedProfiles;

/// Every key a profile understands.
[[nodiscard]] std::span<const ProfileField> profile_fields();

}  // namespace usher::scim
