#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/identity.h"
#include "mapping/text.h"

namespace usher {
namespace {

HoldStatus status_now(const StoredHold& stored, std::int64_t now) {
  const bool is_expired =
      stored.hold.status == HoldStatus::kApproved && now - stored.approved_at > kApprovalLife;
  return is_expired ? HoldStatus::kExpired : stored.hold.status;
}

std::string to_text(const std::vector<StoredHold>& holds, std::int64_t now) {
  if (holds.empty()) return "nothing is held\n";
  std::string text;
  for (const StoredHold& stored : holds) {
    const Hold& hold = stored.hold;
    text +=
        fmt::format("{}  {} {} of target '{}'  ({})\n", hold.hash, hold.count,
                    to_string(hold.hold_class), stored.target, to_string(status_now(stored, now)));
    text += fmt::format("  limit: {}  ({})\n", escape_for_display(hold.limit), hold.setting);
    if (stored.approved_at != 0) {
      text += fmt::format("  approved by {} at {}, for 7 days\n", stored.approved_by,
                          to_rfc3339(stored.approved_at));
    } else if (hold.hold_class == HoldClass::kSeats) {
      text += "  goes by itself when seats are free\n";
    } else {
      text += fmt::format("  release exactly these: usher approve {}\n", hold.hash);
    }
    for (const Change& change : stored.changes) {
      text += fmt::format("  - {} {}  {}: {}\n", to_string(change.action),
                          escape_for_display(change.key), escape_for_display(change.source_id),
                          escape_for_display(change.reason));
    }
  }
  return text;
}

std::string to_json(const std::vector<StoredHold>& holds, std::int64_t now) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const StoredHold& stored : holds) {
    nlohmann::ordered_json changes = nlohmann::ordered_json::array();
    for (const Change& change : stored.changes) {
      changes.push_back({{"action", to_string(change.action)},
                         {"source_id", change.source_id},
                         {"remote_id", change.remote_id},
                         {"key", change.key},
                         {"reason", change.reason}});
    }
    const Hold& hold = stored.hold;
    list.push_back({{"target", stored.target},
                    {"hash", hold.hash},
                    {"class", to_string(hold.hold_class)},
                    {"count", hold.count},
                    {"limit", hold.limit},
                    {"setting", hold.setting},
                    {"approve", "usher approve " + hold.hash},
                    {"status", to_string(status_now(stored, now))},
                    {"since", to_rfc3339(stored.created_at)},
                    {"approved_by", stored.approved_by},
                    {"changes", changes}});
  }
  return nlohmann::ordered_json{{"exit_code", 0}, {"holds", list}}.dump(1) + "\n";
}

}  // namespace

int holds_command(const CommonOptions& options) {
  const Session session(options, Secrets::kOptional);
  const auto holds = session.open_store(Store::Access::kRead)->holds();
  emit(options.format == Format::kJson ? to_json(holds, session.now())
                                       : to_text(holds, session.now()));
  return 0;
}

}  // namespace usher
