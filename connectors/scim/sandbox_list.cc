#include "connectors/scim/sandbox_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/scim/sandbox_cursor.h"
#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_filter.h"
#include "connectors/scim/sandbox_subject.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using scim::Paging;
using Resources = std::vector<ScimResource*>;

// --- Which rows --------------------------------------------------------------------------------

bool is_visible(const ScimResource& resource, std::int64_t now) {
  return resource.visible_at <= now;
}

/// The filter that is played: a server may take one and not follow it.
std::optional<ScimFilter> to_filter(const ScimScene& scene, const ScimDirectory& directory,
                                    ScimKind kind, const std::string& text) {
  if (text.empty()) return std::nullopt;
  ScimFilter filter(text, scene.shape(kind), scene.profile, directory);
  if (scene.switches.is("scim_filter", "too_much")) return std::nullopt;
  return filter;
}

Resources look(const ScimScene& scene, const ScimDirectory& directory, ScimKind kind,
               const std::optional<ScimFilter>& filter) {
  if (!filter) {
    Resources rows;
    for (auto* each : directory.all(kind)) {
      if (!each->hidden && is_visible(*each, scene.now)) rows.push_back(each);
    }
    return rows;
  }
  if (!filter->is_understood() || scene.switches.is("scim_filter", "too_little")) return {};
  const bool with_hidden = filter->names_somebody();
  auto rows = filter->candidates();
  if (!rows) rows = directory.all(kind);
  std::erase_if(*rows, [&](const auto* each) {
    return (each->hidden && !with_hidden) || !is_visible(*each, scene.now) ||
           !filter->matches(*each, scene.now);
  });
  return *std::move(rows);
}

/// Missing values come last when ascending and first when descending (RFC 7644 section 3.4.2.3).
void sort(const ScimScene& scene, const ScimShape& shape, const ScimQuery& query, Resources& rows) {
  const auto place = shape.find(query.sort_by);
  if (!place || place->attribute == nullptr) {
    throw ScimError(400, "invalidPath",
                    fmt::format("sortBy: {} is not known here", escape_for_display(query.sort_by)));
  }
  using Keyed = std::pair<std::optional<std::string>, ScimResource*>;
  std::vector<Keyed> keyed;
  keyed.reserve(rows.size());
  for (auto* row : rows) {
    const ScimSubject subject(*row, shape, scene.now);
    const auto* values = subject.values(query.sort_by);
    keyed.emplace_back(values == nullptr ? std::nullopt : std::optional(fold_key(values->front())),
                       row);
  }
  const auto before = [](const Keyed& a, const Keyed& b) {
    return a.first && (!b.first || *a.first < *b.first);
  };
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
    return query.descending ? before(b, a) : before(a, b);
  });
  std::transform(keyed.begin(), keyed.end(), rows.begin(),
                 [](const Keyed& each) { return each.second; });
}

// --- Which page --------------------------------------------------------------------------------

struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool by_cursor = false;
  std::string next_cursor = {};
};

std::int64_t page_size(const ScimScene& scene, const ScimQuery& query) {
  const auto& profile = scene.profile;
  auto size = query.count.value_or(profile.default_page_size);
  size = std::clamp<std::int64_t>(size, 0, profile.max_page_size);
  const auto shorter = scene.switches.number("scim_short_pages");
  return size > shorter ? size - shorter : std::min<std::int64_t>(size, 1);
}

bool pages_by_cursor(const scim::Profile& profile, const ScimQuery& query) {
  if (profile.paging == Paging::kBoth) return query.cursor.has_value();
  return profile.paging == Paging::kCursor && (!profile.cursor_on_request || query.cursor);
}

Page cursor_page(const ScimScene& scene, const ScimCursorScope& scope, const ScimQuery& query,
                 std::span<ScimResource* const> rows, std::size_t size) {
  Page page{.by_cursor = true};
  if (query.cursor && !query.cursor->empty()) {
    const auto after = read_scim_cursor(*query.cursor, scope, scene);
    // Without an order of the client's own, rows stand in order of number.
    page.begin = static_cast<std::size_t>(
        (query.sort_by.empty()
             ? std::upper_bound(rows.begin(), rows.end(), after,
                                [](auto number, const auto* row) { return number < row->number; })
             : std::next(std::find_if(rows.begin(), std::prev(rows.end()),
                                      [&](const auto* row) { return row->number == after; }))) -
        rows.begin());
  }
  page.end = std::min(rows.size(), page.begin + size);
  if (page.end < rows.size() && page.end > page.begin) {
    page.next_cursor = write_scim_cursor(rows[page.end - 1]->number, scope, scene);
  }
  return page;
}

Page index_page(const ScimScene& scene, const ScimQuery& query, std::size_t total,
                std::size_t size) {
  const auto& profile = scene.profile;
  if (profile.paging == Paging::kNone) return {0, total};
  auto start = query.start_index.value_or(1);
  if (start < 1 && profile.strict_start_index) {
    throw ScimError(400, "invalidValue", "startIndex must be 1 or more");
  }
  if (start < 1 || profile.paging == Paging::kCursor) start = 1;
  Page page;
  page.begin = std::min(total, static_cast<std::size_t>(start - 1));
  page.end = std::min(total, page.begin + size);
  return page;
}

// --- How it is written ---------------------------------------------------------------------------

std::string counter(const ScimScene& scene, std::size_t number) {
  return scene.switches.is("scim_counters", "text") ? fmt::format("\"{}\"", number)
                                                    : std::to_string(number);
}

std::string head(const ScimScene& scene, const Page& page, std::size_t total,
                 const ScimQuery& query) {
  const auto rows = page.end - page.begin;
  std::string text = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"])";
  if (!page.by_cursor || scene.profile.cursor_total) {
    const bool lies = scene.switches.is("scim_total_results", "page");
    text += fmt::format(R"(,"totalResults":{})", counter(scene, lies ? rows : total));
  }
  text += fmt::format(R"(,"itemsPerPage":{})", counter(scene, rows));
  if (!page.by_cursor) {
    const auto start = std::max<std::int64_t>(1, query.start_index.value_or(1));
    text += fmt::format(R"(,"startIndex":{})", counter(scene, static_cast<std::size_t>(start)));
  }
  if (!page.next_cursor.empty()) text += fmt::format(R"(,"nextCursor":"{}")", page.next_cursor);
  return text;
}

std::string write(const ScimScene& scene, ScimKind kind, const ScimQuery& query, const Page& page,
                  std::span<ScimResource* const> rows) {
  auto text = head(scene, page, rows.size(), query);
  const auto& key = scene.profile.list_key;
  if (page.begin == page.end && !scene.switches.is("scim_empty_list", "array")) {
    return text + (scene.switches.is("scim_empty_list", "null") ? fmt::format(",\"{}\":null}}", key)
                                                                : std::string("}"));
  }
  text += fmt::format(R"(,"{}":[)", key);
  const ScimRenderer renderer(scene, kind, query);
  for (auto at = page.begin; at < page.end; ++at) {
    if (at > page.begin) text += ',';
    renderer.append(text, *rows[at]);
  }
  return text += "]}";
}

/// A list that holds nobody real (`synthetic_rows`).
std::string synthetic_list(const ScimScene& scene, const ScimQuery& query) {
  auto rows = json::array();
  for (const auto& [id, user_name] : scene.profile.synthetic_rows) {
    rows.push_back({{"schemas", {scene.users.core().urn}},
                    {"id", id},
                    {"userName", user_name},
                    {"active", true},
                    {"meta", {{"resourceType", "User"}}}});
  }
  return head(scene, {0, rows.size()}, rows.size(), query) +
         fmt::format(R"(,"{}":{}}})", scene.profile.list_key, rows.dump());
}

}  // namespace

void ScimLists::keep(std::string key, std::shared_ptr<const Resources> rows) {
  kept_[next_++ % kept_.size()] = {std::move(key), std::move(rows)};
}

ScimLists::Rows ScimLists::find(const ScimScene& scene, const ScimDirectory& directory,
                                ScimKind kind, const ScimQuery& query) {
  const auto filter = to_filter(scene, directory, kind, query.filter);
  const bool sorted = !query.sort_by.empty() && scene.profile.sort;
  if (!filter && !sorted && !directory.has_hidden(kind)) {
    const auto& all = directory.all(kind);
    auto count = all.size();  // those that reads do not show yet are the newest
    while (count > 0 && !is_visible(*all[count - 1], scene.now)) --count;
    return {std::span<Row>(all.data(), count), nullptr};
  }
  const bool lags = scene.switches.number("scim_consistency_seconds") > 0;
  auto key = fmt::format("{} {} {} {} {} {}\n{}\n{}", static_cast<int>(kind), directory.revision(),
                         scene.switches.revision(), lags ? scene.now : 0, sorted, query.descending,
                         query.sort_by, query.filter);
  for (const auto& found : kept_) {
    if (found.key == key) return {std::span<Row>(*found.rows), found.rows};
  }
  auto rows = look(scene, directory, kind, filter);
  if (sorted) sort(scene, scene.shape(kind), query, rows);
  const auto owner = std::make_shared<const Resources>(std::move(rows));
  keep(std::move(key), owner);
  return {std::span<Row>(*owner), owner};
}

std::string ScimLists::list(const ScimScene& scene, const ScimDirectory& directory, ScimKind kind,
                            const ScimQuery& query) {
  const auto& profile = scene.profile;
  if (query.filter.empty() && !profile.list_complete && kind == ScimKind::kUser) {
    return synthetic_list(scene, query);
  }
  const auto rows = find(scene, directory, kind, query);
  if (rows.span.empty() && !query.filter.empty() &&
      profile.filter_404 == scim::Filter404::kNoMatch) {
    throw ScimError(404, "", "nothing matches the filter");
  }
  const auto size = static_cast<std::size_t>(page_size(scene, query));
  const auto page = pages_by_cursor(profile, query)
                        ? cursor_page(scene, ScimCursorScope(kind, query), query, rows.span, size)
                        : index_page(scene, query, rows.span.size(), size);
  return write(scene, kind, query, page, rows.span);
}

}  // namespace usher::sandbox
