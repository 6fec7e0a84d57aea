#include "daemon/engine/reservations.h"

namespace usher {

std::unique_ptr<Reservations::Ticket> Reservations::begin() {
  const std::scoped_lock lock(mutex_);
  active_.insert(next_);
  return std::make_unique<Ticket>(*this, next_++);
}

Reservations::Ticket::~Ticket() {
  all_.end(run_);
}

void Reservations::Ticket::reserve(const std::function<Reserved(const Reserved& others)>& plan) {
  const std::scoped_lock lock(all_.mutex_);
  all_.entries_[run_] = {plan(all_.seen_by(run_)), std::nullopt};
}

Reserved Reservations::seen_by(std::uint64_t run) const {
  Reserved seen;
  for (const auto& [other, entry] : entries_) {
    if (!entry.ended) {
      for (const auto& [source, count] : entry.reserved.removals) seen.removals[source] += count;
    }
    if (!entry.ended || *entry.ended > run) {
      seen.creations.insert(entry.reserved.creations.begin(), entry.reserved.creations.end());
    }
  }
  return seen;
}

void Reservations::end(std::uint64_t run) {
  const std::scoped_lock lock(mutex_);
  active_.erase(run);
  if (const auto at = entries_.find(run); at != entries_.end()) at->second.ended = next_;
  // Who begins from now on sees in its own lists what the ended ones did.
  const std::uint64_t oldest = active_.empty() ? next_ : *active_.begin();
  std::erase_if(entries_, [&](const auto& entry) {
    return entry.second.ended && *entry.second.ended <= oldest;
  });
}

}  // namespace usher
