#include "daemon/engine/rewrites.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mapping/difference.h"
#include "mapping/text.h"

namespace usher {
namespace {

std::string text_or_nothing(const Value* value) {
  return value != nullptr ? to_text(*value) : std::string();
}

/// The value that `text` was made of.
Value value_of(const AttributeSpec& spec, std::string_view text) {
  if (spec.is_boolean) return text == "true";
  if (!spec.is_multi) return std::string(text);
  constexpr std::string_view kBetween = ", ";
  Texts texts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kBetween), text.size());
    texts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + kBetween.size()));
  }
  return texts;
}

/// Whether both sides are still what they were after the write.
bool stays(const Rewrite& rewrite, const Value* wanted, const Value* actual) {
  return text_or_nothing(wanted) == rewrite.sent && text_or_nothing(actual) == rewrite.seen;
}

}  // namespace

bool is_parked(const Rewrite& rewrite, std::int64_t now) {
  return rewrite.count >= kRewritesThatPark && now - rewrite.at < kDay;
}

bool gives_power(const Capabilities& can, const std::string& attribute) {
  const AttributeSpec* spec = can.find(attribute);
  return spec != nullptr && spec->entitlement;
}

std::string quote_rewrite(const std::string& text) {
  return text.empty() ? "nothing" : "'" + escape_for_display(text) + "'";
}

std::string describe_parked(const Rewrite& rewrite, bool has_power) {
  const std::string written = fmt::format(
      "{} was written {} times, and each time the target answered success and went on "
      "to show {}",
      quote_rewrite(rewrite.sent), rewrite.count, quote_rewrite(rewrite.seen));
  const std::string& name = rewrite.attribute;
  if (has_power) {
    return fmt::format(
        "{} is not what it must be: {}. The person may have more or less power there than they "
        "should: look in the target, and set it by hand. usher writes it again a day after the "
        "last time, or when either side changes",
        name, written);
  }
  return fmt::format(
      "{} is left alone: {}. Take it out of `map`, or find out why the target does not keep it. "
      "usher writes it again a day after the last time, or when either side changes",
      name, written);
}

std::vector<std::string> Crowd::others() const {
  std::vector<std::string> lines;
  for (const auto& [attribute, people] : people_) {
    if (people <= kNamed) continue;
    lines.push_back(fmt::format("{}: {} more people have the same trouble with it as those named",
                                attribute, people - kNamed));
  }
  return lines;
}

Rewrites::Rewrites(std::vector<Rewrite> rows, const Capabilities& can, std::int64_t now)
    : can_(can), now_(now) {
  for (Rewrite& rewrite : rows) rows_[rewrite.source_id].push_back(std::move(rewrite));
}

Rewrites::View Rewrites::view(const std::string& source_id, const Account& desired,
                              const Account& account) const {
  View view;
  const auto known = rows_.find(source_id);
  if (known == rows_.end()) return view;
  for (const Rewrite& rewrite : known->second) look_at(rewrite, desired, account, view);
  return view;
}

bool Rewrites::takes_power(const std::string& attribute, const Value* from, const Value* to) const {
  const AttributeSpec* spec = can_.find(attribute);
  return spec != nullptr && lowers(*spec, from, to);
}

/// Whether power was written that nothing showed since, and that is not wanted any more.
bool Rewrites::may_have_kept(const Rewrite& rewrite, const Value& wanted,
                             const Value* actual) const {
  const AttributeSpec* spec = can_.find(rewrite.attribute);
  if (rewrite.taken || spec == nullptr || text_or_nothing(actual) != rewrite.seen) return false;
  const Value sent = value_of(*spec, rewrite.sent);
  return to_text(wanted) != rewrite.sent && takes_power(rewrite.attribute, &sent, &wanted);
}

void Rewrites::look_at(const Rewrite& rewrite, const Account& desired, const Account& account,
                       View& view) const {
  const std::string& name = rewrite.attribute;
  const Value* wanted = desired.fields.find(name);
  const Value* actual = account.fields.find(name);
  if (wanted == nullptr) return;
  if (may_have_kept(rewrite, *wanted, actual)) {
    // What was sent counts as there, until it has been taken away.
    if (!view.account) view.account = account;
    view.account->fields.set(name, value_of(*can_.find(name), rewrite.sent));
    return;
  }
  if (!differs(can_.find(name), *wanted, actual)) return;
  // Who is not to be active any more is a leaver by another name: that is tried at every run.
  const AttributeSpec* spec = can_.find(name);
  const bool disables = spec != nullptr && spec->is_boolean && takes_power(name, actual, wanted);
  if (!rewrite.taken && disables) return;
  const bool both_stay = stays(rewrite, wanted, actual);
  const bool is_quiet = is_parked(rewrite, now_);
  if (rewrite.taken ? !both_stay && !is_quiet : !both_stay || !is_quiet) return;

  if (!rewrite.taken) {
    const bool has_power = gives_power(can_, name);
    std::string why = describe_parked(rewrite, has_power);
    if (has_power) {
      view.errors.push_back(std::move(why));
    } else {
      view.warnings.emplace(name, std::move(why));
    }
  } else if (!both_stay) {
    view.warnings.emplace(
        name,
        fmt::format("{} is left alone: the target has changed what was written twice within 24 h, "
                    "to {} the last time; find out who or what does that",
                    name, quote_rewrite(rewrite.seen)));
  }
  if (!view.account) view.account = account;
  view.account->fields.set(name, *wanted);
}

const Rewrite* Rewrites::find(const std::string& source_id, const std::string& attribute) const {
  const auto known = rows_.find(source_id);
  if (known == rows_.end()) return nullptr;
  const auto at = std::ranges::find(known->second, attribute, &Rewrite::attribute);
  return at == known->second.end() ? nullptr : &*at;
}

const Rewrite* Rewrites::find_repeated(const Change& change) const {
  if (change.action != Action::kUpdate || !change.before || !change.after) return nullptr;
  const Rewrite* first = nullptr;
  for (const std::string& field : change.fields) {
    const Rewrite* rewrite = find(change.source_id, field);
    const bool is_repeated = rewrite != nullptr && !rewrite->taken &&
                             stays(*rewrite, change.after->find(field), change.before->find(field));
    if (!is_repeated) return nullptr;
    if (first == nullptr) first = rewrite;
  }
  return first;
}

bool Rewrites::is_hidden(const Change& creation) const {
  const Rewrite* rewrite = find(creation.source_id, can_.key);
  return rewrite != nullptr && !rewrite->taken && rewrite->seen.empty() &&
         rewrite->sent == creation.key && is_parked(*rewrite, now_);
}

}  // namespace usher
