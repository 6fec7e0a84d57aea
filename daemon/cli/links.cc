#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/recover.h"
#include "daemon/report/table.h"
#include "daemon/store/lock.h"
#include "mapping/text.h"

namespace usher {
namespace {

/// A link as the commands see it, with what was begun for it and nobody could settle.
struct Entry {
  Link link;  ///< without a remote id: a creation whose answer was lost, and no link yet
  std::vector<Operation> open;
  bool is_only_parked = false;  ///< an account that exists and is not shown to us: nothing else
};

bool is_person(const Link& link, const std::string& person) {
  return link.source_id == person || (!link.key.empty() && fold_key(link.key) == fold_key(person));
}

Link link_to_be(const Operation& operation) {
  Link link = link_begun_by(operation);
  link.linked_at = operation.intended_at;
  if (operation.change.sends_mail) {
    link.invitations = 1;
    link.invited_at = operation.intended_at;
  }
  return link;
}

std::vector<Entry> select(const Store& store, const LinkOptions& options) {
  std::map<std::pair<std::string, std::string>, Entry> entries;
  for (Link& link : store.all_links()) {
    const std::pair at(link.target, link.source_id);
    entries[at].link = std::move(link);
  }
  for (Operation& operation : store.all_unsettled()) {
    Entry& entry = entries[{operation.target, operation.change.source_id}];
    if (entry.link.target.empty()) entry.link = link_to_be(operation);
    entry.open.push_back(std::move(operation));
  }
  for (const Rewrite& rewrite :
       options.target.empty() ? std::vector<Rewrite>{} : store.rewrites(options.target)) {
    Entry& entry = entries[{options.target, rewrite.source_id}];
    if (!entry.link.target.empty()) continue;
    entry.link.target = options.target;
    entry.link.source_id = rewrite.source_id;
    entry.is_only_parked = true;
  }
  std::vector<Entry> selected;
  for (auto& [at, entry] : entries) {
    const bool is_other = (!options.target.empty() && entry.link.target != options.target) ||
                          (!options.person.empty() && !is_person(entry.link, options.person));
    if (!is_other) selected.push_back(std::move(entry));
  }
  return selected;
}

std::string state_of(const Entry& entry) {
  const Link& link = entry.link;
  if (!entry.open.empty()) return "outcome unknown";
  if (link.acknowledged_at != 0) return "acknowledged leaver";
  if (link.withdrawn_at != 0) return "invitation withdrawn";
  if (link.released_at != 0) return "access taken away";
  if (link.missing_since != 0) return "missing in the target";
  return "live";
}

nlohmann::ordered_json to_json(const Entry& entry) {
  const Link& link = entry.link;
  const auto time = [](std::int64_t at) {
    return at == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(to_rfc3339(at));
  };
  return {{"target", link.target},
          {"source_id", link.source_id},
          {"remote_id", link.remote_id.empty() ? nlohmann::ordered_json()
                                               : nlohmann::ordered_json(link.remote_id)},
          {"key", link.key},
          {"origin", link.origin == Origin::kAdopted ? "adopted" : "created"},
          {"source", link.source},
          {"id_attribute", link.id_attribute},
          {"tenancy", link.tenancy},
          {"state", state_of(entry)},
          {"linked", time(link.linked_at)},
          {"released", time(link.released_at)},
          {"missing_since", time(link.missing_since)},
          {"invitations", link.invitations},
          {"invited", time(link.invited_at)}};
}

int show(const LinkOptions& options) {
  const Session session(options, Secrets::kOptional);
  auto entries = select(*session.open_store(Store::Access::kRead), options);
  std::erase_if(entries, &Entry::is_only_parked);
  if (options.format == Format::kJson) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Entry& entry : entries) list.push_back(to_json(entry));
    emit(nlohmann::ordered_json{{"exit_code", 0}, {"links", list}}.dump(1) + "\n");
    return 0;
  }
  Table table({{"target"}, {"person"}, {"key"}, {"account"}, {"origin"}, {"state"}, {"since"}});
  for (const Entry& entry : entries) {
    const Link& link = entry.link;
    table.add({link.target, link.source_id, link.key, link.remote_id,
               link.origin == Origin::kAdopted ? "adopted" : "created", state_of(entry),
               to_rfc3339(link.linked_at)});
  }
  emit(table.empty() ? "no links\n" : table.render(terminal_style()));
  return 0;
}

enum class Takes { kLinked, kUnlinkedToo, kParkedToo };

/// Changes every selected link under the writer lock; says what it did, or would do.
template <typename Change>
int change(const LinkOptions& options, Takes takes, const char* did, const char* would,
           Change change) {
  const Session session(options, Secrets::kOptional);
  std::optional<StateLock> lock;
  if (!options.dry_run) lock.emplace(session.config().state, ".lock", kLockWait);
  const auto store =
      session.open_store(options.dry_run ? Store::Access::kRead : Store::Access::kWrite);
  auto entries = select(*store, options);
  if (takes != Takes::kParkedToo) std::erase_if(entries, &Entry::is_only_parked);
  if (takes == Takes::kLinked)
    std::erase_if(entries, [](const Entry& entry) { return entry.link.remote_id.empty(); });
  if (entries.empty()) {
    fmt::print(stderr, "no link of {} {}; `usher links list` shows them all\n",
               options.person.empty() ? "anybody" : escape_for_display(options.person),
               options.target.empty() ? "" : "in target '" + options.target + "'");
    return 1;
  }
  const auto apply = [&] {
    for (const Entry& entry : entries) {
      const Link& link = entry.link;
      if (!options.dry_run) change(*store, entry, session.now());
      fmt::print("{} {} in '{}' ({})\n", options.dry_run ? would : did,
                 escape_for_display(link.source_id), link.target,
                 link.remote_id.empty() ? "account not known" : "account " + link.remote_id);
    }
  };
  if (options.dry_run) {
    apply();
  } else {
    store->transact(apply);
  }
  return 0;
}

}  // namespace

int links_list_command(const LinkOptions& options) {
  return show(options);
}
int links_show_command(const LinkOptions& options) {
  return show(options);
}

int links_release_command(const LinkOptions& options) {
  return change(options, Takes::kLinked, "acknowledged: a human takes care of", "would acknowledge",
                [](Store& store, const Entry& entry, std::int64_t now) {
                  Link link = entry.link;
                  link.acknowledged_at = now;
                  store.put_link(link);
                });
}

int links_move_command(const LinkOptions& options) {
  // A lost creation has no account until somebody names it, and naming it settles it.
  const Takes takes = options.remote_id.empty() ? Takes::kLinked : Takes::kUnlinkedToo;
  return change(options, takes, "moved the link of", "would move the link of",
                [&](Store& store, const Entry& entry, std::int64_t now) {
                  Link link = entry.link;
                  if (link.remote_id.empty()) {
                    for (const Operation& operation : entry.open)
                      store.settle(operation.id, "applied", options.remote_id, "", now);
                  }
                  store.drop_link(link.target, link.source_id);
                  if (!options.to.empty()) link.source_id = options.to;
                  if (!options.remote_id.empty()) link.remote_id = options.remote_id;
                  store.put_link(link);
                });
}

int links_rekey_command(const LinkOptions& options) {
  const Session session(options, Secrets::kOptional);
  const Config& config = session.config();
  return change(options, Takes::kLinked, "brought up to the configuration: the link of",
                "would bring up to the configuration: the link of",
                [&](Store& store, const Entry& entry, std::int64_t) {
                  Link link = entry.link;
                  const SourceConfig* source = config.find_source(link.source);
                  if (source != nullptr) link.id_attribute = source->id_attribute;
                  link.tenancy.clear();  // learnt anew at the next apply
                  store.put_link(link);
                });
}

int links_drop_command(const LinkOptions& options) {
  return change(options, Takes::kParkedToo, "dropped the link of", "would drop the link of",
                [](Store& store, const Entry& entry, std::int64_t now) {
                  const Link& link = entry.link;
                  for (const Operation& operation : entry.open)
                    store.settle(operation.id, "failed", "", "given up with `usher links drop`",
                                 now);
                  store.drop_link(link.target, link.source_id);
                  store.drop_absence(link.target, link.source_id);
                  store.drop_rewrites(link.target, link.source_id);
                });
}

}  // namespace usher
