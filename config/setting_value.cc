#include "config/setting_value.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "config/secrets.h"
#include "config/units.h"

namespace usher {
namespace {

using Stored = SettingValues::Stored;

constexpr std::string_view kSecretCure =
    "use { credential: NAME }, { file: PATH } or { env: NAME }";

bool is_word(std::string_view text) {
  return text.find_first_of(" \t,;:|'\"") == text.npos;
}

/// Reads one value. Functions return nothing after they have reported why.
class ValueReader {
 public:
  ValueReader(const Reading& reading, const SettingSpec& spec, UrlFamily urls,
              Completeness completeness)
      : reading_(reading), spec_(spec), urls_(urls), completeness_(completeness) {}

  std::optional<Stored> read(const YamlNode& node) {
    if (node.is_null()) return complain(node, "has no value; write one, or remove the key");
    switch (spec_.kind) {
      case SettingKind::kTexts:
        return texts(node);
      case SettingKind::kTextMap:
        return text_map(node);
      case SettingKind::kSecret:
        return secret(node);
      default:
        break;
    }
    if (!node.is_scalar()) {
      return complain(node, fmt::format("is {}, but one value belongs here", kind_name(node)));
    }
    return scalar(node);
  }

 private:
  std::optional<Stored> scalar(const YamlNode& node) {
    switch (spec_.kind) {
      case SettingKind::kChoice:
        return choice(node);
      case SettingKind::kBoolean:
        return boolean(node);
      case SettingKind::kInteger:
        return integer(node);
      case SettingKind::kNumber:
        return number(node);
      case SettingKind::kPercent:
        return percent(node);
      case SettingKind::kDuration:
        return duration(node);
      case SettingKind::kSize:
        return size(node);
      case SettingKind::kUrl:
        return url(node);
      case SettingKind::kPath:
        return path(node);
      default:
        return text(node);
    }
  }

  std::optional<Stored> text(const YamlNode& node) {
    if (node.text.empty()) return complain(node, "is empty; write a value, or remove the key");
    return node.text;
  }

  std::optional<Stored> texts(const YamlNode& node) {
    Texts read;
    if (node.is_scalar()) {
      if (!text(node)) return std::nullopt;
      read.push_back(node.text);
    } else if (!node.is_sequence()) {
      return complain(node, "is a mapping, but a list of texts belongs here, as in [a, b]");
    }
    for (const YamlNodePtr& item : node.items) {
      if (!item->is_scalar()) {
        return complain(*item, fmt::format("has {} in its list, but only texts belong there",
                                           kind_name(*item)));
      }
      if (!text(*item)) return std::nullopt;
      read.push_back(item->text);
    }
    if (read.empty() && spec_.required) return complain(node, "is empty; name at least one");
    return read;
  }

  std::optional<Stored> text_map(const YamlNode& node) {
    if (!node.is_map()) return complain(node, "must be a mapping, as in { \"From\": to }");
    SettingValues::Pairs pairs;
    for (const YamlEntry& entry : node.entries) {
      if (!entry.value->is_scalar() || entry.value->text.empty()) {
        return complain(*entry.value, fmt::format("must give a text for {}", in_quotes(entry.key)));
      }
      pairs.emplace_back(entry.key, entry.value->text);
    }
    return pairs;
  }

  std::optional<Stored> choice(const YamlNode& node) {
    if (is_one_of_choices(node.text)) return node.text;
    const Texts known(spec_.choices.begin(), spec_.choices.end());
    Texts shown;
    for (const std::string& word : known) shown.push_back(is_word(word) ? word : in_quotes(word));
    const std::string hint = did_you_mean(node.text, known);
    return complain(node, fmt::format("is {}, which is not a choice; write {}{}",
                                      in_quotes(node.text), either(shown), hint));
  }

  std::optional<Stored> boolean(const YamlNode& node) {
    if (!node.quoted && node.text == "true") return true;
    if (!node.quoted && node.text == "false") return false;
    return wrong(node, "true or false", "write true or false, without quotes");
  }

  std::optional<Stored> integer(const YamlNode& node) {
    const auto value = node.quoted ? std::nullopt : parse_integer(node.text);
    if (!value) return wrong(node, "a whole number", range_cure() + ", without quotes");
    if (*value >= spec_.minimum && *value <= spec_.maximum) return *value;
    return wrong(node, "in range", range_cure());
  }

  std::optional<Stored> number(const YamlNode& node) {
    const auto value = node.quoted ? std::nullopt : parse_number(node.text);
    if (value) return *value;
    return wrong(node, "a number", "write a number like 30 or 0.5, without quotes");
  }

  std::optional<Stored> percent(const YamlNode& node) {
    const bool bare = node.quoted && !node.text.ends_with('%');
    const auto value = bare ? std::nullopt : parse_percent(node.text);
    if (value) return *value;
    return wrong(node, "a percentage", kPercentCure);
  }

  std::optional<Stored> duration(const YamlNode& node) {
    const auto value = parse_duration(node.text);
    if (!value) return wrong(node, "a duration", kDurationCure);
    if (*value < spec_.minimum) return wrong(node, "longer than 0", "write a time, as in 15m");
    return *value;
  }

  std::optional<Stored> size(const YamlNode& node) {
    const auto value = parse_size(node.text);
    if (value) return *value;
    return wrong(node, "a size", kSizeCure);
  }

  std::optional<Stored> url(const YamlNode& node) {
    if (is_one_of_choices(node.text)) return node.text;
    const std::string problem = url_problem(node.text, urls_);
    if (problem.empty()) return node.text;
    // A url may hold a password by mistake; then not even the message shows it.
    if (node.text.find('@') != node.text.npos) return complain(node, "cannot be used: " + problem);
    return complain(node,
                    fmt::format("is {}, which cannot be used: {}", in_quotes(node.text), problem));
  }

  std::optional<Stored> path(const YamlNode& node) {
    if (!text(node)) return std::nullopt;
    return absolute_path(reading_, node.text);
  }

  std::optional<Stored> secret(const YamlNode& node) {
    if (!node.is_map()) {
      return complain(node, fmt::format("is a secret in plain text; keep it out of this file: {}",
                                        kSecretCure));
    }
    if (node.entries.size() != 1) {
      return complain(node, fmt::format("must name its secret in one way; {}", kSecretCure));
    }
    const YamlEntry& entry = node.entries.front();
    const Texts ways{"env", "file", "credential"};
    if (std::find(ways.begin(), ways.end(), entry.key) == ways.end()) {
      reading_.problems.error(
          entry.offset, fmt::format("unknown key {} in secret '{}'{}; {}", in_quotes(entry.key),
                                    spec_.name, did_you_mean(entry.key, ways), kSecretCure));
      return std::nullopt;
    }
    if (!entry.value->is_scalar() || entry.value->text.empty()) {
      return complain(*entry.value, fmt::format("must give a name for '{}'", entry.key));
    }
    return resolve(entry);
  }

  std::optional<Stored> resolve(const YamlEntry& entry) {
    const std::string& name = entry.value->text;
    if (entry.key == "credential" && (name.find('/') != name.npos || name.starts_with('.'))) {
      return complain(*entry.value,
                      fmt::format("names the credential {}, which is a path; write the bare name, "
                                  "or use {{ file: PATH }}",
                                  in_quotes(name)));
    }
    if (completeness_ == Completeness::kPart) return Secret();
    ResolvedSecret resolved = load(entry.key, name);
    if (resolved.problem.empty()) return std::move(resolved.secret);
    const std::string message =
        fmt::format("'{}' cannot be resolved: {}", spec_.name, resolved.problem);
    if (reading_.secrets == Secrets::kOptional) {
      reading_.problems.warning(entry.value->offset, message);
    } else {
      reading_.problems.error(entry.value->offset, message);
    }
    return Secret();
  }

  [[nodiscard]] ResolvedSecret load(std::string_view way, const std::string& name) const {
    if (way == "env") return load_secret_from_env(name);
    if (way == "file") return load_secret_from_file(absolute_path(reading_, name));
    return load_secret_from_file(credential_path(name));
  }

  [[nodiscard]] bool is_one_of_choices(std::string_view text) const {
    return std::find(spec_.choices.begin(), spec_.choices.end(), text) != spec_.choices.end();
  }

  [[nodiscard]] std::string range_cure() const {
    if (spec_.minimum == spec_.maximum) return fmt::format("write {}", spec_.minimum);
    return fmt::format("write a whole number from {} to {}", spec_.minimum, spec_.maximum);
  }

  std::nullopt_t wrong(const YamlNode& node, std::string_view what, std::string_view cure) {
    return complain(node,
                    fmt::format("is {}, which is not {}; {}", in_quotes(node.text), what, cure));
  }

  std::nullopt_t complain(const YamlNode& node, std::string_view message) {
    reading_.problems.error(node.offset, fmt::format("'{}' {}", spec_.name, message));
    return std::nullopt;
  }

  const Reading& reading_;
  const SettingSpec& spec_;
  UrlFamily urls_;
  Completeness completeness_;
};

}  // namespace

std::optional<Stored> read_setting_value(const Reading& reading, const SettingSpec& spec,
                                         const YamlNode& node, UrlFamily urls,
                                         Completeness completeness) {
  return ValueReader(reading, spec, urls, completeness).read(node);
}

Stored fallback_value(const Reading& reading, const SettingSpec& spec, UrlFamily urls) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.text = spec.fallback;
  const SourceText nowhere("", "");
  Problems problems(nowhere);
  const Reading inner{problems, reading.catalogue, reading.secrets, reading.directory};
  auto value = read_setting_value(inner, spec, node, urls, Completeness::kWhole);
  if (!value) throw std::logic_error(fmt::format("setting {}: wrong fallback", spec.name));
  return *std::move(value);
}

}  // namespace usher
