#include "config/keys.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "mapping/setting.h"

namespace usher {
namespace {

using Kind = SettingKind;

constexpr std::array<std::string_view, 5> kLogLevels{"error", "warning", "notice", "info", "debug"};
constexpr std::array<std::string_view, 2> kModes{"plan", "apply"};
constexpr std::array<std::string_view, 3> kAdopts{"auto", "hold", "never"};
constexpr std::array<std::string_view, 4> kLeaverActions{"keep", "flag", "deactivate", "delete"};
constexpr std::array<std::string_view, 2> kVanished{"recreate", "report"};
constexpr std::array<std::string_view, 2> kReactivate{"own", "always"};
constexpr std::array<std::string_view, 3> kExpired{"reinvite", "revoke", "keep"};

void append(std::vector<SettingSpec>& keys, std::span<const SettingSpec> more) {
  for (const SettingSpec& spec : more) {
    const bool known = std::any_of(keys.begin(), keys.end(), [&spec](const SettingSpec& have) {
      return have.name == spec.name;
    });
    if (!known) keys.push_back(spec);
  }
}

}  // namespace

const std::vector<SettingSpec>& root_keys() {
  static const std::vector<SettingSpec> keys{
      {.name = "version",
       .kind = Kind::kInteger,
       .required = true,
       .help = "version of this format: 1",
       .minimum = 1,
       .maximum = 1},
      {.name = "state",
       .kind = Kind::kPath,
       .help = "the state file; default $STATE_DIRECTORY/state.db, else /var/lib/usher/state.db"},
      {.name = "http.listen",
       .kind = Kind::kText,
       .help = "HOST:PORT where the daemon serves /healthz, /readyz and /metrics; absent: nowhere"},
      {.name = "log.level",
       .kind = Kind::kChoice,
       .fallback = "info",
       .help = "the least urgent messages to write",
       .choices = kLogLevels},
      {.name = "plugins",
       .kind = Kind::kTexts,
       .help = "absolute paths of shared objects that bring further connectors"},
  };
  return keys;
}

const Texts& root_sections() {
  static const Texts sections{"credentials", "templates", "sources", "targets"};
  return sections;
}

const std::vector<SettingSpec>& common_source_keys() {
  static const std::vector<SettingSpec> keys{
      {.name = "type",
       .kind = Kind::kText,
       .required = true,
       .help = "what kind of directory it is"},
      {.name = "sentinels",
       .kind = Kind::kTexts,
       .help = "ids that a complete read must contain; without them no removal is planned"},
  };
  return keys;
}

const std::vector<SettingSpec>& common_target_keys() {
  static const std::vector<SettingSpec> keys{
      {.name = "connector",
       .kind = Kind::kText,
       .required = true,
       .help = "the provider that this target belongs to"},
      {.name = "source",
       .kind = Kind::kTexts,
       .required = true,
       .help = "the source whose people get accounts here, or a list of sources"},
      {.name = "extends", .kind = Kind::kText, .help = "name of the template to build on"},
      {.name = "credential",
       .kind = Kind::kText,
       .help = "name of an entry of 'credentials' whose settings are used here"},
      {.name = "mode",
       .kind = Kind::kChoice,
       .fallback = "plan",
       .help = "what the daemon may do on its own: only plan, or also apply",
       .choices = kModes},
      {.name = "every",
       .kind = Kind::kDuration,
       .fallback = "15m",
       .help = "how often the daemon runs this target; full seconds",
       .minimum = 1},
      {.name = "scope",
       .kind = Kind::kText,
       .help = "SCIM filter over person attributes and groups; absent: everybody"},
      {.name = "match",
       .kind = Kind::kTexts,
       .help = "target attributes that find an account without a link; default: the key"},
      {.name = "adopt",
       .kind = Kind::kChoice,
       .fallback = "auto",
       .help = "what happens to an account that is already there and matches a person",
       .choices = kAdopts},
      {.name = "leavers.do",
       .kind = Kind::kChoice,
       .fallback = "flag",
       .help = "what happens to the account of somebody who left",
       .choices = kLeaverActions},
      {.name = "leavers.reads",
       .kind = Kind::kInteger,
       .fallback = "1",
       .help = "complete source reads in a row that must lack the person",
       .minimum = 1,
       .maximum = 1000},
      {.name = "leavers.after",
       .kind = Kind::kDuration,
       .fallback = "0",
       .help = "time that must have passed since the first of these reads"},
      {.name = "leavers.delete_after",
       .kind = Kind::kDuration,
       .help = "time after the deactivation when the account is deleted; absent: never"},
      {.name = "vanished",
       .kind = Kind::kChoice,
       .fallback = "recreate",
       .help = "what happens when somebody deleted a linked account in the target",
       .choices = kVanished},
      {.name = "reactivate",
       .kind = Kind::kChoice,
       .fallback = "own",
       .help = "own: undo only our own deactivations; always: also those made by somebody else",
       .choices = kReactivate},
      {.name = "invitations.expired",
       .kind = Kind::kChoice,
       .fallback = "reinvite",
       .help = "what happens to an invitation that expired",
       .choices = kExpired},
      {.name = "invitations.max",
       .kind = Kind::kInteger,
       .fallback = "3",
       .help = "most invitation mails to one person",
       .minimum = 1,
       .maximum = 1000},
      {.name = "invitations.every",
       .kind = Kind::kDuration,
       .fallback = "7d",
       .help = "least time between two invitation mails to one person"},
      {.name = "protected",
       .kind = Kind::kTexts,
       .help = "keys or remote ids of accounts that are never touched"},
      {.name = "limits.removals.percent",
       .kind = Kind::kPercent,
       .fallback = "10",
       .help = "most removals in a run, in percent of the owned accounts"},
      {.name = "limits.removals.count",
       .kind = Kind::kInteger,
       .fallback = "50",
       .help = "most removals in a run"},
      {.name = "limits.removals.per_day",
       .kind = Kind::kInteger,
       .fallback = "100",
       .help = "most removals in 24 hours"},
      {.name = "limits.removals.per_week",
       .kind = Kind::kInteger,
       .fallback = "200",
       .help = "most removals in 7 days"},
      {.name = "limits.updates.percent",
       .kind = Kind::kPercent,
       .fallback = "40",
       .help = "most updates in a run, in percent of the owned accounts"},
      {.name = "limits.creates.count",
       .kind = Kind::kInteger,
       .fallback = "1000",
       .help = "most new accounts in a run where the free seats are not known"},
  };
  return keys;
}

const std::vector<SettingSpec>& for_each_keys() {
  static const std::vector<SettingSpec> keys{
      {.name = "csv",
       .kind = Kind::kPath,
       .help = "one target per row of this file; its columns are the variables"},
      {.name = "name",
       .kind = Kind::kText,
       .help = "with csv: what the row's target is called behind the slash, as in ${slug}"},
      {.name = "attribute",
       .kind = Kind::kText,
       .help = "one target per value that people of the sources have here; it is ${value}"},
  };
  return keys;
}

std::vector<SettingSpec> source_keys(const SourceSpec& type) {
  std::vector<SettingSpec> keys = common_source_keys();
  append(keys, type.settings);
  return keys;
}

std::vector<SettingSpec> target_keys(const ConnectorSpec& connector) {
  std::vector<SettingSpec> keys = common_target_keys();
  append(keys, connector.settings);
  return keys;
}

std::vector<SettingSpec> connector_keys(const std::vector<ConnectorSpec>& connectors) {
  std::vector<SettingSpec> keys;
  for (const ConnectorSpec& connector : connectors) append(keys, connector.settings);
  return keys;
}

std::vector<SettingSpec> any_target_keys(const std::vector<ConnectorSpec>& connectors) {
  std::vector<SettingSpec> keys = common_target_keys();
  for (const ConnectorSpec& connector : connectors) append(keys, target_keys(connector));
  return keys;
}

}  // namespace usher
