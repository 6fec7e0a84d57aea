#include "daemon/engine/claims.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "daemon/engine/identity.h"
#include "mapping/text.h"

namespace usher {
namespace {

std::string short_digest(std::string_view text) {
  return fmt::format("{:08x}", XXH3_64bits(text.data(), text.size()) >> 32U);
}

/// One entry per attribute, so that a mapping which reads one more is not taken for another person.
std::string digest_of_person(const Person& person, const Texts& variables) {
  std::string digest;
  for (const std::string& name : variables) {
    std::string values;
    if (const Texts* read = person.find(name)) {
      for (const std::string& value : *read) values += value + '\x1d';
    }
    if (!digest.empty()) digest += ',';
    digest += short_digest(ascii_lower(name)) + '=' + short_digest(values);
  }
  return digest;
}

/// `department eq "Sales" (is: Legal)`: the comparisons that keep a person out of the scope.
std::string what_fails(const Filter& scope, const PersonSubject& subject) {
  std::string text;
  for (const Filter::Step& step : scope.explain(subject)) {
    if (step.truth == Truth::kTrue) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} (is: {})", step.text, escape_for_display(step.actual));
  }
  return text;
}

/// What people call somebody whose account carries nothing of them.
std::string label_of(const Account& desired, const Capabilities& can) {
  for (const AttributeSpec& spec : can.attributes) {
    const Value* value = spec.local ? desired.fields.find(spec.name) : nullptr;
    if (value != nullptr) return to_text(*value);
  }
  return {};
}

class ClaimMaker {
 public:
  ClaimMaker(const PlanRequest& request, const std::string& clock_doubt,
             const std::vector<Link>& links, const std::set<std::string>& uncertain,
             const std::string& last_hash)
      : request_(request),
        config_(request.config),
        clock_doubt_(clock_doubt),
        uncertain_(uncertain),
        last_hash_(last_hash.empty() ? request.config.hash : last_hash),
        stored_(request.store.absences(request.config.name)) {
    for (const Link& link : links) links_.emplace(link.source_id, &link);
  }

  Claims run() {
    for (std::size_t rank = 0; rank < config_.sources.size(); ++rank) {
      const SourceReading& reading = request_.sources.at(config_.sources[rank]);
      const auto equality = config_.scope ? config_.scope->necessary_equality() : std::nullopt;
      if (equality) {
        add_some(reading, rank, reading.candidates(*equality));
      } else {
        for (const Person& person : reading.people) add_person(reading, person, rank);
      }
    }
    for (const auto& [source_id, link] : links_) {
      if (!seen_.contains(source_id)) add_missing(*link);
    }
    add_uncertain();
    return std::move(result_);
  }

 private:
  /// `wanted`, and everybody else whom the target knows; the rest are outside the scope for sure.
  void add_some(const SourceReading& reading, std::size_t rank, std::vector<std::size_t> wanted) {
    const std::string prefix = qualified_id(config_, reading.config->name, "");
    const auto add = [&](std::string_view source_id) {
      if (!source_id.starts_with(prefix)) return;
      const auto at = reading.by_id.find(std::string(source_id.substr(prefix.size())));
      if (at != reading.by_id.end()) wanted.push_back(at->second);
    };
    for (const auto& [source_id, link] : links_) add(source_id);
    for (const std::string& source_id : uncertain_) add(source_id);
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (const std::size_t i : wanted) add_person(reading, reading.people[i], rank);
    result_.out_of_scope += reading.people.size() - wanted.size();
  }

  void add_person(const SourceReading& reading, const Person& person, std::size_t rank) {
    Claim claim;
    claim.source_id = qualified_id(config_, reading.config->name, person.source_id);
    claim.source = reading.config->name;
    claim.source_rank = rank;
    claim.where = person.where;
    const bool is_linked = links_.contains(claim.source_id);
    if (is_linked) seen_.insert(claim.source_id);

    const PersonSubject subject(person);
    if (!person.fault.empty()) {
      claim.standing.why = person.fault;
    } else if (const auto why = uncertain_why(claim.source_id); !why.empty()) {
      claim.standing.why = why;
    } else {
      switch (config_.scope ? config_.scope->evaluate(subject) : Truth::kTrue) {
        case Truth::kTrue:
          want(claim, person, *reading.config);
          break;
        case Truth::kFalse:
          ++result_.out_of_scope;
          if (!is_linked) return;  // never had an account from us, and is to have none
          leave_scope(claim, subject, reading.report.receipt.complete());
          break;
        case Truth::kUnknown:
          claim.standing.why = "an attribute that decides the scope was not completely read";
          break;
      }
    }
    // An incomplete read neither counts nor resets.
    if (reading.report.receipt.complete()) reset_absence(claim);
    result_.claims.push_back(std::move(claim));
  }

  /// Who is in no source any more, and may or may not have got an account from us.
  void add_uncertain() {
    std::set<std::string> unclaimed = uncertain_;
    for (const Claim& claim : result_.claims) unclaimed.erase(claim.source_id);
    for (const std::string& source_id : unclaimed) {
      Claim claim;
      claim.source_id = source_id;
      claim.standing.why = uncertain_why(source_id);
      result_.claims.push_back(std::move(claim));
    }
  }

  [[nodiscard]] std::string uncertain_why(const std::string& source_id) const {
    if (!uncertain_.contains(source_id)) return {};
    return fmt::format(
        "the outcome of an earlier request for this person is not known, and nothing is sent "
        "before "
        "it is. Every run looks again; where only a human can tell, `usher links move {0} --target "
        "{1} --account ID` says that it was carried out, `usher links drop {0} --target {1}` that "
        "it was not",
        escape_for_display(source_id), config_.name);
  }

  void want(Claim& claim, const Person& person, const SourceConfig& source) {
    const Capabilities& can = request_.target.capabilities();
    Desired desired = config_.mapper.desired(person);
    Standing& standing = claim.standing;
    standing.presence = Presence::kPresent;
    standing.why = config_.scope ? "is in scope" : "is in source '" + source.name + "'";
    standing.unread = std::move(desired.unread);
    standing.desired = request_.target.canonical(std::move(desired.account));
    if (can.key.empty()) standing.desired.key = label_of(standing.desired, can);
    standing.person_digest = digest_of_person(person, config_.mapper.variables());
    if (!standing.unread.empty()) {
      standing.presence = Presence::kUnknown;
      standing.why = fmt::format("{} was not completely read", fmt::join(standing.unread, ", "));
    }
    if (!desired.faults.empty()) claim.fault = fmt::format("{}", fmt::join(desired.faults, "; "));
    result_.memos.emplace(
        claim.source_id,
        Memo{claim.source, source.id_attribute,
             desired_digest_of(standing.desired, can, config_.policy.settings_hash),
             standing.person_digest, name_digest_of(standing.desired, can)});
  }

  /// Leaving by a value that was read is evidence; leaving because an attribute is absent is only
  /// an absence, which is counted.
  void leave_scope(Claim& claim, const PersonSubject& subject, bool is_complete) {
    const bool by_value = !config_.scope->false_by_absence(subject);
    claim.standing.presence = Presence::kAbsent;
    claim.standing.why = "left the scope: " + what_fails(*config_.scope, subject);
    const Absence& absence = count_absence(claim.source_id, is_complete);
    claim.standing.waiting = !by_value && !is_due(absence);
    if (claim.standing.waiting) claim.standing.why += waiting_note();
  }

  void add_missing(const Link& link) {
    Claim claim;
    claim.source_id = link.source_id;
    claim.source = link.source;
    Standing& standing = claim.standing;
    const auto reading = request_.sources.find(link.source);
    if (reading == request_.sources.end() ||
        std::ranges::find(config_.sources, link.source) == config_.sources.end()) {
      standing.why =
          fmt::format("comes from source '{}', which this target no longer reads", link.source);
    } else if (const auto why = uncertain_why(link.source_id); !why.empty()) {
      standing.why = why;
    } else if (!reading->second.report.receipt.complete()) {
      standing.why =
          fmt::format("was not seen in source '{}', which was not read completely", link.source);
    } else {
      const Absence& absence = count_absence(link.source_id, true);
      standing.presence = Presence::kAbsent;
      standing.waiting = !is_due(absence);
      standing.why =
          fmt::format("is no longer in source '{}' (since {}, {} complete read{})", link.source,
                      to_rfc3339(absence.first_at), absence.reads, absence.reads == 1 ? "" : "s");
      if (standing.waiting) standing.why += waiting_note();
    }
    result_.claims.push_back(std::move(claim));
  }

  [[nodiscard]] Absence stored_absence(const std::string& source_id) const {
    const auto stored = stored_.find(source_id);
    return stored != stored_.end() ? stored->second : Absence{source_id, 0, 0, last_hash_};
  }

  const Absence& count_absence(const std::string& source_id, bool is_complete) {
    Absence absence = stored_absence(source_id);
    if (is_complete && request_.counts_absence) {
      if (absence.reads++ == 0) absence.first_at = request_.now;
    }
    return result_.absences.insert_or_assign(source_id, std::move(absence)).first->second;
  }

  [[nodiscard]] bool is_due(const Absence& absence) const {
    const LeaverPolicy& leavers = config_.policy.leavers;
    if (absence.reads < leavers.reads) return false;
    if (leavers.after.count() == 0) return true;
    return clock_doubt_.empty() && request_.now - absence.first_at >= leavers.after.count();
  }

  [[nodiscard]] std::string waiting_note() const {
    const LeaverPolicy& leavers = config_.policy.leavers;
    std::string note = fmt::format("; `leavers` waits for {} complete reads", leavers.reads);
    if (leavers.after.count() > 0) note += fmt::format(" and {} s", leavers.after.count());
    if (!clock_doubt_.empty()) note += "; " + clock_doubt_;
    return note;
  }

  /// Who is there is not absent. Of who is unknown nobody can say whether this configuration wants
  /// them: what is kept is under which one they were wanted last.
  void reset_absence(const Claim& claim) {
    if (claim.standing.presence == Presence::kAbsent) return;
    Absence absence = stored_absence(claim.source_id);
    const bool is_unknown =
        claim.standing.presence == Presence::kUnknown && links_.contains(claim.source_id);
    if (is_unknown && absence.wanted_hash != config_.hash) {
      absence.reads = 0;
      result_.absences.insert_or_assign(claim.source_id, std::move(absence));
    } else if (stored_.contains(claim.source_id)) {
      result_.returned.push_back(claim.source_id);
    }
  }

  const PlanRequest& request_;
  const TargetConfig& config_;
  const std::string& clock_doubt_;
  const std::set<std::string>& uncertain_;
  std::string last_hash_;
  std::map<std::string, Absence> stored_;
  std::map<std::string, const Link*> links_;
  std::unordered_set<std::string> seen_;
  Claims result_;
};

}  // namespace

Claims make_claims(const PlanRequest& request, const std::string& clock_doubt,
                   const std::vector<Link>& links, const std::set<std::string>& uncertain,
                   const std::string& last_hash) {
  return ClaimMaker(request, clock_doubt, links, uncertain, last_hash).run();
}

std::string qualified_id(const TargetConfig& config, const std::string& source,
                         const std::string& source_id) {
  return config.sources.size() > 1 ? source + "/" + source_id : source_id;
}

}  // namespace usher
