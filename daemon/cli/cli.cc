// The command line: what can be typed, what it means, and what becomes of errors.

#include "daemon/cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "config/units.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/plan_file.h"
#include "daemon/service/signals.h"
#include "usher_version.h"

namespace usher {
namespace {

constexpr int kUsageExit = 64;

/// Everything the command line can fill in, and what was chosen to be done with it.
struct Parsed {
  CommonOptions common;
  PlanOptions plan;
  ApplyOptions apply;
  PersonOptions person;
  LinkOptions link;
  std::string format = "text";
  std::string lock_wait = "30s";
  std::string hash;
  std::string file;
  bool dry_run = false;
  bool keeps_signals_blocked = false;
  std::string mode = "plan";  ///< what an error document calls the run
  std::function<int()> action;
};

void add_config(CLI::App& command, CommonOptions& options) {
  command.add_option("-c,--config", options.config,
                     "Configuration file (default: $USHER_CONFIG, then /etc/usher/usher.yaml)");
}

void add_format(CLI::App& command, Parsed& parsed, const std::vector<std::string>& formats) {
  command
      .add_option("--format", parsed.format,
                  fmt::format("Output format: {}", fmt::join(formats, ", ")))
      ->check(CLI::IsMember(formats))
      ->capture_default_str();
}

const std::vector<std::string> kReportFormats{"text", "json", "html", "markdown", "csv"};
const std::vector<std::string> kShortFormats{"text", "json"};

void add_targets(CLI::App& command, std::vector<std::string>& targets) {
  command.add_option("--target", targets, "Only this target or family; may be given several times")
      ->take_all();
}

void add_init(CLI::App& app, Parsed& parsed) {
  CLI::App* command = app.add_subcommand("init", "Make the state file");
  add_config(*command, parsed.common);
  command->callback(
      [&parsed] { parsed.action = [&parsed] { return init_command(parsed.common); }; });
}

void add_check(CLI::App& app, Parsed& parsed) {
  CLI::App* command =
      app.add_subcommand("check", "Check the configuration without touching the network");
  add_config(*command, parsed.common);
  add_format(*command, parsed, kShortFormats);
  command->callback(
      [&parsed] { parsed.action = [&parsed] { return check_command(parsed.common); }; });
}

void add_probe(CLI::App& app, Parsed& parsed) {
  CLI::App* command = app.add_subcommand(
      "probe", "Look at every source and target, read-only: reachable, credential, rights, limits");
  add_config(*command, parsed.plan);
  add_format(*command, parsed, kShortFormats);
  add_targets(*command, parsed.plan.targets);
  command->callback(
      [&parsed] { parsed.action = [&parsed] { return probe_command(parsed.plan); }; });
}

void add_plan(CLI::App& app, Parsed& parsed) {
  CLI::App* command = app.add_subcommand(
      "plan", "Dry run: show what would be changed; sends no write and writes no state");
  add_config(*command, parsed.plan);
  add_format(*command, parsed, kReportFormats);
  add_targets(*command, parsed.plan.targets);
  command->add_option("--out", parsed.plan.out,
                      "Write the report to this file instead of standard output");
  command->add_option("--save", parsed.plan.save,
                      "Save the plan for `apply --plan`; good for 24 hours");
  command->add_flag("--detailed-exitcode", parsed.plan.detailed_exitcode,
                    "Exit with 2 when changes are pending");
  command->callback([&parsed] { parsed.action = [&parsed] { return plan_command(parsed.plan); }; });
}

void add_apply(CLI::App& app, Parsed& parsed) {
  CLI::App* command = app.add_subcommand("apply", "Plan and carry out");
  add_config(*command, parsed.apply);
  add_format(*command, parsed, kReportFormats);
  add_targets(*command, parsed.apply.targets);
  command->add_option("--out", parsed.apply.out,
                      "Write the report to this file instead of standard output");
  command->add_option("--plan", parsed.apply.plan,
                      "Carry out only what is in this saved plan and still planned identically");
  command
      ->add_option(
          "--approve", parsed.apply.approve,
          "Release the hold with this hash (12 hex digits will do); may be given several times")
      ->take_all();
  command
      ->add_option(
          "--accept-count", parsed.apply.accept_counts,
          "NAME=N: accept this number of people or accounts once; may be given several times")
      ->take_all();
  command
      ->add_option("--lock-wait", parsed.lock_wait,
                   "How long to wait for another usher on the same state")
      ->capture_default_str();
  command->callback([&parsed] {
    parsed.mode = "apply";
    parsed.keeps_signals_blocked = true;
    parsed.action = [&parsed] { return apply_command(parsed.apply); };
  });
}

void add_daemon(CLI::App& app, Parsed& parsed) {
  CLI::App* command = app.add_subcommand(
      "daemon", "The service: runs every target on its schedule, in the foreground");
  add_config(*command, parsed.common);
  command->callback([&parsed] {
    parsed.keeps_signals_blocked = true;
    parsed.action = [&parsed] { return daemon_command(parsed.common); };
  });
}

void add_readers(CLI::App& app, Parsed& parsed) {
  CLI::App* status =
      app.add_subcommand("status", "What each target holds and how its last run ended");
  add_config(*status, parsed.common);
  add_format(*status, parsed, kShortFormats);
  status->callback(
      [&parsed] { parsed.action = [&parsed] { return status_command(parsed.common); }; });

  CLI::App* history = app.add_subcommand("history", "What was done, newest first");
  add_config(*history, parsed.person);
  add_format(*history, parsed, kShortFormats);
  history->add_option("person", parsed.person.person, "Source id or key; everybody when left out");
  history->add_option("--limit", parsed.person.limit, "At most so many lines")
      ->capture_default_str();
  history->callback(
      [&parsed] { parsed.action = [&parsed] { return history_command(parsed.person); }; });

  CLI::App* explain = app.add_subcommand("explain",
                                         "One person, step by step: source, scope, mapping, "
                                         "account, history, and what would happen now");
  add_config(*explain, parsed.person);
  add_format(*explain, parsed, kShortFormats);
  add_targets(*explain, parsed.person.targets);
  explain->add_option("person", parsed.person.person, "Source id or key")->required();
  explain->callback(
      [&parsed] { parsed.action = [&parsed] { return explain_command(parsed.person); }; });

  CLI::App* holds = app.add_subcommand("holds", "What waits for approval");
  add_config(*holds, parsed.common);
  add_format(*holds, parsed, kShortFormats);
  holds->callback(
      [&parsed] { parsed.action = [&parsed] { return holds_command(parsed.common); }; });
}

void add_approve(CLI::App& app, Parsed& parsed) {
  CLI::App* command =
      app.add_subcommand("approve", "Release exactly the changes of one hold; good for 7 days");
  add_config(*command, parsed.common);
  command->add_option("hash", parsed.hash, "Hash of the hold; 12 hex digits will do")->required();
  command->add_flag("--dry-run", parsed.dry_run, "Only say what would be released");
  command->callback([&parsed] {
    parsed.action = [&parsed] {
      return approve_command(parsed.common, parsed.hash, parsed.dry_run);
    };
  });
}

using LinkCommand = int (*)(const LinkOptions&);

CLI::App* add_link_command(CLI::App& links, Parsed& parsed, const char* name, const char* what,
                           LinkCommand run) {
  CLI::App* command = links.add_subcommand(name, what);
  add_config(*command, parsed.link);
  command->add_option("--target", parsed.link.target, "Only in this target");
  command->callback(
      [&parsed, run] { parsed.action = [&parsed, run] { return run(parsed.link); }; });
  return command;
}

void add_links(CLI::App& app, Parsed& parsed) {
  CLI::App* links =
      app.add_subcommand("links", "Look into and mend the links between people and accounts");
  links->require_subcommand(1);
  CLI::App* list = add_link_command(*links, parsed, "list", "All links", links_list_command);
  add_format(*list, parsed, kShortFormats);
  CLI::App* show =
      add_link_command(*links, parsed, "show", "The links of one person", links_show_command);
  add_format(*show, parsed, kShortFormats);
  CLI::App* release =
      add_link_command(*links, parsed, "release",
                       "Acknowledge a leaver whom only a human can remove", links_release_command);
  CLI::App* move = add_link_command(
      *links, parsed, "move",
      "Give a link another person or account, or a lost creation its account", links_move_command);
  CLI::App* rekey =
      add_link_command(*links, parsed, "rekey",
                       "Bring links up to a changed id attribute or workspace of the configuration",
                       links_rekey_command);
  CLI::App* drop = add_link_command(*links, parsed, "drop",
                                    "Forget a link; the account stays and becomes unmanaged",
                                    links_drop_command);
  for (CLI::App* command : {show, release, move, drop}) {
    command->add_option("person", parsed.link.person, "Source id or key")->required();
  }
  rekey->add_option("person", parsed.link.person, "Source id or key; everybody when left out");
  move->add_option("--to", parsed.link.to, "The other person's source id");
  move->add_option("--account", parsed.link.remote_id, "The account's remote id");
  for (CLI::App* command : {release, move, rekey, drop}) {
    command->add_flag("--dry-run", parsed.link.dry_run, "Only say what would be done");
  }
  for (CLI::App* command : {list, show}) {
    command->add_flag("--dry-run", parsed.link.dry_run, "Changes nothing, as without it");
  }
}

void add_state(CLI::App& app, Parsed& parsed) {
  CLI::App* state = app.add_subcommand("state", "Check, back up and restore the state file");
  state->require_subcommand(1);
  CLI::App* check =
      state->add_subcommand("check", "Is the state sound, and is anything unsettled?");
  add_config(*check, parsed.common);
  add_format(*check, parsed, kShortFormats);
  check->callback(
      [&parsed] { parsed.action = [&parsed] { return state_check_command(parsed.common); }; });
  CLI::App* backup = state->add_subcommand("backup", "Copy the state, also while it is in use");
  add_config(*backup, parsed.common);
  backup->add_option("file", parsed.file, "The copy; must not exist")->required();
  backup->add_flag("--dry-run", parsed.dry_run, "Only say what would be done");
  backup->callback([&parsed] {
    parsed.action = [&parsed] {
      return state_backup_command(parsed.common, parsed.file, parsed.dry_run);
    };
  });
  CLI::App* restore = state->add_subcommand("restore", "Bring a backup back where no state is");
  add_config(*restore, parsed.common);
  restore->add_option("file", parsed.file, "The backup")->required();
  restore->add_flag("--dry-run", parsed.dry_run, "Only say what would be done");
  restore->callback([&parsed] {
    parsed.action = [&parsed] {
      return state_restore_command(parsed.common, parsed.file, parsed.dry_run);
    };
  });
}

std::chrono::milliseconds parse_wait(const std::string& text) {
  const auto wait = parse_duration(text);
  if (!wait)
    throw UsageError(fmt::format("--lock-wait {}: write a duration, as in 30s or 5m", text));
  return std::chrono::milliseconds(*wait);
}

/// Says what went wrong, on standard error and where JSON was asked for also there.
int report_error(const Parsed& parsed, int exit_code, const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    fmt::print(stderr, "usher: {}{}{}\n", problem.where, problem.where.empty() ? "" : ": ",
               problem.message);
  }
  if (parsed.common.format == Format::kJson && exit_code != kUsageExit) {
    emit(error_document(parsed.mode, exit_code, problems),
         parsed.mode == "apply" ? parsed.apply.out : parsed.plan.out);
  }
  return exit_code;
}

int report_config_error(const Parsed& parsed, const ConfigError& error) {
  std::vector<Problem> problems;
  for (const ConfigProblem& found : error.problems) {
    const std::string where =
        found.line > 0 ? fmt::format("{}:{}:{}", found.file, found.line, found.column) : found.file;
    problems.push_back(
        {found.warning ? Severity::kWarning : Severity::kError, "", where, found.message});
  }
  return report_error(parsed, 3, problems);
}

int run_action(Parsed& parsed) {
  const auto one = [](const std::exception& error) {
    return std::vector<Problem>{{Severity::kError, "", "", error.what()}};
  };
  try {
    parsed.apply.lock_wait = parse_wait(parsed.lock_wait);
    if (!parsed.keeps_signals_blocked) unblock_signals();
    return parsed.action();
  } catch (const ConfigError& error) {
    return report_config_error(parsed, error);
  } catch (const UsageError& error) {
    return report_error(parsed, kUsageExit, one(error));
  } catch (const LockedError& error) {
    return report_error(parsed, 6, one(error));
  } catch (const std::exception& error) {
    return report_error(parsed, 1, one(error));
  }
}

void spread_common(Parsed& parsed) {
  const Format format = *parse_format(parsed.format);
  for (CommonOptions* options : std::initializer_list<CommonOptions*>{
           &parsed.common, &parsed.plan, &parsed.apply, &parsed.person, &parsed.link}) {
    options->format = format;
  }
}

}  // namespace

int run_cli(int argc, char** argv) {
  Parsed parsed;
  CLI::App app(
      "Gives people their seats: keeps the accounts of SaaS products equal to a directory of "
      "people.",
      "usher");
  app.set_version_flag("--version", std::string("usher ") + kVersion);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 changes pending (plan --detailed-exitcode), 3 configuration "
      "invalid,\n"
      "4 waits for a human, 5 done in part, 6 another usher is applying, 64 usage.");
  add_init(app, parsed);
  add_check(app, parsed);
  add_probe(app, parsed);
  add_plan(app, parsed);
  add_apply(app, parsed);
  add_daemon(app, parsed);
  add_readers(app, parsed);
  add_approve(app, parsed);
  add_links(app, parsed);
  add_state(app, parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageExit;
  }
  spread_common(parsed);
  return run_action(parsed);
}

}  // namespace usher
