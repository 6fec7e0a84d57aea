#include "connectors/pages.h"

#include <fmt/format.h>

#include <set>

#include "connectors/error.h"

namespace usher {

Receipt read_pages(const PageReader& read_page) {
  Receipt receipt;
  receipt.result = "200";
  std::set<std::string> cursors;
  std::string cursor;
  do {
    try {
      cursor = read_page(cursor, receipt);
      ++receipt.pages;
    } catch (const ConnectorError& error) {
      if (receipt.pages == 0 || error.stops_target()) throw;
      receipt.incomplete(fmt::format("page {}: {}", receipt.pages + 1, error.what()));
      return receipt;
    }
  } while (!cursor.empty() && cursors.insert(cursor).second);
  if (!cursor.empty()) receipt.incomplete("the pages go round in a circle");
  if (receipt.expected && receipt.entries != *receipt.expected) {
    receipt.incomplete(
        fmt::format("{} accounts were listed, {} announced", receipt.entries, *receipt.expected));
  }
  return receipt;
}

}  // namespace usher
