#pragma once

#include <cstdint>

namespace usher {

class Store;
struct RunReport;

/// Keeps a run that is over, with its report, for `status` and `history`. Times are seconds since
/// the epoch. Throws StoreError.
void record_run(Store& store, const RunReport& report, std::int64_t started, std::int64_t finished);

}  // namespace usher
