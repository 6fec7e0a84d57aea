#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/identity.h"
#include "daemon/report/table.h"

namespace usher {

int history_command(const PersonOptions& options) {
  const Session session(options, Secrets::kOptional);
  const auto store = session.open_store(Store::Access::kRead);
  const auto entries = store->history(options.person, options.limit);
  if (options.format == Format::kJson) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const HistoryEntry& entry : entries) {
      list.push_back({{"at", to_rfc3339(entry.at)},
                      {"target", entry.target},
                      {"source_id", entry.source_id},
                      {"key", entry.key},
                      {"action", entry.action},
                      {"cause", entry.cause},
                      {"status", entry.state},
                      {"run", entry.run},
                      {"error", entry.error.empty() ? nlohmann::ordered_json()
                                                    : nlohmann::ordered_json(entry.error)}});
    }
    emit(nlohmann::ordered_json{{"exit_code", 0}, {"history", list}}.dump(1) + "\n");
    return 0;
  }
  Table table(
      {{"when"}, {"target"}, {"person"}, {"key"}, {"action"}, {"cause"}, {"status"}, {"error"}});
  for (const HistoryEntry& entry : entries) {
    table.add({to_rfc3339(entry.at), entry.target, entry.source_id, entry.key, entry.action,
               entry.cause, entry.state, entry.error});
  }
  emit(table.empty() ? "nothing has been done yet\n" : table.render(terminal_style()));
  return 0;
}

}  // namespace usher
