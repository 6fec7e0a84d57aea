#pragma once

#include <functional>
#include <string>

#include "mapping/receipt.h"

namespace usher {

/// Reads the page at `cursor` (empty: the first), notes its entries and the announced total in the
/// receipt, and returns the cursor of the next one; empty: this was the last.
using PageReader = std::function<std::string(const std::string& cursor, Receipt& receipt)>;

/// Reads a list page by page. A later page that cannot be read, a cursor that comes back, and a
/// total that is not reached make the receipt incomplete. Throws the ConnectorError of the first
/// page, and of any that stops the target: then nothing may be concluded at all.
[[nodiscard]] Receipt read_pages(const PageReader& read_page);

}  // namespace usher
