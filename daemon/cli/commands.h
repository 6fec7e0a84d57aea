#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/report/report.h"

namespace usher {

// The commands, one file each. Every function returns the exit code; what ends a command early is
// an exception that `run_cli` turns into a message and an exit code.

struct CommonOptions {
  std::string config;  ///< of `-c`; empty: $USHER_CONFIG, then /etc/usher/usher.yaml
  Format format = Format::kText;
};

struct PlanOptions : CommonOptions {
  std::vector<std::string> targets;
  std::string out;
  std::string save;
  bool detailed_exitcode = false;
};

struct ApplyOptions : CommonOptions {
  std::vector<std::string> targets;
  std::string out;
  std::string plan;
  std::vector<std::string> approve;
  std::vector<std::string> accept_counts;  ///< NAME=N
  std::chrono::milliseconds lock_wait{30'000};
};

struct PersonOptions : CommonOptions {
  std::string person;
  std::vector<std::string> targets;
  std::size_t limit = 100;
};

struct LinkOptions : CommonOptions {
  std::string target;
  std::string person;
  std::string remote_id;  ///< of `move`
  std::string to;         ///< new source id of `move`, new id attribute of `rekey`
  bool dry_run = false;
};

int init_command(const CommonOptions& options);
int check_command(const CommonOptions& options);
int probe_command(const PlanOptions& options);
int plan_command(const PlanOptions& options);
int apply_command(const ApplyOptions& options);
int daemon_command(const CommonOptions& options);
int status_command(const CommonOptions& options);
int history_command(const PersonOptions& options);
int explain_command(const PersonOptions& options);
int holds_command(const CommonOptions& options);
int approve_command(const CommonOptions& options, const std::string& hash, bool dry_run);
int links_list_command(const LinkOptions& options);
int links_show_command(const LinkOptions& options);
int links_release_command(const LinkOptions& options);
int links_move_command(const LinkOptions& options);
int links_rekey_command(const LinkOptions& options);
int links_drop_command(const LinkOptions& options);
int state_check_command(const CommonOptions& options);
int state_backup_command(const CommonOptions& options, const std::string& to, bool dry_run);
int state_restore_command(const CommonOptions& options, const std::string& from, bool dry_run);

}  // namespace usher
