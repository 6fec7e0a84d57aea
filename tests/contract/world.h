#pragma once

#include <set>
#include <stdexcept>

#include "connectors/error.h"
#include "connectors/http/client.h"
#include "tests/connectors/recording.h"
#include "tests/connectors/stage.h"
#include "tests/contract/contract.h"

namespace usher::contract {

/// What a target with these settings declares.
[[nodiscard]] Capabilities capabilities_of(const Subject& subject);

/// A list as it was read.
struct Seen {
  std::vector<Account> accounts;
  Receipt receipt;

  [[nodiscard]] const Account* find(std::string_view key) const;
  [[nodiscard]] std::size_t count(std::string_view key) const;
};

/// One target in front of its fake, over real HTTP. Time passes only when somebody waits.
class World {
 public:
  World(const Subject& subject, int people);

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] const Capabilities& can() const { return target_->capabilities(); }
  [[nodiscard]] Target& target() { return *target_; }
  [[nodiscard]] usher::test::Stage& stage() { return stage_; }
  [[nodiscard]] Clock& clock() { return clock_; }

  /// The same target once more, as another program would have it.
  [[nodiscard]] std::unique_ptr<Target> another(HttpContext& http);
  /// A target with one setting changed, in place of the one that is there.
  void change_setting(std::string_view name, SettingValues::Stored value);

  /// Throws ConnectorError.
  [[nodiscard]] Seen list();
  [[nodiscard]] std::size_t requests();

  /// Desired account of a person, as the target keeps it.
  [[nodiscard]] Account person(int number) const;
  [[nodiscard]] Change creation(int number) const;
  /// A change of the account that person `number` has now.
  [[nodiscard]] Change change(Action action, int number);

  /// What the engine does with one change: sends it, looks up what became of it where the answer
  /// was lost, and tries again where it certainly was not carried out. Throws the ConnectorError
  /// that is left, and std::runtime_error when nobody can tell what happened.
  Applied carry_out(const Change& change);

 private:
  [[nodiscard]] std::optional<Applied> look_up(const Change& change,
                                               const usher::test::RecordingSteps& steps);

  const Subject& subject_;
  usher::test::JumpingClock clock_;
  usher::test::Stage stage_;
  HttpContext http_{clock_};
  SettingValues values_;
  std::unique_ptr<Target> target_;
};

}  // namespace usher::contract
