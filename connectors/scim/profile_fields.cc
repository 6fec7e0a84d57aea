#include "connectors/scim/profile_fields.h"

#include <array>
#include <type_traits>

namespace usher::scim {
namespace {

using Words = std::span<const std::string_view>;

// The words stand in the order of the enumerators.
constexpr std::array<std::string_view, 4> kFilterSupport{"none", "eq", "eq_and", "full"};
constexpr std::array<std::string_view, 2> kUnsupportedFilter{"error", "empty"};
constexpr std::array<std::string_view, 3> kFilter404{"never", "unknown_member", "no_match"};
constexpr std::array<std::string_view, 4> kPaging{"index", "cursor", "both", "none"};
constexpr std::array<std::string_view, 3> kProjection{"none", "members", "any"};
constexpr std::array<std::string_view, 3> kPathlessPatch{"any", "one_attribute", "refused"};
constexpr std::array<std::string_view, 3> kPatchAnswer{"resource", "nothing", "empty_object"};
constexpr std::array<std::string_view, 3> kDeleteMeans{"deletes", "deactivates",
                                                       "suspends_forever"};
constexpr std::array<std::string_view, 2> kDeactivateMeans{"reversible", "deletes"};
constexpr std::array<std::string_view, 4> kMembersReadable{"yes", "no", "by_group_filter",
                                                           "by_user_filter"};
constexpr std::array<std::string_view, 2> kErrorStyle{"rfc", "aws"};

Words words_of(FilterSupport) {
  return kFilterSupport;
}
Words words_of(UnsupportedFilter) {
  return kUnsupportedFilter;
}
Words words_of(Filter404) {
  return kFilter404;
}
Words words_of(Paging) {
  return kPaging;
}
Words words_of(Projection) {
  return kProjection;
}
Words words_of(PathlessPatch) {
  return kPathlessPatch;
}
Words words_of(PatchAnswer) {
  return kPatchAnswer;
}
Words words_of(DeleteMeans) {
  return kDeleteMeans;
}
Words words_of(DeactivateMeans) {
  return kDeactivateMeans;
}
Words words_of(MembersReadable) {
  return kMembersReadable;
}
Words words_of(ErrorStyle) {
  return kErrorStyle;
}

template <auto kMember>
ProfileSlot slot_of(Profile& profile) {
  auto& member = profile.*kMember;
  using Type = std::remove_reference_t<decltype(member)>;
  if constexpr (std::is_enum_v<Type>) {
    return ChoiceSlot{words_of(member),
                      [&member](std::size_t at) { member = static_cast<Type>(at); }};
  } else {
    return &member;
  }
}

constexpr ProfileField kFields[] = {
    {"auth", slot_of<&Profile::auth>},
    {"user_agent_required", slot_of<&Profile::user_agent_required>},
    {"path_case_sensitive", slot_of<&Profile::path_case_sensitive>},
    {"content_type", slot_of<&Profile::content_type>},
    {"extra_headers", slot_of<&Profile::extra_headers>},
    {"rates", slot_of<&Profile::rates>},
    {"filter_support", slot_of<&Profile::filter_support>},
    {"filter_advertised", slot_of<&Profile::filter_advertised>},
    {"filter_operators", slot_of<&Profile::filter_operators>},
    {"user_filter_attributes", slot_of<&Profile::user_filter_attributes>},
    {"group_filter_attributes", slot_of<&Profile::group_filter_attributes>},
    {"filter_max_nodes", slot_of<&Profile::filter_max_nodes>},
    {"unsupported_filter", slot_of<&Profile::unsupported_filter>},
    {"filter_404", slot_of<&Profile::filter_404>},
    {"blank_in_query_refused", slot_of<&Profile::blank_in_query_refused>},
    {"paging", slot_of<&Profile::paging>},
    {"cursor_on_request", slot_of<&Profile::cursor_on_request>},
    {"cursor_total", slot_of<&Profile::cursor_total>},
    {"default_page_size", slot_of<&Profile::default_page_size>},
    {"max_page_size", slot_of<&Profile::max_page_size>},
    {"page_size", slot_of<&Profile::page_size>},
    {"strict_start_index", slot_of<&Profile::strict_start_index>},
    {"offset_paging_skips", slot_of<&Profile::offset_paging_skips>},
    {"list_key", slot_of<&Profile::list_key>},
    {"list_complete", slot_of<&Profile::list_complete>},
    {"synthetic_rows", slot_of<&Profile::synthetic_rows>},
    {"projection", slot_of<&Profile::projection>},
    {"search", slot_of<&Profile::search>},
    {"sort", slot_of<&Profile::sort>},
    {"etag", slot_of<&Profile::etag>},
    {"user_patch", slot_of<&Profile::user_patch>},
    {"user_put", slot_of<&Profile::user_put>},
    {"updatable", slot_of<&Profile::updatable>},
    {"required_on_create", slot_of<&Profile::required_on_create>},
    {"single_valued", slot_of<&Profile::single_valued>},
    {"unsupported", slot_of<&Profile::unsupported>},
    {"fixed_values", slot_of<&Profile::fixed_values>},
    {"flattened", slot_of<&Profile::flattened>},
    {"extensions", slot_of<&Profile::extensions>},
    {"patch_max_ops", slot_of<&Profile::patch_max_ops>},
    {"pathless_patch", slot_of<&Profile::pathless_patch>},
    {"one_op_attributes", slot_of<&Profile::one_op_attributes>},
    {"not_removable", slot_of<&Profile::not_removable>},
    {"multi_value_filter", slot_of<&Profile::multi_value_filter>},
    {"capital_ops", slot_of<&Profile::capital_ops>},
    {"bool_as_string", slot_of<&Profile::bool_as_string>},
    {"user_patch_answer", slot_of<&Profile::user_patch_answer>},
    {"id_is_external_id", slot_of<&Profile::id_is_external_id>},
    {"integer_ids", slot_of<&Profile::integer_ids>},
    {"lower_case_resource_type", slot_of<&Profile::lower_case_resource_type>},
    {"error_style", slot_of<&Profile::error_style>},
    {"delete_means", slot_of<&Profile::delete_means>},
    {"deactivate_means", slot_of<&Profile::deactivate_means>},
    {"hides_deleted", slot_of<&Profile::hides_deleted>},
    {"regroup_on_reactivate", slot_of<&Profile::regroup_on_reactivate>},
    {"verified_domains_only", slot_of<&Profile::verified_domains_only>},
    {"groups", slot_of<&Profile::groups>},
    {"group_patch", slot_of<&Profile::group_patch>},
    {"group_put", slot_of<&Profile::group_put>},
    {"group_name_unique", slot_of<&Profile::group_name_unique>},
    {"group_rename", slot_of<&Profile::group_rename>},
    {"group_patch_answer", slot_of<&Profile::group_patch_answer>},
    {"members_readable", slot_of<&Profile::members_readable>},
    {"member_batch_add", slot_of<&Profile::member_batch_add>},
    {"member_batch_remove", slot_of<&Profile::member_batch_remove>},
    {"member_batch_total", slot_of<&Profile::member_batch_total>},
    {"member_ops_mixed", slot_of<&Profile::member_ops_mixed>},
    {"member_replace", slot_of<&Profile::member_replace>},
    {"member_remove_all", slot_of<&Profile::member_remove_all>},
    {"member_remove_by_value", slot_of<&Profile::member_remove_by_value>},
    {"group_create_members", slot_of<&Profile::group_create_members>},
    {"group_patch_max_bytes", slot_of<&Profile::group_patch_max_bytes>},
};

}  // namespace

std::span<const ProfileField> profile_fields() {
  return kFields;
}

}  // namespace usher::scim
