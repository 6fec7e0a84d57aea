#include "tests/contract/world.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapping/text.h"

namespace usher::contract {
namespace {

constexpr int kTries = 3;
constexpr std::int64_t kTimeoutMs = 300;  // real time: a fake that holds an answer back must end

}  // namespace

Capabilities capabilities_of(const Subject& subject) {
  usher::test::JumpingClock clock;
  HttpContext http(clock);
  SettingValues values = subject.settings();
  values.set("url", std::string("http://127.0.0.1:1"));  // nobody is asked
  return subject.kind->make(values, http)->capabilities();
}

const Account* Seen::find(std::string_view key) const {
  const auto at = std::ranges::find_if(accounts, [&](const Account& account) {
    return fold_key(account.key) == fold_key(key) || account.remote_id == key;
  });
  return at == accounts.end() ? nullptr : &*at;
}

std::size_t Seen::count(std::string_view key) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      accounts, [&](const Account& account) { return fold_key(account.key) == fold_key(key); }));
}

World::World(const Subject& subject, int people)
    : subject_(subject),
      stage_(subject.apis(), {.seed = subject.seed(people).dump(), .clock = &clock_}),
      values_(subject.settings()) {
  values_.set("url", stage_.url(subject.api));
  values_.set("rate", std::string("off"));
  values_.set("timeout", kTimeoutMs);
  target_ = subject.kind->make(values_, http_);
}

std::unique_ptr<Target> World::another(HttpContext& http) {
  return subject_.kind->make(values_, http);
}

void World::change_setting(std::string_view name, SettingValues::Stored value) {
  values_.set(name, std::move(value));
  target_ = subject_.kind->make(values_, http_);
}

Seen World::list() {
  usher::test::CollectingSink sink;
  Listing listing = target_->list(sink);
  return {std::move(sink.accounts), std::move(listing.receipt)};
}

std::size_t World::requests() {
  return stage_.requests("").size();
}

Account World::person(int number) const {
  return target_->canonical(subject_.person(number));
}

Change World::creation(int number) const {
  const Account desired = person(number);
  Change change;
  change.action = can().creation;
  change.cause = Cause::kJoiner;
  change.source_id = "P" + std::to_string(number);
  change.key = desired.key;
  change.after = desired.fields;
  change.sends_mail = can().creation_mails;
  for (const auto& [name, value] : desired.fields) change.fields.push_back(name);
  return change;
}

Change World::change(Action action, int number) {
  const Seen seen = list();
  const Account* account = seen.find(person(number).key);
  if (account == nullptr) throw std::runtime_error("person " + std::to_string(number) + " is gone");
  Change change;
  change.action = action;
  change.source_id = "P" + std::to_string(number);
  change.remote_id = account->remote_id;
  change.key = account->key;
  change.before = account->fields;
  return change;
}

std::optional<Applied> World::look_up(const Change& change,
                                      const usher::test::RecordingSteps& steps) {
  std::string step = steps.log.empty() ? std::string() : steps.log.back();
  step = step.substr(0, step.find_first_of("?="));
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
  const Lookup found = target_->recover({{change}, step, steps.last_context, now}).at(0);
  if (found.presence == Presence::kPresent)
    return Applied{found.account.remote_id, found.account, {}};
  if (found.presence == Presence::kAbsent) return std::nullopt;
  throw std::runtime_error("nobody can tell what became of " + change.key);
}

Applied World::carry_out(const Change& change) {
  for (int tries = 1;; ++tries) {
    usher::test::RecordingSteps steps;
    try {
      return target_->apply({&change, 1}, steps).at(0);
    } catch (const ConnectorError& error) {
      const bool is_open = error.kind == ErrorKind::kUnknownOutcome && !steps.log.empty();
      if (is_open) {
        if (auto done = look_up(change, steps)) return *done;
      } else if (error.kind == ErrorKind::kConflict && is_creation(change)) {
        const Lookup found = target_->find({"", change.key});
        if (found.presence == Presence::kPresent)
          return {found.account.remote_id, found.account, {}};
        throw;
      } else if (error.kind != ErrorKind::kTransient) {
        throw;
      }
      if (tries == kTries) throw;
    }
  }
}

}  // namespace usher::contract
