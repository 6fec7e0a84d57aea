#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/identity.h"
#include "daemon/report/table.h"

namespace usher {
namespace {

struct Row {
  std::string target;
  std::string connector;
  std::string mode;
  std::size_t links = 0;
  std::size_t released = 0;
  std::size_t holds = 0;
  std::size_t open = 0;  ///< operations begun and not settled
  std::optional<StoredRun> last;
  bool configured = true;
};

void describe(Row& row, const std::string& name, const TargetConfig& target, const Store& store) {
  row.target = name;
  row.connector = target.connector;
  row.mode = target.mode == Mode::kApply ? "apply" : "plan";
  row.open = store.unsettled(name).size();
  row.last = store.last_run_of(name);
}

std::vector<Row> collect(const Config& config, const Store& store) {
  std::map<std::string, Row> by_name;
  for (const Link& link : store.all_links()) {
    Row& row = by_name[link.target];
    ++row.links;
    if (link.released_at != 0) ++row.released;
  }
  for (const StoredHold& hold : store.holds()) {
    if (hold.hold.status == HoldStatus::kOpen) ++by_name[hold.target].holds;
  }
  std::vector<Row> rows;
  for (const TargetConfig& target : config.targets) {
    Row row = std::move(by_name[target.name]);
    by_name.erase(target.name);
    describe(row, target.name, target, store);
    rows.push_back(std::move(row));
  }
  // Links of targets that nobody configures any more are easily forgotten: whoever has them has
  // access. Members of a family are made at each run, so these are configured all the same.
  for (auto& [name, row] : by_name) {
    const TargetFamily* family = config.find_family(name);
    row.configured = family != nullptr;
    if (family != nullptr) {
      describe(row, name, family->shape, store);
    } else {
      row.target = name;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string to_json(const std::vector<Row>& rows, const Config& config) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json last;
    if (row.last) {
      last = {{"run", row.last->run},
              {"mode", row.last->mode},
              {"started", to_rfc3339(row.last->started)},
              {"exit_code", row.last->exit_code}};
    }
    list.push_back({{"name", row.target},
                    {"connector", row.connector},
                    {"mode", row.mode},
                    {"configured", row.configured},
                    {"links", row.links},
                    {"released", row.released},
                    {"holds", row.holds},
                    {"unsettled", row.open},
                    {"last_run", last}});
  }
  return nlohmann::ordered_json{{"exit_code", 0}, {"state", config.state}, {"targets", list}}.dump(
             1) +
         "\n";
}

std::string to_text(const std::vector<Row>& rows, const Config& config) {
  using Align = Table::Align;
  Table table({{"target"},
               {"connector"},
               {"mode"},
               {"links", Align::kRight},
               {"released", Align::kRight},
               {"holds", Align::kRight},
               {"unsettled", Align::kRight},
               {"last run"},
               {"exit", Align::kRight}});
  for (const Row& row : rows) {
    table.add({row.target, row.configured ? row.connector : "NOT CONFIGURED", row.mode,
               std::to_string(row.links), std::to_string(row.released), std::to_string(row.holds),
               std::to_string(row.open),
               row.last ? to_rfc3339(row.last->started) + " " + row.last->mode : "never",
               row.last ? std::to_string(row.last->exit_code) : ""});
  }
  return fmt::format("state {}\n", config.state) + table.render(terminal_style());
}

}  // namespace

int status_command(const CommonOptions& options) {
  const Session session(options, Secrets::kOptional);
  const auto store = session.open_store(Store::Access::kRead);
  const auto rows = collect(session.config(), *store);
  emit(options.format == Format::kJson ? to_json(rows, session.config())
                                       : to_text(rows, session.config()));
  return 0;
}

}  // namespace usher
