#include "tests/contract/world.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapping/difference.h"
#include "mapping/text.h"
#include "tests/contract/watch.h"

namespace usher::contract {
namespace {

using nlohmann::json;

constexpr int kTries = 3;
constexpr std::int64_t kTimeoutMs = 300;  // real time: a fake that holds an answer back must end

void erase_members(json& value, const std::vector<std::string>& names) {
  if (!value.is_structured()) return;
  for (const std::string& name : names) {
    if (value.is_object()) value.erase(name);
  }
  for (json& inner : value) erase_members(inner, names);
}

bool is_named(const Account& account, std::string_view name) {
  return account.remote_id == name ||
         (!account.key.empty() && fold_key(account.key) == fold_key(name));
}

}  // namespace

Capabilities capabilities_of(const Subject& subject) {
  usher::test::JumpingClock clock;
  HttpContext http(clock);
  SettingValues values = subject.settings();
  values.set("url", std::string("http://127.0.0.1:1"));  // nobody is asked
  return subject.kind->make(values, http)->capabilities();
}

const Account* Seen::find(std::string_view name) const {
  const auto at =
      std::ranges::find_if(accounts, [&](const Account& each) { return is_named(each, name); });
  return at == accounts.end() ? nullptr : &*at;
}

std::size_t Seen::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(accounts, [&](const Account& each) { return is_named(each, name); }));
}

bool Seen::tells(std::string_view attribute) const {
  return std::ranges::any_of(allowed, [&](const auto& each) { return each.first == attribute; });
}

World::World(const Subject& subject, int people)
    : subject_(subject),
      stage_(subject.apis(),
             {.seed = subject.seed(people).dump(), .switches = subject.switches, .clock = &clock_}),
      values_(subject.settings()) {
  values_.set("url", stage_.url(subject.api));
  for (const auto& [setting, place] : subject.places) {
    values_.set(setting, stage_.url(place.first) + place.second);
  }
  values_.set("rate", std::string("off"));
  values_.set("timeout", kTimeoutMs);
  restart();
}

std::int64_t World::now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
}

std::unique_ptr<Target> World::another(HttpContext& http) {
  return subject_.kind->make(values_, http);
}

void World::change_setting(std::string_view name, SettingValues::Stored value) {
  values_.set(name, std::move(value));
  restart();
}

void World::restart() {
  target_ = subject_.kind->make(values_, http_);
}

Seen World::list() {
  usher::test::CollectingSink sink;
  Listing listing = target_->list(sink);
  if (!first_ids_) {
    first_ids_.emplace();
    for (const Account& account : sink.accounts) {
      if (account.untouchable.empty()) first_ids_->push_back(account.remote_id);
    }
  }
  return {std::move(sink.accounts), std::move(listing.receipt), std::move(listing.allowed)};
}

std::size_t World::requests() {
  return stage_.requests("").size();
}

json World::state() {
  json state = stage_.state();
  for (const char* name : {"requests", "held", "faults", "switches"}) state.erase(name);
  erase_members(state, subject_.counters);
  return state;
}

std::size_t World::mails(std::string_view address) {
  std::size_t count = 0;
  for (const json& entry : stage_.log()) {
    const bool is_theirs = fold_key(entry.value("address", "")) == fold_key(address);
    if (is_theirs && entry.at("handled") == true && entry.at("status") < 300) ++count;
  }
  return count;
}

Account World::person(int number) const {
  return target_->canonical(subject_.person(number));
}

const Account* World::find(const Seen& seen, int number) const {
  if (!can().key.empty()) return seen.find(person(number).key);
  const auto at = static_cast<std::size_t>(number - 1);
  if (first_ids_ && at < first_ids_->size()) return seen.find(first_ids_->at(at));
  const auto is_new = [&](const Account& account) {
    return account.untouchable.empty() &&
           (!first_ids_ || std::ranges::count(*first_ids_, account.remote_id) == 0);
  };
  const auto found = std::ranges::find_if(seen.accounts, is_new);
  return found == seen.accounts.end() ? nullptr : &*found;
}

std::size_t World::count(const Seen& seen, int number) const {
  if (!can().key.empty()) return seen.count(person(number).key);
  const auto at = static_cast<std::size_t>(number - 1);
  if (first_ids_ && at < first_ids_->size()) return seen.count(first_ids_->at(at));
  return static_cast<std::size_t>(std::ranges::count_if(seen.accounts, [&](const Account& each) {
    return each.untouchable.empty() &&
           (!first_ids_ || std::ranges::count(*first_ids_, each.remote_id) == 0);
  }));
}

Change World::creation(int number) const {
  return creation(number, person(number));
}

Change World::creation(int number, const Account& desired) const {
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
  const Account* account = find(seen, number);
  if (account == nullptr) throw std::runtime_error("person " + std::to_string(number) + " is gone");
  Change change;
  change.action = action;
  change.source_id = "P" + std::to_string(number);
  change.remote_id = account->remote_id;
  change.key = account->key;
  change.before = account->fields;
  return change;
}

Change World::update(int number, const std::string& name, const Value& value) {
  Change change = this->change(Action::kUpdate, number);
  change.fields = {name};
  change.after = change.before;
  change.after->set(name, value);
  return change;
}

std::optional<std::vector<Applied>> World::look_up(std::span<const Change> changes,
                                                   const Watch& watch) {
  const Unsettled operation = watch.unsettled(changes);
  const bool is_fresh = now() - operation.intended_at < can().consistency.count();
  std::vector<Applied> applied;
  std::size_t absent = 0;
  for (const Lookup& found : target_->recover(operation)) {
    if (found.presence == Presence::kPresent) {
      if (is_creation(operation.changes.front())) bring_in_line(changes.front(), found.account);
      applied.push_back({found.account.remote_id, found.account, {}});
    } else if (found.presence == Presence::kUnknown || is_fresh) {
      throw Undecided("nobody can tell what became of " + operation.changes.front().key);
    } else {
      ++absent;
    }
  }
  if (absent == 0) return applied;
  if (absent == changes.size()) return std::nullopt;
  throw Undecided("a part of the batch was carried out");
}

void World::bring_in_line(const Change& creation, const Account& found) {
  Account desired;
  desired.fields = *creation.after;
  Change rest = creation;
  rest.action = Action::kUpdate;
  rest.remote_id = found.remote_id;
  rest.before = found.fields;
  rest.fields = differing_fields(desired, {}, found, can());
  if (!rest.fields.empty()) (void)carry_out(rest);
}

Applied World::carry_out(const Change& change) {
  return carry_out({&change, 1}).at(0);
}

std::vector<Applied> World::carry_out(std::span<const Change> changes) {
  for (int tries = 1;; ++tries) {
    Watch watch(*this);
    try {
      std::vector<Applied> applied = target_->apply(changes, watch);
      watch.end(nullptr);
      return applied;
    } catch (const ConnectorError& error) {
      watch.end(&error);
      const bool is_open = error.kind == ErrorKind::kUnknownOutcome && watch.was_begun();
      if (is_open) {
        if (auto done = look_up(changes, watch)) return *done;
      } else if (error.kind == ErrorKind::kConflict && is_creation(changes.front())) {
        const Lookup found = target_->find({"", changes.front().key});
        if (found.presence != Presence::kPresent) throw;
        return {{found.account.remote_id, found.account, {}}};
      } else if (error.kind != ErrorKind::kTransient) {
        throw;
      }
      if (tries == kTries) throw;
    }
  }
}

}  // namespace usher::contract
