// Links, and what targets and sources remember between runs.

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/store/store_impl.h"

namespace usher {
namespace {

Link read_link(const SQLite::Statement& row) {
  Link link;
  link.target = text(row, 0);
  link.source_id = text(row, 1);
  link.remote_id = text(row, 2);
  link.key = text(row, 3);
  link.origin = number(row, 4) != 0 ? Origin::kAdopted : Origin::kCreated;
  link.source = text(row, 5);
  link.id_attribute = text(row, 6);
  link.tenancy = text(row, 7);
  link.linked_at = number(row, 8);
  link.released_at = number(row, 9);
  link.recreated_at = number(row, 10);
  link.missing_since = number(row, 11);
  link.acknowledged_at = number(row, 12);
  link.withdrawn_at = number(row, 13);
  link.invitations = static_cast<int>(number(row, 14));
  link.invited_at = number(row, 15);
  link.desired_digest = text(row, 16);
  link.person_digest = text(row, 17);
  link.name_digest = text(row, 18);
  return link;
}

}  // namespace

// ── links ──────────────────────────────────────────────────────────────────────────────────────

std::vector<Link> Store::links(const std::string& target) const {
  return impl_->query<Link>(read_link, "SELECT * FROM links WHERE target = ?", target);
}

std::vector<Link> Store::all_links() const {
  return impl_->query<Link>(read_link, "SELECT * FROM links ORDER BY target, source_id");
}

std::vector<std::string> Store::known_targets() const {
  return impl_->query<std::string>(
      [](SQLite::Statement& row) { return row.getColumn(0).getString(); },
      "SELECT target FROM links UNION SELECT target FROM operations WHERE state = 'intended' "
      "UNION SELECT target FROM holds WHERE is_open = 1 ORDER BY target");
}

std::optional<Link> Store::find_link(const std::string& target,
                                     const std::string& source_id) const {
  const auto rows = impl_->query<Link>(
      read_link, "SELECT * FROM links WHERE target = ? AND source_id = ?", target, source_id);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

std::optional<Link> Store::find_holder(const std::string& target, const std::string& tenancy,
                                       const std::string& remote_id) const {
  const auto rows =
      impl_->query<Link>(read_link,
                         "SELECT * FROM links WHERE tenancy = ?2 AND tenancy <> '' AND target <> "
                         "?1 AND remote_id = ?3 "
                         "UNION ALL SELECT * FROM links WHERE target = ?1 AND remote_id = ?3",
                         target, tenancy, remote_id);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

std::map<std::string, std::string> Store::sibling_links(const std::string& tenancy,
                                                        const std::string& target) const {
  using Pair = std::pair<std::string, std::string>;
  const auto rows = impl_->query<Pair>(
      [](const SQLite::Statement& row) { return Pair(text(row, 0), text(row, 1)); },
      "SELECT remote_id, target FROM links WHERE tenancy = ? AND tenancy <> '' AND target <> ?",
      tenancy, target);
  return {rows.begin(), rows.end()};
}

void Store::put_link(const Link& link) {
  // Not INSERT OR REPLACE: that would quietly take the account away from whoever else has it.
  transact([&] {
    // What another account made of earlier writes, or this one before access was taken away or
    // given back, says nothing any more.
    const auto before = find_link(link.target, link.source_id);
    const bool is_same =
        before && before->remote_id == link.remote_id && before->released_at == link.released_at;
    if (!is_same) drop_rewrites(link.target, link.source_id);
    drop_link(link.target, link.source_id);
    if (const auto holder = find_holder(link.target, link.tenancy, link.remote_id)) {
      throw StoreError(fmt::format(
          "account {} is linked to {} in target '{}' already; an account belongs to one "
          "person. `usher links drop` frees it",
          link.remote_id, holder->source_id, holder->target));
    }
    impl_->exec("INSERT INTO links VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", link.target,
                link.source_id, link.remote_id, link.key,
                static_cast<std::int64_t>(link.origin == Origin::kAdopted), link.source,
                link.id_attribute, link.tenancy, link.linked_at, link.released_at,
                link.recreated_at, link.missing_since, link.acknowledged_at, link.withdrawn_at,
                static_cast<std::int64_t>(link.invitations), link.invited_at, link.desired_digest,
                link.person_digest, link.name_digest);
  });
}

void Store::drop_link(const std::string& target, const std::string& source_id) {
  impl_->exec("DELETE FROM links WHERE target = ? AND source_id = ?", target, source_id);
}

// ── absences, memories ─────────────────────────────────────────────────────────────────────────

std::map<std::string, Absence> Store::absences(const std::string& target) const {
  const auto rows = impl_->query<Absence>(
      [](const SQLite::Statement& row) {
        return Absence{text(row, 0), static_cast<int>(number(row, 1)), number(row, 2),
                       text(row, 3)};
      },
      "SELECT source_id, reads, first_at, wanted_hash FROM absences WHERE target = ?", target);
  std::map<std::string, Absence> absences;
  for (const Absence& row : rows) absences.emplace(row.source_id, row);
  return absences;
}

void Store::put_absence(const std::string& target, const Absence& absence) {
  impl_->exec("INSERT OR REPLACE INTO absences VALUES (?,?,?,?,?)", target, absence.source_id,
              static_cast<std::int64_t>(absence.reads), absence.first_at, absence.wanted_hash);
}

void Store::drop_absence(const std::string& target, const std::string& source_id) {
  impl_->exec("DELETE FROM absences WHERE target = ? AND source_id = ?", target, source_id);
}

std::optional<TargetMemory> Store::target_memory(const std::string& target) const {
  const auto rows = impl_->query<TargetMemory>(
      [](const SQLite::Statement& row) {
        return TargetMemory{text(row, 0), text(row, 1), number(row, 2)};
      },
      "SELECT hash, match, last_run FROM targets WHERE target = ?", target);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

void Store::put_target_memory(const std::string& target, const TargetMemory& memory) {
  impl_->exec("INSERT OR REPLACE INTO targets VALUES (?,?,?,?)", target, memory.hash, memory.match,
              memory.last_run);
}

std::optional<SourceMemory> Store::source_memory(const std::string& source) const {
  const auto rows = impl_->query<SourceMemory>(
      [](const SQLite::Statement& row) {
        return SourceMemory{static_cast<std::uint64_t>(number(row, 0)),
                            nlohmann::json::parse(text(row, 1)).get<std::vector<std::string>>(),
                            number(row, 2)};
      },
      "SELECT people, parts, read_at FROM sources WHERE source = ?", source);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

void Store::put_source_memory(const std::string& source, const SourceMemory& memory) {
  impl_->exec("INSERT OR REPLACE INTO sources VALUES (?,?,?,?)", source,
              static_cast<std::int64_t>(memory.people), nlohmann::json(memory.parts).dump(),
              memory.read_at);
}

std::vector<Rewrite> Store::rewrites(const std::string& target) const {
  return impl_->query<Rewrite>(
      [](const SQLite::Statement& row) {
        return Rewrite{text(row, 0),
                       text(row, 1),
                       text(row, 2),
                       text(row, 3),
                       static_cast<int>(number(row, 4)),
                       number(row, 5),
                       number(row, 6) != 0,
                       parse_cause(text(row, 7)).value_or(Cause::kMover)};
      },
      "SELECT source_id, attribute, sent, seen, count, at, taken, cause FROM rewrites "
      "WHERE target = ?",
      target);
}

void Store::put_rewrite(const std::string& target, const Rewrite& rewrite) {
  impl_->exec(
      "INSERT OR REPLACE INTO rewrites (target, source_id, attribute, sent, seen, count, at, "
      "taken, cause) VALUES (?,?,?,?,?,?,?,?,?)",
      target, rewrite.source_id, rewrite.attribute, rewrite.sent, rewrite.seen,
      static_cast<std::int64_t>(rewrite.count), rewrite.at,
      static_cast<std::int64_t>(rewrite.taken), std::string(to_string(rewrite.cause)));
}

void Store::drop_rewrites(const std::string& target, const std::string& source_id) {
  impl_->exec("DELETE FROM rewrites WHERE target = ? AND source_id = ?", target, source_id);
}

void Store::drop_rewrite(const std::string& target, const std::string& source_id,
                         const std::string& attribute) {
  impl_->exec("DELETE FROM rewrites WHERE target = ? AND source_id = ? AND attribute = ?", target,
              source_id, attribute);
}

}  // namespace usher
