#include "daemon/service/schedule.h"

#include <algorithm>
#include <utility>

namespace usher {
namespace {

constexpr double kMostJitter = 0.1;
constexpr int kMostDoublings = 3;

}  // namespace

struct Schedule::Entry {
  Timing timing;
  Time due;
  Time started;
  bool runs = false;
  bool again = false;  ///< at once after the present run: its configuration is not the one of now
  int failures = 0;    ///< in a row
};

Schedule::Schedule(Jitter jitter) : jitter_(std::move(jitter)) {}
Schedule::~Schedule() = default;

Schedule::Entry* Schedule::find(const std::string& target) {
  const auto at =
      std::ranges::find(entries_, target, [](const Entry& e) { return e.timing.target; });
  return at == entries_.end() ? nullptr : &*at;
}

void Schedule::configure(const std::vector<Timing>& timings, Time now) {
  std::vector<Entry> entries;
  for (const Timing& timing : timings) {
    const Entry* known = find(timing.target);
    Entry entry = known != nullptr ? *known : Entry{timing, now, now};
    if (known != nullptr) {
      const bool is_changed = known->timing.revision != timing.revision || known->failures > 0;
      entry.again = entry.runs && (is_changed || known->again);
      entry.failures = 0;
      entry.due = is_changed ? now : std::min(known->due, now + timing.every);
    }
    entry.timing = timing;
    entries.push_back(std::move(entry));
  }
  entries_ = std::move(entries);
}

std::optional<std::string> Schedule::start_next(Time now) {
  Entry* next = nullptr;
  for (Entry& entry : entries_) {
    if (entry.runs || entry.due > now) continue;
    if (next == nullptr || entry.due < next->due) next = &entry;
  }
  if (next == nullptr) return std::nullopt;
  next->runs = true;
  next->started = now;
  return next->timing.target;
}

void Schedule::finish(const std::string& target, Ending ending) {
  Entry* entry = find(target);
  if (entry == nullptr || !entry->runs) return;
  entry->runs = false;
  if (ending == Ending::kFailed) ++entry->failures;
  if (ending == Ending::kGood || ending == Ending::kPartly) entry->failures = 0;
  const bool at_once = std::exchange(entry->again, false);
  if (at_once) entry->failures = 0;
  entry->due = at_once ? entry->started : next_after(*entry);
}

Schedule::Time Schedule::next_after(const Entry& entry) const {
  const int factor = 1 << std::min(entry.failures, kMostDoublings);
  const std::chrono::duration<double> pause =
      entry.timing.every * factor * (1 + kMostJitter * jitter_());
  return entry.started + std::chrono::duration_cast<Time::duration>(pause);
}

std::optional<Schedule::Time> Schedule::next_due() const {
  std::optional<Time> next;
  for (const Entry& entry : entries_) {
    if (!entry.runs && (!next || entry.due < *next)) next = entry.due;
  }
  return next;
}

}  // namespace usher
