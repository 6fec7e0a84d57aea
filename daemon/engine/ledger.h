#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/target.h"
#include "daemon/engine/planner.h"

namespace usher {

struct ApplyContext;

/// Links and journal of one target while its changes are carried out: every success is one
/// transaction that closes the operation and brings the link up to date.
class Ledger {
 public:
  /// `target` and `context` must outlive the ledger.
  Ledger(const TargetPlan& target, const ApplyContext& context);

  /// The change was carried out. `operation` 0: nothing was sent, so nothing was journalled yet.
  void settle_applied(std::int64_t operation, const Candidate& candidate,
                      const std::string& remote_id);
  void settle_failed(std::int64_t operation, const Candidate& candidate);
  /// Writes what the journal of an earlier run, or a read-back, has told.
  void settle(const Resolution& resolution);
  /// Links an account that turned out to be there already.
  void adopt(const Change& change, const std::string& remote_id);
  /// Completes a link that was made before the target told its tenancy, or whose tenancy was
  /// cleared.
  void learn_tenancy(const Link& planned);
  void keep_book(const std::string& source_id, Bookkeeping bookkeeping);

  /// The other target of this workspace that owns the account; empty: none does.
  [[nodiscard]] std::string sibling_with(const std::string& remote_id) const;

  [[nodiscard]] std::string source_of(const std::string& source_id) const;
  [[nodiscard]] std::int64_t now() const;

 private:
  [[nodiscard]] Link link_of(const std::string& source_id) const;
  /// What is wanted now is what the link was last in order with.
  void take_digests(Link& link) const;
  void update_link(const Change& change, const std::string& remote_id);
  void forget(const std::string& source_id);
  void free_remote_id(const Link& link);

  const TargetPlan& target_;
  const ApplyContext& context_;
};

/// The `Steps` of one request's changes: rows of the journal, on disk before the request leaves.
class JournalSteps : public Steps {
 public:
  /// `ledger`, `context` and what `candidates` points to must outlive the object. `done`: the steps
  /// that an earlier try has confirmed.
  JournalSteps(const Ledger& ledger, const ApplyContext& context, std::string target,
               std::vector<const Candidate*> candidates, std::vector<std::string> done);

  [[nodiscard]] bool is_done(std::string_view step) const override;
  void intend(std::string_view step, std::string_view context) override;
  void done(std::string_view step, std::string_view remote_id) override;

  /// One per candidate; empty while nothing was intended.
  [[nodiscard]] const std::vector<std::int64_t>& operations() const { return operations_; }
  [[nodiscard]] const std::vector<std::string>& done_steps() const { return done_; }

 private:
  const Ledger& ledger_;
  const ApplyContext& context_;
  std::string target_;
  std::vector<const Candidate*> candidates_;
  std::vector<std::int64_t> operations_;
  std::vector<std::string> done_;
};

}  // namespace usher
