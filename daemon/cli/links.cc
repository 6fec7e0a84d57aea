#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/identity.h"
#include "daemon/report/table.h"
#include "daemon/store/lock.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr auto kLockWait = std::chrono::seconds(30);

bool is_person(const Link& link, const std::string& person) {
  return link.source_id == person || (!link.key.empty() && fold_key(link.key) == fold_key(person));
}

std::vector<Link> select(const Store& store, const LinkOptions& options) {
  std::vector<Link> links = store.all_links();
  std::erase_if(links, [&](const Link& link) {
    return (!options.target.empty() && link.target != options.target) ||
           (!options.person.empty() && !is_person(link, options.person));
  });
  return links;
}

std::string state_of(const Link& link) {
  if (link.acknowledged_at != 0) return "acknowledged leaver";
  if (link.withdrawn_at != 0) return "invitation withdrawn";
  if (link.released_at != 0) return "access taken away";
  if (link.missing_since != 0) return "missing in the target";
  return "live";
}

nlohmann::ordered_json to_json(const Link& link) {
  const auto time = [](std::int64_t at) {
    return at == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(to_rfc3339(at));
  };
  return {{"target", link.target},
          {"source_id", link.source_id},
          {"remote_id", link.remote_id},
          {"key", link.key},
          {"origin", link.origin == Origin::kAdopted ? "adopted" : "created"},
          {"source", link.source},
          {"id_attribute", link.id_attribute},
          {"tenancy", link.tenancy},
          {"state", state_of(link)},
          {"linked", time(link.linked_at)},
          {"released", time(link.released_at)},
          {"missing_since", time(link.missing_since)},
          {"invitations", link.invitations},
          {"invited", time(link.invited_at)}};
}

int show(const LinkOptions& options) {
  const Session session(options, Secrets::kOptional);
  const auto links = select(*session.open_store(Store::Access::kRead), options);
  if (options.format == Format::kJson) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Link& link : links) list.push_back(to_json(link));
    emit(nlohmann::ordered_json{{"exit_code", 0}, {"links", list}}.dump(1) + "\n");
    return 0;
  }
  Table table({{"target"}, {"person"}, {"key"}, {"account"}, {"origin"}, {"state"}, {"since"}});
  for (const Link& link : links) {
    table.add({link.target, link.source_id, link.key, link.remote_id,
               link.origin == Origin::kAdopted ? "adopted" : "created", state_of(link),
               to_rfc3339(link.linked_at)});
  }
  emit(table.empty() ? "no links\n" : table.render(terminal_style()));
  return 0;
}

/// Changes every selected link under the writer lock; says what it did, or would do.
template <typename Change>
int change(const LinkOptions& options, const char* did, const char* would, Change change) {
  const Session session(options, Secrets::kOptional);
  const auto store =
      session.open_store(options.dry_run ? Store::Access::kRead : Store::Access::kWrite);
  std::optional<StateLock> lock;
  if (!options.dry_run) lock.emplace(session.config().state, ".lock", kLockWait);
  const auto links = select(*store, options);
  if (links.empty()) {
    fmt::print(stderr, "no link of {} {}; `usher links list` shows them all\n",
               options.person.empty() ? "anybody" : escape_for_display(options.person),
               options.target.empty() ? "" : "in target '" + options.target + "'");
    return 1;
  }
  const auto apply = [&] {
    for (const Link& link : links) {
      if (!options.dry_run) change(*store, link, session.now());
      fmt::print("{} {} in '{}' (account {})\n", options.dry_run ? would : did,
                 escape_for_display(link.source_id), link.target, link.remote_id);
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
  return change(options, "acknowledged: a human takes care of", "would acknowledge",
                [](Store& store, Link link, std::int64_t now) {
                  link.acknowledged_at = now;
                  store.put_link(link);
                });
}

int links_move_command(const LinkOptions& options) {
  return change(options, "moved the link of", "would move the link of",
                [&](Store& store, Link link, std::int64_t) {
                  store.drop_link(link.target, link.source_id);
                  if (!options.to.empty()) link.source_id = options.to;
                  if (!options.remote_id.empty()) link.remote_id = options.remote_id;
                  store.put_link(link);
                });
}

int links_rekey_command(const LinkOptions& options) {
  const Session session(options, Secrets::kOptional);
  const Config& config = session.config();
  return change(options, "brought up to the configuration: the link of",
                "would bring up to the configuration: the link of",
                [&](Store& store, Link link, std::int64_t) {
                  const SourceConfig* source = config.find_source(link.source);
                  if (source != nullptr) link.id_attribute = source->id_attribute;
                  link.tenancy.clear();  // learnt anew at the next apply
                  store.put_link(link);
                });
}

int links_drop_command(const LinkOptions& options) {
  return change(options, "dropped the link of", "would drop the link of",
                [](Store& store, const Link& link, std::int64_t) {
                  store.drop_link(link.target, link.source_id);
                  store.drop_absence(link.target, link.source_id);
                });
}

}  // namespace usher
