#pragma once

#include <optional>
#include <stdexcept>

#include "connectors/error.h"
#include "connectors/http/client.h"
#include "tests/connectors/recording.h"
#include "tests/connectors/stage.h"
#include "tests/contract/contract.h"

namespace usher::contract {

class Watch;

/// What a target with these settings declares.
[[nodiscard]] Capabilities capabilities_of(const Subject& subject);

/// A list as it was read.
struct Seen {
  std::vector<Account> accounts;
  Receipt receipt;
  std::vector<std::pair<std::string, Texts>> allowed;

  /// Whether the provider names the values that an attribute can have.
  [[nodiscard]] bool tells(std::string_view attribute) const;
  /// By remote id or key; null: not there.
  [[nodiscard]] const Account* find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
};

/// Nobody can tell yet what became of a change: the engine would look again in the next run.
class Undecided : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One target in front of its fake, over real HTTP. Time passes only when somebody waits.
///
/// People have numbers. Where accounts carry nothing of them, those that the first list shows
/// belong to 1, 2, 3 … in its order, and whoever comes later belongs to any other number.
class World {
 public:
  World(const Subject& subject, int people);

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] const Capabilities& can() const { return target_->capabilities(); }
  [[nodiscard]] Target& target() { return *target_; }
  [[nodiscard]] usher::test::Stage& stage() { return stage_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] std::int64_t now() const;  ///< seconds since the epoch

  /// The same target once more, as another program would have it.
  [[nodiscard]] std::unique_ptr<Target> another(HttpContext& http);
  /// The target as a new process has it: it has learned nothing yet.
  void restart();
  /// The same with one setting changed.
  void change_setting(std::string_view name, SettingValues::Stored value);

  /// Throws ConnectorError.
  [[nodiscard]] Seen list();
  [[nodiscard]] std::size_t requests();
  /// What the fake holds, but for what merely reading changes.
  [[nodiscard]] nlohmann::json state();
  /// How many creations and invitations of this address were carried out.
  [[nodiscard]] std::size_t mails(std::string_view address);

  /// Desired account of a person, as the target keeps it.
  [[nodiscard]] Account person(int number) const;
  /// The account that is theirs; null: there is none.
  [[nodiscard]] const Account* find(const Seen& seen, int number) const;
  /// How many are theirs.
  [[nodiscard]] std::size_t count(const Seen& seen, int number) const;

  [[nodiscard]] Change creation(int number) const;
  [[nodiscard]] Change creation(int number, const Account& desired) const;
  /// A change of the account that a person has now.
  [[nodiscard]] Change change(Action action, int number);
  [[nodiscard]] Change update(int number, const std::string& name, const Value& value);

  /// What the engine does with one change, or a batch: sends it, looks up what became of it where
  /// the answer was lost, and tries again where it certainly was not carried out. Of a creation in
  /// several steps that was cut, the next plan does the rest. Throws the ConnectorError that is
  /// left, and Undecided.
  Applied carry_out(const Change& change);
  std::vector<Applied> carry_out(std::span<const Change> changes);

 private:
  [[nodiscard]] std::optional<std::vector<Applied>> look_up(std::span<const Change> changes,
                                                            const Watch& watch);
  void bring_in_line(const Change& creation, const Account& found);

  const Subject& subject_;
  usher::test::JumpingClock clock_;
  usher::test::Stage stage_;
  HttpContext http_{clock_};
  SettingValues values_;
  std::unique_ptr<Target> target_;
  std::optional<std::vector<std::string>> first_ids_;  ///< free accounts of the first list
};

}  // namespace usher::contract
