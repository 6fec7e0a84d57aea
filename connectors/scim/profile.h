#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/setting.h"
#include "mapping/value.h"

namespace usher::scim {

enum class FilterSupport { kNone, kEq, kEqAnd, kFull };
enum class UnsupportedFilter { kError, kEmpty };
enum class Filter404 { kNever, kUnknownMember, kNoMatch };
enum class Paging { kIndex, kCursor, kBoth, kNone };
enum class Projection { kNone, kMembers, kAny };
enum class PathlessPatch { kAny, kOneAttribute, kRefused };
enum class PatchAnswer { kResource, kNothing, kEmptyObject };
enum class DeleteMeans { kDeletes, kDeactivates, kSuspendsForever };
enum class DeactivateMeans { kReversible, kDeletes };
enum class MembersReadable { kYes, kNo, kByGroupFilter, kByUserFilter };
enum class ErrorStyle { kRfc, kAws };

/// So many requests in so many seconds, of one kind. A request counts in every class it fits.
struct RateClass {
  Texts methods;             ///< `GET`, …
  std::string on = "any";    ///< `users`, `groups`, `any`
  std::string what = "any";  ///< `list` (the collection), `one` (a resource in it), `any`
  int body_over = 0;         ///< only requests with a body of more bytes
  int count = 0;
  int seconds = 60;
  int burst = 0;  ///< 0: `count`
};

/// How one provider's SCIM service differs from RFC 7643 and 7644: what a client may ask of it, and
/// equally how the fake behaves that plays it. The defaults are those of the RFCs; files below
/// profiles/ change them, each change with its reason. A key has the name of the member.
struct Profile {
  std::string name;   ///< `slack`
  std::string title;  ///< `Slack`, for people
  /// Key → why the provider needs it, for every key that is not at its default.
  std::map<std::string, std::string, std::less<>> reasons;

  // --- Access ----------------------------------------------------------------------------------
  Texts auth = {"bearer", "basic", "oauth2"};  ///< what is accepted
  bool user_agent_required = false;
  bool path_case_sensitive = false;                    ///< `/users` is not `/Users`
  std::string content_type = "application/scim+json";  ///< of its answers
  SettingValues::Pairs extra_headers;                  ///< to send with every request
  std::vector<RateClass> rates;

  // --- Finding and listing ---------------------------------------------------------------------
  FilterSupport filter_support = FilterSupport::kFull;
  bool filter_advertised = true;  ///< ServiceProviderConfig admits that there are filters
  Texts filter_operators;         ///< empty: those that go with `filter_support`
  Texts user_filter_attributes;   ///< empty: all
  Texts group_filter_attributes;
  int filter_max_nodes = 0;  ///< comparisons and connectives in one filter; 0: no limit known
  UnsupportedFilter unsupported_filter = UnsupportedFilter::kError;
  Filter404 filter_404 = Filter404::kNever;
  bool blank_in_query_refused = false;  ///< next to `=` in the query string

  Paging paging = Paging::kBoth;
  bool cursor_on_request = false;  ///< cursors only for who sends `cursor`; others get one page
  bool cursor_total = true;        ///< `totalResults` also beside cursors
  int default_page_size = 100;     ///< without `count`
  int max_page_size = 1000;
  int page_size = 100;  ///< what a client should ask for
  bool strict_start_index = false;
  bool offset_paging_skips = false;  ///< walking by `startIndex` misses rows while others write
  std::string list_key = "Resources";
  bool list_complete = true;            ///< an unfiltered list holds everybody
  SettingValues::Pairs synthetic_rows;  ///< id → userName of rows that are nobody
  Projection projection = Projection::kAny;
  bool search = true;  ///< POST …/.search
  bool sort = true;
  bool etag = true;

  // --- Writing users ---------------------------------------------------------------------------
  bool user_patch = true;
  bool user_put = true;
  Texts updatable;                    ///< the only user attributes that can be changed; empty: all
  Texts required_on_create;           ///< beside `userName`
  Texts single_valued;                ///< multi-valued attributes that take one value
  Texts unsupported;                  ///< attributes refused in a request
  SettingValues::Pairs fixed_values;  ///< attributes that always read the same
  Texts flattened;                    ///< read as `"name.formatted": …` instead of nested
  Texts extensions = {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"};
  int patch_max_ops = 0;  ///< operations in one request; 0: no limit known
  PathlessPatch pathless_patch = PathlessPatch::kAny;
  Texts one_op_attributes;          ///< at most one operation each in one request
  Texts not_removable;              ///< beside the required ones
  bool multi_value_filter = false;  ///< `emails[type eq "work"]` is the only way into a list
  bool capital_ops = false;         ///< `Replace`, not `replace`
  bool bool_as_string = false;      ///< `"true"`, not `true`
  PatchAnswer user_patch_answer = PatchAnswer::kResource;
  bool id_is_external_id = false;
  bool integer_ids = false;
  bool lower_case_resource_type = false;
  ErrorStyle error_style = ErrorStyle::kRfc;

  // --- Life of a user --------------------------------------------------------------------------
  DeleteMeans delete_means = DeleteMeans::kDeletes;
  DeactivateMeans deactivate_means = DeactivateMeans::kReversible;
  bool hides_deleted = false;          ///< who was deactivated by DELETE answers 404
  bool regroup_on_reactivate = false;  ///< memberships do not outlive a deactivation
  bool verified_domains_only = false;

  // --- Groups ----------------------------------------------------------------------------------
  bool groups = true;
  bool group_patch = true;
  bool group_put = true;
  bool group_name_unique = true;
  bool group_rename = true;
  PatchAnswer group_patch_answer = PatchAnswer::kNothing;
  MembersReadable members_readable = MembersReadable::kYes;
  int member_batch_add = 0;             ///< in one request; 0: no limit known
  int member_batch_remove = 0;          ///< the same
  int member_batch_total = 0;           ///< both together
  bool member_ops_mixed = true;         ///< adding, removing and other changes in one request
  bool member_replace = true;           ///< the whole membership at once
  bool member_remove_all = true;        ///< `remove members` without a filter
  bool member_remove_by_value = false;  ///< removes as `members` with a list of values
  int group_create_members = 0;         ///< most members of a new group; 0: no limit known
  int group_patch_max_bytes = 0;        ///< of the body; 0: no limit known
};

/// One thing that is wrong with a profile or with what is to be changed in it.
struct ProfileProblem {
  std::string key;  ///< empty: the file as a whole
  std::string message;
};

/// All problems at once; `what` has one a line.
class ProfileError : public std::runtime_error {
 public:
  explicit ProfileError(std::string_view source, std::vector<ProfileProblem> found);
  std::vector<ProfileProblem> problems;
};

/// Reads a profile file. Strict: unknown keys, keys given twice, values of another type and changes
/// without a reason are problems. Throws ProfileError.
[[nodiscard]] Profile parse_profile(std::string_view name, std::string_view json);

/// `profile` with some keys changed, as a configuration would write them: `page_size` `50`,
/// `user_put` `false`, `single_valued` `emails, phoneNumbers`. Throws ProfileError.
[[nodiscard]] Profile merged(Profile profile, const SettingValues::Pairs& overrides);

/// The profiles that come with the program, `generic` first.
[[nodiscard]] std::span<const Profile> builtin_profiles();

/// Null when there is none of this name.
[[nodiscard]] const Profile* find_profile(std::string_view name);

}  // namespace usher::scim
