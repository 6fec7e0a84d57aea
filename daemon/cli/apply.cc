#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "daemon/cli/commands.h"
#include "daemon/cli/progress_bar.h"
#include "daemon/cli/session.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/plan_file.h"
#include "daemon/engine/run.h"
#include "daemon/engine/run_record.h"
#include "daemon/service/signals.h"
#include "daemon/store/lock.h"

namespace usher {
namespace {

std::map<std::string, std::uint64_t> parse_counts(const std::vector<std::string>& texts,
                                                  const Config& config) {
  std::map<std::string, std::uint64_t> counts;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const bool is_number = equals != std::string::npos && equals + 1 < text.size() &&
                           std::from_chars(text.data() + equals + 1, end, number).ptr == end;
    if (!is_number)
      throw UsageError(fmt::format("--accept-count {}: write NAME=N, as in staff=120", text));
    const std::string name = text.substr(0, equals);
    if (config.find_source(name) == nullptr && !config.has_target(name)) {
      throw UsageError(fmt::format("--accept-count {}: {} has no source or target '{}'", text,
                                   config.file, name));
    }
    counts[name] = number;
  }
  return counts;
}

}  // namespace

int apply_command(const ApplyOptions& options) {
  Session session(options, Secrets::kRequired);
  session.require_targets(options.targets);
  for (const std::string& hash : options.approve) (void)hold_digits(hash);
  const Config& config = session.config();

  SignalWatch signals;
  session.http().set_stop(
      signals.stop_token());  // until something is written: then what was begun is read back
  const auto store = session.open_store(Store::Access::kWrite);
  const StateLock lock(config.state, ".lock", options.lock_wait);

  std::optional<SavedPlan> saved;
  if (!options.plan.empty()) saved = load_plan(options.plan, config, session.now());
  RunOptions run_options;
  run_options.applies = true;
  run_options.targets = options.targets;
  run_options.approve = options.approve;
  run_options.accept_counts = parse_counts(options.accept_counts, config);
  run_options.saved = saved ? &*saved : nullptr;
  run_options.stop = signals.stop_token();
  run_options.progress = [&session, bar = make_progress_bar()](const Progress& progress) {
    if (progress.writes) session.http().set_stop({});
    if (bar) bar(progress);
  };
  const std::int64_t started = session.now();
  const RunResult result = run({config, *store, session.http(), session.clock()}, run_options);
  run_options.progress = {};

  record_run(*store, result.report, started, session.now());
  emit(render(result.report, options.format, terminal_style()), options.out);
  return result.report.exit_code;
}

}  // namespace usher
