#include "connectors/taskschmiede/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "connectors/taskschmiede/mcp_message.h"
#include "connectors/taskschmiede/settings.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kMetadata = "metadata.";
constexpr std::uint64_t kMostMembers = 1000;
constexpr std::size_t kMostFaults = 5;  // on one page

std::string required_text(const Json& object, std::string_view name) {
  const Json value = object.get(name);
  std::string text = value.as_text();
  if (text.empty()) value.fail("a text that is not empty");
  return text;
}

[[noreturn]] void refuse(const std::string& why) {
  throw ConnectorError(ErrorKind::kRejected, "not sent: " + why);
}

std::string text_of(const Fields& fields, std::string_view name) {
  const Value* value = fields.find(name);
  return value == nullptr ? std::string() : clean_text(to_text(*value));
}

/// `metadata.Dept` → `Dept`; empty for anything else.
std::string_view metadata_key(std::string_view field) {
  const bool is_ours = field.size() > kMetadata.size() &&
                       compare_names(field.substr(0, kMetadata.size()), kMetadata) == 0;
  return is_ours ? field.substr(kMetadata.size()) : std::string_view();
}

Fields to_metadata_fields(const Json& metadata) {
  Fields fields;
  for (const auto& [key, value] : metadata.members()) {
    if (!value.has_value() || key.empty()) continue;
    const bool is_text = value.is_text() || value.is_number();
    fields.set(std::string(kMetadata) + std::string(key),
               is_text ? clean_text(value.as_text()) : value.raw());
  }
  return fields;
}

ordered_json parse_object(const std::string& text) {
  ordered_json object = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  return object.is_object() ? std::move(object) : ordered_json::object();
}

/// `map` names members without regard to case, as attribute names are: the spelling that is there
/// is kept.
void set_member(ordered_json& object, std::string_view key, const std::string& text) {
  std::string spelled(key);
  if (!object.contains(spelled)) {
    for (const auto& [name, unused] : object.items()) {
      if (compare_names(name, key) == 0) spelled = name;
    }
  }
  if (text.empty()) {
    object.erase(spelled);
  } else {
    object[spelled] = text;
  }
}

void check_email(const std::string& email) {
  const std::string shown = escape_for_display(email);
  if (email.empty()) refuse("there is no e-mail address");
  const std::size_t at = email.find('@');
  const bool has_form =
      at != std::string::npos && at > 0 && email.find('.', at) != std::string::npos;
  if (!has_form) refuse(fmt::format("'{}' is no e-mail address; correct it in the source", shown));
  if (const std::string problem = key_problem(email); !problem.empty()) {
    refuse(fmt::format("the e-mail address '{}' cannot be used: {}", shown, problem));
  }
}

std::string checked_email(const Fields& wanted) {
  std::string email = ascii_lower(text_of(wanted, "email"));
  check_email(email);
  return email;
}

std::string checked_name(const Fields& wanted) {
  std::string name = text_of(wanted, "name");
  if (name.empty()) refuse("there is no name, and the server would store an empty one");
  return name;
}

/// The steps of a UTF-8 text that a server which cleans its input drops; 0: the character stays.
std::size_t invisible_length(std::string_view rest) {
  constexpr std::array<std::string_view, 5> kZeroWidth{"\u200B", "\u200C", "\u200D", "\u2060",
                                                       "\uFEFF"};
  const auto byte = static_cast<unsigned char>(rest.front());
  if (byte < 0x20 || byte == 0x7F) return 1;
  if (byte == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) return 2;
  for (const std::string_view sign : kZeroWidth) {
    if (rest.starts_with(sign)) return sign.size();
  }
  return 0;
}

UserPage read_rows(const Json& list, const Json& total, const std::function<void(User)>& each) {
  UserPage page;
  for (const Json& row : list.elements()) {
    ++page.rows;
    try {
      each(to_user(row));
    } catch (const ConnectorError& error) {
      // One bad row stops nobody else; that many are another format.
      if (page.faults.size() == kMostFaults) throw;
      page.faults.emplace_back(error.what());
    }
  }
  const std::int64_t announced = total.as_int();
  if (announced < 0) total.fail("a count");
  page.total = static_cast<std::uint64_t>(announced);
  return page;
}

}  // namespace

std::optional<std::string> User::role_in(std::string_view organization) const {
  const auto at = std::ranges::find(memberships, organization, &Membership::organization);
  return at == memberships.end() ? std::nullopt : std::optional(at->role);
}

bool MemberList::may_be_cut() const {
  return rows >= kMostMembers;
}

Me to_me(const Json& data) {
  Me me;
  me.id = required_text(data, "user_id");
  me.name = data.get("name").text_or("");
  me.email = data.get("email").text_or("");
  me.is_admin = data.get("is_admin").bool_or(false);
  return me;
}

User to_user(const Json& data) {
  User user;
  user.id = required_text(data, "id");
  user.email = required_text(data, "email");
  user.name = data.get("name").text_or("");
  user.status = data.get("status").as_text();
  user.resource_id = data.get("resource_id").text_or("");
  user.external_id = data.get("external_id").text_or("");
  user.created_at = data.get("created_at").text_or("");
  if (const Json metadata = data.get("metadata"); metadata.has_value()) {
    user.metadata_fields = to_metadata_fields(metadata);
    user.metadata = metadata.raw();
  }
  for (const Json& item : data.get("organizations").elements_or_none()) {
    user.memberships.push_back({required_text(item, "id"), item.get("role").text_or("")});
  }
  return user;
}

MemberList to_members(const Json& data) {
  MemberList list;
  for (const Json& item : data.get("members").elements()) {
    ++list.rows;
    Member member{item.get("user_id").text_or(""), item.get("email").text_or(""),
                  item.get("role").text_or("")};
    if (!member.user_id.empty()) list.members.push_back(std::move(member));
  }
  return list;
}

UserPage read_users(const Json& root, const std::function<void(User)>& each) {
  if (root.get("meta").has_value()) {
    return read_rows(root.get("data"), root.get("meta").get("total"), each);
  }
  return read_rows(root.get("users"), root.get("total"), each);
}

Account to_account(const User& user, const std::string& role) {
  Account account;
  account.remote_id = user.id;
  account.key = user.email;
  account.status = to_status(user.status);
  account.created_at = user.created_at;
  account.fields.set("email", user.email);
  account.fields.set("name", clean_text(user.name));
  if (!role.empty()) account.fields.set("role", ascii_lower(role));
  if (!user.external_id.empty()) account.fields.set("external_id", clean_text(user.external_id));
  for (const auto& [name, value] : user.metadata_fields) account.fields.set(name, value);
  return account;
}

AccountStatus to_status(std::string_view status) {
  if (status == "active") return AccountStatus::kActive;
  if (status == "inactive" || status == "suspended") return AccountStatus::kInactive;
  return AccountStatus::kUnknown;
}

std::string clean_text(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t dropped = invisible_length(text);
    if (dropped == 0) kept += text.front();
    text.remove_prefix(std::max<std::size_t>(1, dropped));
  }
  return to_nfc(trim(kept));
}

Account to_canonical(Account desired) {
  desired.key = ascii_lower(clean_text(desired.key));
  Fields cleaned;
  for (const auto& [name, value] : desired.fields) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) {
      cleaned.set(name, value);
      continue;
    }
    const bool has_case = compare_names(name, "email") != 0 && compare_names(name, "role") != 0;
    const std::string clean = clean_text(*text);
    cleaned.set(name, has_case ? clean : ascii_lower(clean));
  }
  desired.fields = std::move(cleaned);
  return desired;
}

NewUser to_new_user(const Change& change) {
  const Fields wanted = change.after.value_or(Fields{});
  NewUser user;
  user.email = checked_email(wanted);
  user.name = checked_name(wanted);
  user.role = to_role(wanted);
  if (user.role.empty()) user.role = "member";
  user.external_id = text_of(wanted, "external_id");
  ordered_json metadata = ordered_json::object();
  for (const auto& [name, value] : wanted) {
    const std::string_view key = metadata_key(name);
    if (!key.empty()) set_member(metadata, key, clean_text(to_text(value)));
  }
  if (!metadata.empty()) user.metadata = render_json(metadata);
  return user;
}

ordered_json to_patch(const std::vector<std::string>& fields, const Fields& wanted,
                      const std::string& metadata) {
  ordered_json patch = ordered_json::object();
  for (const std::string& field : fields) {
    if (compare_names(field, "email") == 0) patch["email"] = checked_email(wanted);
    if (compare_names(field, "name") == 0) patch["name"] = checked_name(wanted);
    if (compare_names(field, "external_id") == 0) patch["external_id"] = text_of(wanted, field);
    const std::string_view key = metadata_key(field);
    if (key.empty()) continue;
    if (!patch.contains("metadata")) patch["metadata"] = parse_object(metadata);
    set_member(patch["metadata"], key, text_of(wanted, field));
  }
  return patch;
}

std::string to_role(const Fields& wanted) {
  if (!wanted.contains("role")) return {};
  std::string role = ascii_lower(text_of(wanted, "role"));
  if (std::ranges::count(roles(), role) == 0) {
    refuse(fmt::format("'{}' is no role; there are {}", escape_for_display(role),
                       fmt::join(roles(), ", ")));
  }
  return role;
}

}  // namespace usher::taskschmiede
