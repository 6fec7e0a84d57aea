#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/http/json.h"
#include "connectors/scim/client.h"
#include "connectors/scim/discovery.h"
#include "mapping/receipt.h"

namespace usher::scim {

/// A member by name without regard to case, as RFC 7643 section 2.1 has it. Missing when there is
/// none.
[[nodiscard]] Json member(const Json& object, std::string_view name);

/// What one page of a list says of itself, believed no further than it can be checked.
struct Page {
  std::vector<Json> rows;
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> held;  ///< how many rows it says to have
  std::string next_cursor;
  bool by_index = false;  ///< it names a startIndex: cursors are not what it understood
};

/// Throws `kMalformed` when there is no list at all: neither rows nor a total of nothing.
[[nodiscard]] Page to_page(const Json& root);

/// A set of texts that keeps eight bytes of each.
class SeenIds {
 public:
  /// False when it was there before.
  bool insert(std::string_view id);
  [[nodiscard]] bool contains(std::string_view id) const;

 private:
  /// Where the id is, or where it would go; there is a free slot.
  [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const;
  void grow();

  std::vector<std::uint64_t> slots_;  ///< open addressing; 0: free
  std::size_t count_ = 0;
};

/// Walks a whole list by startIndex or by cursor (RFC 9865) and says whether that was all.
///
/// Advances by what was received, not by what was asked for. A total that is just what the first
/// page held may be the size of that page, so one more page is asked for; a total that is exceeded
/// is not believed any more, and only an empty page, or one that does not exist, ends the list.
/// Rows that come twice count once. A cursor that expired means to begin anew, once. A page that
/// cannot be read makes the receipt incomplete; when it is the first one, the error is thrown, and
/// so it is when nothing else can succeed either.
class Walk {
 public:
  Walk(Client& client, std::string_view endpoint, std::string_view query, const PagePlan& plan);

  /// Hands each row to `each` with its id. A row that it throws `kMalformed` for, and one without
  /// an id, makes the receipt incomplete and is left out.
  [[nodiscard]] Receipt run(
      const std::function<void(const Json& row, const std::string& id)>& each);
  /// The ids that were listed; once, after `run`.
  [[nodiscard]] SeenIds take_seen() { return std::move(seen_); }

 private:
  enum class Next { kMore, kConfirm, kEnd };

  void read_page();
  [[nodiscard]] std::string path() const;
  std::uint64_t take(const Page& page);
  [[nodiscard]] Next next(const Page& page, std::uint64_t fresh);
  [[nodiscard]] bool survives(const ConnectorError& error);
  void conclude();

  Client& client_;
  const std::string endpoint_;
  const std::string query_;
  PagePlan plan_;

  Receipt receipt_;
  SeenIds seen_;
  std::function<void(const Json&, const std::string&)> each_;
  std::uint64_t received_ = 0;    ///< rows, also those that came twice
  std::uint64_t first_page_ = 0;  ///< rows on it
  std::uint64_t last_page_ = 0;   ///< rows on the last one so far
  std::uint64_t distinct_ = 0;    ///< rows, readable or not, that did not come before
  std::string cursor_;
  SeenIds cursors_;
  bool confirms_ = false;  ///< the list should be at its end; one look whether it is
  bool restarted_ = false;
  bool is_exhausted_ = false;  ///< an empty page, or the last cursor, was seen
};

}  // namespace usher::scim
