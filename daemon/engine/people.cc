#include "daemon/engine/people.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "connectors/source.h"
#include "daemon/store/store.h"
#include "mapping/mapper.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::uint64_t kCollapsePercent = 70;
constexpr std::uint64_t kCollapseCount = 10;

class Collector : public PersonSink {
 public:
  Collector(SourceReading& reading, ReadProgress progress)
      : reading_(reading), progress_(std::move(progress)) {}

  void person(Person person) override {
    progress_.count();
    if (person.has_groups || person.find("groups") != nullptr) reading_.tells_groups = true;
    const auto [at, is_new] = reading_.by_id.try_emplace(person.source_id, reading_.people.size());
    if (is_new) {
      reading_.people.push_back(std::move(person));
      return;
    }
    // Which of the two is right nobody can know, so neither is believed.
    Person& first = reading_.people[at->second];
    const std::string fault =
        fmt::format("the id {} stands twice: at {} and at {}; nothing is changed for it",
                    escape_for_display(person.source_id), first.where, person.where);
    first.fault = first.fault.empty() ? fault : first.fault + "; " + fault;
  }

  void problem(Problem problem) override { reading_.report.problems.push_back(std::move(problem)); }

 private:
  SourceReading& reading_;
  ReadProgress progress_;
};

void judge_sentinels(SourceReading& reading) {
  for (const std::string& sentinel : reading.config->sentinels) {
    if (reading.by_id.contains(sentinel)) continue;
    reading.report.receipt.incomplete(
        fmt::format("sentinel {} was not among the people read", escape_for_display(sentinel)));
  }
}

/// What accepts the count as it is, once. Empty where that would not do: a read that is short for
/// another reason stays incomplete, and the rest may still come.
std::string acceptance_of(const SourceReading& reading) {
  if (!reading.report.receipt.complete()) return {};
  return fmt::format("`usher apply --accept-count {}={}`", reading.report.name,
                     reading.people.size());
}

void judge_parts(SourceReading& reading, const std::optional<SourceMemory>& memory,
                 const std::string& acceptance) {
  if (!memory || !reading.config->parts_stable) return;
  const auto& parts = reading.report.receipt.parts;
  const std::string cure =
      acceptance.empty() ? "" : fmt::format("if it is gone for good run {}, and ", acceptance);
  for (const std::string& part : memory->parts) {
    if (std::ranges::find(parts, part) != parts.end()) continue;
    reading.report.receipt.incomplete(fmt::format(
        "{} was there in the last complete read and is missing; {}set `files: any` where names "
        "change",
        part, cure));
  }
}

void judge_count(SourceReading& reading, const std::optional<SourceMemory>& memory,
                 const std::string& acceptance) {
  const std::uint64_t now = reading.people.size();
  const std::uint64_t before = memory ? memory->people : 0;
  const std::string cure =
      acceptance.empty() ? "" : fmt::format("; if that is right, {} accepts it once", acceptance);
  if (now == 0) {
    reading.report.receipt.incomplete("nobody was read" + cure);
  } else if (now * 100 < before * kCollapsePercent && before - now >= kCollapseCount) {
    reading.report.receipt.incomplete(
        fmt::format("{} people were read, {} in the last complete read (under {} %){}", now, before,
                    kCollapsePercent, cure));
  }
}

void report_faults(SourceReading& reading) {
  for (const Person& person : reading.people) {
    if (person.fault.empty()) {
      ++reading.report.people;
      continue;
    }
    ++reading.report.unknown;
    reading.report.problems.push_back(
        {Severity::kError, person.source_id, person.where, person.fault});
  }
}

}  // namespace

void SourceReading::fail(const std::string& why) {
  report.failed = true;
  report.receipt.incomplete(why);
  report.problems.push_back({Severity::kError, "", config->where, why});
}

SourceReading::Index SourceReading::index(const std::string& path) const {
  Index index;
  for (std::size_t i = 0; i < people.size(); ++i) {
    const PersonSubject subject(people[i]);
    if (!people[i].fault.empty() || subject.is_unknown(path)) {
      index.anybody.push_back(i);
      continue;
    }
    const Texts* values = subject.values(path);
    for (const std::string& value : values != nullptr ? *values : Texts{})
      index.by_value[fold_key(value)].push_back(i);
  }
  return index;
}

std::vector<std::size_t> SourceReading::candidates(const Filter::Equality& equality) const {
  auto known = indices_.find(equality.path);
  if (known == indices_.end()) known = indices_.emplace(equality.path, index(equality.path)).first;
  std::vector<std::size_t> found = known->second.anybody;
  const auto at = known->second.by_value.find(equality.text);
  if (at != known->second.by_value.end())
    found.insert(found.end(), at->second.begin(), at->second.end());
  std::ranges::sort(found);
  return found;
}

const Person* SourceReading::find(const std::string& source_id) const {
  const auto at = by_id.find(source_id);
  return at == by_id.end() ? nullptr : &people[at->second];
}

SourceReading read_people(const SourceConfig& config, Source& source,
                          const std::optional<SourceMemory>& memory,
                          std::optional<std::uint64_t> accepted, const ProgressSink& progress) {
  SourceReading reading;
  reading.config = &config;
  reading.report.name = config.name;
  Collector collector(reading, {progress, "reading " + config.name,
                                memory ? static_cast<std::size_t>(memory->people) : 0});
  try {
    reading.report.receipt = source.read(collector);
  } catch (const ConnectorError& error) {
    reading.fail(error.what());
    return reading;
  }
  report_faults(reading);
  judge_sentinels(reading);
  if (accepted != reading.people.size()) {
    const std::string acceptance = acceptance_of(reading);
    judge_parts(reading, memory, acceptance);
    judge_count(reading, memory, acceptance);
  }
  return reading;
}

}  // namespace usher
