#include "config/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <variant>

#include <fmt/format.h>

namespace usher {
namespace {

/// Collects fields so that no two different lists of fields give the same bytes.
class Digest {
 public:
  void add(std::string_view field) { bytes_ += fmt::format("{}:{}", field.size(), field); }
  void add(std::int64_t number) { add(std::to_string(number)); }
  void add(const Texts& texts) {
    add(static_cast<std::int64_t>(texts.size()));
    for (const std::string& text : texts) add(text);
  }

  [[nodiscard]] std::string hex() const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
    unsigned int size = 0;
    if (EVP_Digest(bytes_.data(), bytes_.size(), raw.data(), &size, EVP_sha256(), nullptr) != 1) {
      throw std::runtime_error("SHA-256 is not available in this OpenSSL");
    }
    std::string text;
    for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", raw[i]);
    return text;
  }

 private:
  std::string bytes_;
};

void add_stored(Digest& digest, const SettingValues::Stored& stored) {
  digest.add(static_cast<std::int64_t>(stored.index()));
  if (const auto* text = std::get_if<std::string>(&stored)) digest.add(*text);
  if (const auto* texts = std::get_if<Texts>(&stored)) digest.add(*texts);
  if (const auto* flag = std::get_if<bool>(&stored)) digest.add(std::int64_t{*flag});
  if (const auto* integer = std::get_if<std::int64_t>(&stored)) digest.add(*integer);
  if (const auto* number = std::get_if<double>(&stored)) digest.add(fmt::format("{}", *number));
  if (const auto* pairs = std::get_if<SettingValues::Pairs>(&stored)) {
    for (const auto& [from, to] : *pairs) digest.add(Texts{from, to});
  }
}

template <typename Wanted>
void add_settings(Digest& digest, const SettingValues& settings, const Wanted& wanted) {
  for (const auto& [name, stored] : settings) {
    if (std::holds_alternative<Secret>(stored) || !wanted(name)) continue;
    digest.add(name);
    add_stored(digest, stored);
  }
}

void add_rule(Digest& digest, const Rule& rule) {
  digest.add(rule.when ? rule.when->text() : "");
  if (const bool* flag = std::get_if<bool>(&rule.value)) {
    digest.add(std::int64_t{*flag});
  } else {
    digest.add(std::get<Template>(rule.value).text());
  }
}

void add_map(Digest& digest, const Mapper& mapper) {
  std::vector<const AttributeMapping*> sorted;
  for (const AttributeMapping& mapping : mapper.mappings()) sorted.push_back(&mapping);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->attribute < b->attribute; });
  for (const AttributeMapping* mapping : sorted) {
    digest.add(mapping->attribute);
    digest.add(static_cast<std::int64_t>(mapping->rules.size()));
    for (const Rule& rule : mapping->rules) add_rule(digest, rule);
  }
}

void add_leavers(Digest& digest, const LeaverPolicy& leavers) {
  digest.add(static_cast<std::int64_t>(leavers.action));
  digest.add(leavers.reads);
  digest.add(leavers.after.count());
  digest.add(leavers.delete_after ? leavers.delete_after->count() : -1);
}

void add_limits(Digest& digest, const Limits& limits) {
  for (const auto* limit :
       {&limits.removals_percent, &limits.removals_count, &limits.removals_per_day,
        &limits.removals_per_week, &limits.updates_percent, &limits.creates_count}) {
    digest.add(limit->value);
  }
}

/// What `hash_of(TargetConfig)` leaves out.
void add_rest(Digest& digest, const TargetConfig& target) {
  const Policy& policy = target.policy;
  digest.add(static_cast<std::int64_t>(target.mode));
  digest.add(target.every.count());
  digest.add(static_cast<std::int64_t>(policy.adopt));
  digest.add(static_cast<std::int64_t>(policy.vanished));
  digest.add(std::int64_t{policy.reactivate_always});
  digest.add(static_cast<std::int64_t>(policy.invitations.expired));
  digest.add(policy.invitations.max);
  digest.add(policy.invitations.every.count());
  digest.add(policy.protected_accounts);
  digest.add(std::int64_t{policy.reuse});
  digest.add(policy.reuse_after.count());
  add_limits(digest, policy.limits);
}

}  // namespace

std::string hash_of(std::string_view type, const SettingValues& settings,
                    std::span<const SettingSpec> specs) {
  Digest digest;
  digest.add(type);
  add_settings(digest, settings, [&specs](const std::string& name) {
    return std::ranges::any_of(
        specs, [&name](const SettingSpec& key) { return key.name == name && key.decides; });
  });
  return digest.hex();
}

std::string hash_of(const TargetConfig& target, const Config& config) {
  Digest digest;
  for (const std::string& name : target.sources) {
    const SourceConfig* source = config.find_source(name);
    digest.add(name);
    digest.add(source == nullptr ? "" : source->hash);
  }
  digest.add(target.scope ? target.scope->text() : "");
  digest.add(target.match);
  add_map(digest, target.mapper);
  add_leavers(digest, target.policy.leavers);
  digest.add(target.policy.settings_hash);
  for (const auto& [name, value] : target.values) digest.add(Texts{name, value});
  return digest.hex();
}

std::string hash_of(const Config& config) {
  const auto everything = [](const std::string&) { return true; };
  Digest digest;
  digest.add(Texts{config.state, config.http_listen, config.log_level});
  digest.add(config.plugins);
  for (const SourceConfig& source : config.sources) {
    digest.add(Texts{source.name, source.type, source.hash});
    digest.add(source.sentinels);
    add_settings(digest, source.settings, everything);
  }
  const auto add_target = [&](const TargetConfig& target) {
    digest.add(Texts{target.name, target.connector, target.hash});
    add_settings(digest, target.settings, everything);
    add_rest(digest, target);
  };
  for (const TargetConfig& target : config.targets) add_target(target);
  for (const TargetFamily& family : config.families) {
    digest.add(family.attribute);
    add_target(family.shape);
  }
  return digest.hex();
}

}  // namespace usher
