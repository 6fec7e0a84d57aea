#include "connectors/scim/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::scim {

Json member(const Json& object, std::string_view name) {
  const Json exact = object.get(name);
  if (exact.has_value() || !object.has_value()) return exact;
  for (const auto& [key, value] : object.members()) {
    if (compare_names(key, name) == 0) return value;
  }
  return exact;
}

namespace {

/// Never 0, which is a free slot.
std::uint64_t slot_hash(std::string_view id) {
  return std::max<std::uint64_t>(1, std::hash<std::string_view>{}(id));
}

std::optional<std::uint64_t> counter(const Json& root, std::string_view name) {
  const auto number = member(root, name).int_or_nothing();
  if (!number || *number < 0) return {};
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

Page to_page(const Json& root) {
  Page page;
  const Json rows = member(root, "Resources");
  page.total = counter(root, "totalResults");
  page.held = counter(root, "itemsPerPage");
  if (rows.has_value()) {
    page.rows = rows.elements();
  } else if (!page.total) {
    rows.fail("a list of resources");
  }
  page.next_cursor = member(root, "nextCursor").text_or("");
  page.by_index = member(root, "startIndex").has_value();
  return page;
}

// --- SeenIds -------------------------------------------------------------------------------------

bool SeenIds::insert(std::string_view id) {
  if (2 * (count_ + 1) > slots_.size()) grow();
  const std::uint64_t hash = slot_hash(id);
  std::uint64_t& slot = slots_[slot_of(hash)];
  if (slot == hash) return false;
  slot = hash;
  ++count_;
  return true;
}

bool SeenIds::contains(std::string_view id) const {
  const std::uint64_t hash = slot_hash(id);
  return !slots_.empty() && slots_[slot_of(hash)] == hash;
}

std::size_t SeenIds::slot_of(std::uint64_t hash) const {
  std::size_t at = hash % slots_.size();
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) % slots_.size();
  return at;
}

void SeenIds::grow() {
  std::vector<std::uint64_t> old(std::max<std::size_t>(64, 2 * slots_.size()), 0);
  old.swap(slots_);
  for (const std::uint64_t hash : old) {
    if (hash != 0) slots_[slot_of(hash)] = hash;
  }
}

// --- Walk ----------------------------------------------------------------------------------------

Walk::Walk(Client& client, std::string_view endpoint, std::string_view query, const PagePlan& plan)
    : client_(client), endpoint_(endpoint), query_(query), plan_(plan) {}

std::string Walk::path() const {
  std::string path = endpoint_ + "?" + query_ + (query_.empty() ? "" : "&");
  if (plan_.by_cursor)
    return path + fmt::format("cursor={}&count={}", encode_segment(cursor_), plan_.count);
  return path + fmt::format("startIndex={}&count={}", received_ + 1, plan_.count);
}

void Walk::read_page() {
  const Answer answer = client_.get(path());
  const Page page = to_page(answer.root());
  const std::uint64_t fresh = take(page);
  const Next what = next(page, fresh);
  confirms_ = what == Next::kConfirm;
  is_exhausted_ = what == Next::kEnd;
}

std::uint64_t Walk::take(const Page& page) {
  std::uint64_t fresh = 0;
  ++receipt_.pages;
  received_ += page.rows.size();
  last_page_ = page.rows.size();
  if (receipt_.pages == 1) first_page_ = last_page_;
  for (const Json& row : page.rows) {
    try {
      const std::string id = member(row, "id").as_text();
      if (id.empty()) member(row, "id").fail("an id");
      if (!seen_.insert(id)) continue;
      ++fresh;
      each_(row, id);
      ++receipt_.entries;
    } catch (const ConnectorError& error) {
      if (error.kind != ErrorKind::kMalformed) throw;
      receipt_.incomplete(fmt::format("a row could not be read: {}", error.what()));
    }
  }
  distinct_ += fresh;
  // Who is removed while the list is read moves the others up, past the page that was to come: the
  // largest total counts.
  if (!page.total && page.held && page.rows.size() < *page.held) {
    receipt_.incomplete(fmt::format("page {} says to hold {} rows and holds {}", receipt_.pages,
                                    *page.held, page.rows.size()));
  }
  if (page.total) receipt_.expected = std::max(receipt_.expected.value_or(0), *page.total);
  return fresh;
}

Walk::Next Walk::next(const Page& page, std::uint64_t fresh) {
  const bool is_first = receipt_.pages == 1;
  if (!page.next_cursor.empty()) {
    if (!cursors_.insert(page.next_cursor)) {
      receipt_.incomplete("the cursors go round in a circle");
      return Next::kEnd;
    }
    plan_.by_cursor = true;
    cursor_ = page.next_cursor;
    return Next::kMore;
  }
  const bool was_by_cursor = plan_.by_cursor && (!is_first || !page.by_index);
  if (was_by_cursor || !plan_.has_pages || page.rows.empty()) return Next::kEnd;
  plan_.by_cursor = false;
  if (fresh == 0) {  // a server that does not turn pages: more than were asked for are all
    if (page.rows.size() == static_cast<std::size_t>(plan_.count)) {
      receipt_.incomplete(
          fmt::format("the same {} rows came again, so there may be more; if there are not, set "
                      "another page size: `profile_overrides: {{page_size: {}}}`",
                      plan_.count, plan_.count + 1));
    }
    return Next::kEnd;
  }
  if (!page.total || distinct_ < *page.total || distinct_ > *page.total) return Next::kMore;
  // The total is reached. Of more than one page it cannot be the size.
  return *page.total == first_page_ ? Next::kConfirm : Next::kEnd;
}

/// Whether the walk goes on, or ends in good order, in spite of `error`.
bool Walk::survives(const ConnectorError& error) {
  if (error.stops_target()) throw error;
  const bool is_expired = compare_names(error.code, "expiredCursor") == 0;
  if (is_expired && !restarted_) {
    restarted_ = true;
    cursor_.clear();
    cursors_ = {};
    received_ = 0;
    return true;
  }
  if (receipt_.pages == 0) throw error;
  // Behind its end some servers have no page at all: after a page that was shorter than another,
  // or where totals are the size of a page.
  const bool is_no = error.kind == ErrorKind::kRejected || error.kind == ErrorKind::kNotFound;
  const bool may_end = confirms_ || last_page_ < first_page_ ||
                       (receipt_.expected && distinct_ > *receipt_.expected);
  if (is_no && may_end) return false;
  receipt_.incomplete(fmt::format("page {}: {}{}", receipt_.pages + 1, error.what(),
                                  is_no ? "; if the list has one page only, set "
                                          "`profile_overrides: {paging: none}`"
                                        : ""));
  return false;
}

void Walk::conclude() {
  if (!receipt_.complete() || !receipt_.expected || distinct_ >= *receipt_.expected) return;
  receipt_.incomplete(
      fmt::format("{} of {} announced resources were listed", distinct_, *receipt_.expected));
}

Receipt Walk::run(const std::function<void(const Json& row, const std::string& id)>& each) {
  each_ = each;
  receipt_.result = "200";
  while (!is_exhausted_) {
    try {
      read_page();
    } catch (const ConnectorError& error) {
      if (!survives(error)) break;
    }
  }
  conclude();
  return std::move(receipt_);
}

}  // namespace usher::scim
