#include "connectors/scim/discovery.h"

#include <algorithm>
#include <array>

#include "connectors/error.h"

namespace usher::scim {
namespace {

template <typename Read>
auto leniently(const Read& read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const ConnectorError&) {
    return {};
  }
}

std::optional<bool> flag(const Json& parent, std::string_view name) {
  const auto found = leniently([&] {
    const Json value = parent.get(name);
    return value.has_value() ? std::optional(value.as_bool()) : std::nullopt;
  });
  return found.value_or(std::nullopt);
}

std::optional<int> count(const Json& parent, std::string_view name) {
  const auto found = leniently([&] { return parent.get(name).int_or_nothing(); });
  const auto number = found.value_or(std::nullopt);
  return number && *number > 0 && *number <= 1'000'000 ? std::optional(static_cast<int>(*number))
                                                       : std::nullopt;
}

Json object(const Json& parent, std::string_view name) {
  const Json value = parent.get(name);
  return value.is_object() ? value : Json();
}

}  // namespace

Advertised to_advertised(const Json& config) {
  Advertised advertised;
  if (!config.is_object()) {
    advertised.problem = "ServiceProviderConfig is no object";
    return advertised;
  }
  advertised.patch = flag(object(config, "patch"), "supported");
  advertised.filter = flag(object(config, "filter"), "supported");
  advertised.etag = flag(object(config, "etag"), "supported");
  const Json pagination = object(config, "pagination");
  advertised.index = flag(pagination, "index");
  advertised.cursor = flag(pagination, "cursor");
  advertised.max_page = count(pagination, "maxPageSize");
  if (!advertised.max_page) advertised.max_page = count(object(config, "filter"), "maxResults");
  return advertised;
}

Advertised fetch_advertised(Client& client) {
  Advertised advertised;
  for (const char* path : {"/ServiceProviderConfig", "/ServiceProviderConfigs"}) {
    try {
      const Answer answer = client.get(path);
      return to_advertised(answer.root());
    } catch (const ConnectorError& error) {
      if (error.kind == ErrorKind::kUnauthorized) throw;
      advertised.problem = error.what();
      advertised.is_absent = error.kind == ErrorKind::kNotFound;
      if (!advertised.is_absent) break;
    }
  }
  return advertised;
}

PagePlan choose_paging(const Profile& profile, const Advertised& advertised) {
  PagePlan plan;
  plan.has_pages = profile.paging != Paging::kNone;
  plan.by_cursor = profile.paging == Paging::kCursor ||
                   (profile.paging == Paging::kBoth && advertised.cursor.value_or(false));
  plan.count = std::min(profile.page_size, profile.max_page_size);
  if (advertised.max_page) plan.count = std::min(plan.count, *advertised.max_page);
  plan.count = std::max(plan.count, 1);
  return plan;
}

}  // namespace usher::scim
