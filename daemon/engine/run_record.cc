#include "daemon/engine/run_record.h"

#include "daemon/report/report.h"
#include "daemon/store/store.h"

namespace usher {

void record_run(Store& store, const RunReport& report, std::int64_t started,
                std::int64_t finished) {
  store.put_run({report.run, report.mode, started, finished, report.exit_code,
                 render(report, Format::kJson)});
}

}  // namespace usher
