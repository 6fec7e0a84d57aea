#include "connectors/memory/target.h"

#include <fmt/format.h>

#include <set>

#include "connectors/error.h"
#include "connectors/memory/convert.h"
#include "mapping/text.h"

namespace usher::memory {
namespace {

// Every page but the last names the next one, and each tells the total of them all.
std::string read_page(const Json& page, Receipt& receipt, const auto& each) {
  for (const Json& user : page.get("users").elements()) {
    ++receipt.entries;
    each(to_account(user));
  }
  ++receipt.pages;
  receipt.expected = static_cast<std::uint64_t>(page.get("total").as_int());
  return page.get("next").text_or("");
}

}  // namespace

MemoryTarget::MemoryTarget(const Settings& settings, HttpContext& http)
    : capabilities_(memory::capabilities(settings.http.rate.per_second)),
      tenancy_("memory " + settings.http.base_url),
      client_(settings, http) {}

Listing MemoryTarget::list(AccountSink& sink) {
  Listing listing;
  listing.tenancy = tenancy_;
  Receipt& receipt = listing.receipt;
  receipt.result = "200";
  std::set<std::string> cursors;
  std::string after;
  do {
    try {
      after = read_page(client_.fetch_page(after)->root(), receipt,
                        [&](Account account) { sink.account(std::move(account)); });
    } catch (const ConnectorError& error) {
      if (receipt.pages == 0 || error.stops_target()) throw;
      receipt.incomplete(fmt::format("page {}: {}", receipt.pages + 1, error.what()));
      return listing;
    }
  } while (!after.empty() && cursors.insert(after).second);
  if (!after.empty()) receipt.incomplete("the pages go round in a circle");
  if (receipt.entries != receipt.expected) {
    receipt.incomplete(
        fmt::format("{} users were listed, {} announced", receipt.entries, *receipt.expected));
  }
  return listing;
}

Lookup MemoryTarget::find(const AccountRef& ref) {
  try {
    if (!ref.remote_id.empty())
      return {Presence::kPresent, to_account(client_.fetch_user(ref.remote_id)->root())};
    const auto page = client_.fetch_by_email(ref.key);
    for (const Json& user : page->root().get("users").elements()) {
      Account account = to_account(user);
      if (fold_key(account.key) == fold_key(ref.key)) return {Presence::kPresent, account};
    }
    return {Presence::kAbsent, {}};
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {error.kind == ErrorKind::kNotFound ? Presence::kAbsent : Presence::kUnknown, {}};
  }
}

std::vector<Applied> MemoryTarget::apply(std::span<const Change> changes, Steps& steps) {
  std::vector<Applied> applied;
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied MemoryTarget::apply_one(const Change& change, Steps& steps) {
  const std::string_view step = to_string(change.action);
  steps.intend(step, change.key);
  Applied applied{change.remote_id, std::nullopt, {}};
  if (change.action == Action::kDelete) {
    applied = remove(change);
  } else {
    const auto answer = change.action == Action::kCreate
                            ? client_.create_user(to_body(change))
                            : client_.update_user(change.remote_id, to_body(change));
    applied.account = to_account(answer->root());
    applied.remote_id = applied.account->remote_id;
  }
  steps.done(step, applied.remote_id);
  return applied;
}

Applied MemoryTarget::remove(const Change& change) {
  try {
    client_.delete_user(change.remote_id);
    return {change.remote_id, std::nullopt, {}};
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    return {change.remote_id, std::nullopt, "was already gone"};
  }
}

std::vector<Finding> MemoryTarget::probe() {
  try {
    const auto page = client_.fetch_page("");
    return {
        {true, fmt::format("credential accepted, {} users", page->root().get("total").as_int())}};
  } catch (const ConnectorError& error) {
    return {{false, error.what()}};
  }
}

const ConnectorKind& kind() {
  static const ConnectorKind kKind{
      {"memory", setting_specs(), capabilities(0)},
      [](const SettingValues& values, HttpContext& http) -> std::unique_ptr<Target> {
        return std::make_unique<MemoryTarget>(read_settings(values), http);
      }};
  return kKind;
}

}  // namespace usher::memory
