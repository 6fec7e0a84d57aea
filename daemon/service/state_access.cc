#include "daemon/service/state_access.h"

#include <fmt/format.h>

#include <utility>

#include "connectors/clock.h"
#include "daemon/service/log.h"
#include "daemon/store/lock.h"
#include "daemon/store/store.h"

namespace usher {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};

}  // namespace

StateLease::StateLease(StateAccess& access, std::unique_ptr<Store> store)
    : access_(access), store_(std::move(store)) {}

StateLease::~StateLease() {
  access_.leave(std::move(store_));
}

StateAccess::StateAccess(std::string state_path, Clock& clock, Log& log)
    : path_(std::move(state_path)), clock_(clock), log_(log) {}

StateAccess::~StateAccess() = default;

std::unique_ptr<StateLease> StateAccess::enter(const std::stop_token& stop) {
  do {
    if (stop.stop_requested()) return nullptr;
    if (!try_enter()) continue;
    try {
      return std::make_unique<StateLease>(*this, take_store());
    } catch (...) {
      leave(nullptr);
      throw;
    }
  } while (clock_.sleep_for(kLookAgain, stop));
  return nullptr;
}

bool StateAccess::try_enter() {
  const std::scoped_lock lock(mutex_);
  const Time now = clock_.steady();
  const bool is_turn_over = now - turn_began_ >= kTurn;
  if (holders_ == 0) {
    const bool is_gap_over = !left_at_ || now - *left_at_ >= kGap;
    if ((is_turn_over && !is_gap_over) || !try_lock()) return false;
    if (is_gap_over) turn_began_ = now;
  } else if (is_turn_over) {
    return false;
  }
  ++holders_;
  return true;
}

bool StateAccess::try_lock() {
  try {
    lock_ = std::make_unique<StateLock>(path_, ".lock", std::chrono::milliseconds(0));
    has_said_so_ = false;
    return true;
  } catch (const LockedError&) {
    if (!std::exchange(has_said_so_, true)) {
      log_.notice(fmt::format(
          "{}: another usher is applying on this state; the runs that are due wait for it", path_));
    }
    return false;
  }
}

std::unique_ptr<Store> StateAccess::take_store() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Store> store = std::move(idle_.back());
      idle_.pop_back();
      return store;
    }
  }
  return std::make_unique<Store>(path_, Store::Access::kWrite);
}

void StateAccess::leave(std::unique_ptr<Store> store) {
  const std::scoped_lock lock(mutex_);
  if (store) idle_.push_back(std::move(store));
  if (--holders_ > 0) return;
  idle_.clear();
  lock_.reset();
  left_at_ = clock_.steady();
}

}  // namespace usher
