#include "connectors/memory/target.h"

#include <fmt/format.h>

#include "connectors/attempt.h"
#include "connectors/memory/convert.h"
#include "connectors/pages.h"
#include "mapping/text.h"

namespace usher::memory {

MemoryTarget::MemoryTarget(const Settings& settings, HttpContext& http)
    : capabilities_(memory::capabilities(settings.http.rate.per_second)),
      tenancy_("memory " + settings.http.base_url),
      client_(settings, http) {}

// Every page but the last names the next one, and each tells the total of them all.
Listing MemoryTarget::list(AccountSink& sink) {
  Listing listing;
  listing.tenancy = tenancy_;
  listing.receipt = read_pages([&](const std::string& after, Receipt& receipt) {
    const auto page = client_.fetch_page(after);
    for (const Json& user : page->root().get("users").elements()) {
      sink.account(to_account(user));
      ++receipt.entries;
    }
    receipt.expected = static_cast<std::uint64_t>(page->root().get("total").as_int());
    return page->root().get("next").text_or("");
  });
  return listing;
}

Lookup MemoryTarget::find(const AccountRef& ref) {
  return look_up([&]() -> Lookup {
    if (!ref.remote_id.empty())
      return {Presence::kPresent, to_account(client_.fetch_user(ref.remote_id)->root())};
    const auto page = client_.fetch_by_email(ref.key);
    for (const Json& user : page->root().get("users").elements()) {
      Account account = to_account(user);
      if (fold_key(account.key) == fold_key(ref.key)) return {Presence::kPresent, account};
    }
    // More than a look-up asks for, and only a part of it: no proof.
    const bool is_part = page->root().get("next").has_value();
    return {is_part ? Presence::kUnknown : Presence::kAbsent, {}};
  });
}

std::vector<Applied> MemoryTarget::apply(std::span<const Change> changes, Steps& steps) {
  return apply_each(changes, steps, capabilities_, "the reference service",
                    [&](const Change& change) { return send(change); });
}

Applied MemoryTarget::send(const Change& change) {
  if (change.action == Action::kDelete) {
    client_.delete_user(change.remote_id);
    return {change.remote_id, std::nullopt, {}};
  }
  const auto answer = change.action == Action::kCreate
                          ? client_.create_user(to_body(change))
                          : client_.update_user(change.remote_id, to_body(change));
  return confirmed(to_account(answer->root()));
}

std::vector<Finding> MemoryTarget::probe() {
  return find_out([&] {
    const auto page = client_.fetch_page("");
    return fmt::format("credential accepted, {} users", page->root().get("total").as_int());
  });
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
