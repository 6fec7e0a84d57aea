#include "daemon/cli/commands.h"
#include "daemon/cli/progress_bar.h"
#include "daemon/cli/session.h"
#include "daemon/engine/plan_file.h"
#include "daemon/engine/run.h"

namespace usher {

int plan_command(const PlanOptions& options) {
  Session session(options, Secrets::kRequired);
  session.require_targets(options.targets);
  const auto store = session.open_or_empty();

  RunOptions run_options;
  run_options.targets = options.targets;
  run_options.progress = make_progress_bar();
  RunResult result = run({session.config(), *store, session.http(), session.clock()}, run_options);
  run_options.progress = {};

  result.report.exit_code = exit_code_of(result.report, options.detailed_exitcode);
  if (!options.save.empty())
    save_plan(options.save, result.report.targets, session.config(), session.now());
  emit(render(result.report, options.format, terminal_style()), options.out);
  return result.report.exit_code;
}

}  // namespace usher
