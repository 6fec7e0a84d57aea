#include "connectors/sandbox/faults.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/json_reader.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

// In the order of FaultAction.
constexpr std::string_view kActions[] = {"lost_reply_after_commit",
                                         "lost_reply_before_commit",
                                         "status",
                                         "rate_limit",
                                         "html_403",
                                         "cut_body",
                                         "slow_reply",
                                         "missing_page",
                                         "empty_list",
                                         "wrong_json_type",
                                         "extra_members",
                                         "null_members",
                                         "missing_members",
                                         "error_in_ok"};
constexpr std::string_view kShapes[] = {"", "json", "html", "limiter", "envelope"};
constexpr std::int64_t kMany = 1'000'000'000;

std::shared_ptr<const re2::RE2> compile(JsonReader& match) {
  const auto pattern = match.text("path_regex");
  if (pattern.empty()) {
    return nullptr;
  }
  auto regex = std::make_shared<const re2::RE2>(pattern, re2::RE2::Quiet);
  if (!regex->ok()) {
    match.problem("path_regex", regex->error());
  }
  return regex;
}

void read_match(JsonReader& match, Fault& fault) {
  fault.api = match.text("api");
  fault.method = match.text("method");
  fault.path = match.text("path");
  fault.path_regex = compile(match);
  fault.body = match.text("body");
}

std::optional<std::int64_t> read_optional(JsonReader& reader, std::string_view name) {
  const auto value = reader.integer(name, -1, 0, kMany);
  return value < 0 ? std::nullopt : std::optional(value);
}

Fault read_fault(JsonReader& reader) {
  Fault fault;
  fault.source = reader.value();
  reader.object("match", [&](JsonReader& match) { read_match(match, fault); });
  fault.after = reader.integer("after", 0, 0, kMany);
  fault.times = reader.integer("times", 1, 0, kMany);
  if (!reader.has("action")) {
    reader.problem("action", fmt::format("is required: one of {}", fmt::join(kActions, ", ")));
  }
  fault.action = static_cast<FaultAction>(reader.choice("action", kActions, 0));
  fault.status = static_cast<int>(reader.integer("status", 503, 200, 599));
  fault.commit = reader.flag("commit", fault.action == FaultAction::kSlowReply);
  fault.shape = kShapes[reader.choice("shape", kShapes, 0)];
  fault.retry_after = read_optional(reader, "retry_after");
  fault.bytes = read_optional(reader, "bytes");
  fault.chunked = reader.flag("chunked");
  fault.ms = reader.integer("ms", 0, 0, kMany);
  fault.hold = reader.text("hold", fault.ms == 0 ? "held" : "");
  fault.page = reader.integer("page", 2, 1, kMany);
  fault.page_size = reader.integer("page_size", 0, 0, kMany);
  fault.members = reader.texts("members");
  fault.value = reader.any("value");
  fault.row = reader.integer("row", 0, 1, kMany);
  return fault;
}

bool path_matches(const Fault& fault, std::string_view path, std::string_view base) {
  const auto below = path.substr(base.size());
  const bool prefix = path.starts_with(fault.path) || below.starts_with(fault.path);
  return prefix && (!fault.path_regex || re2::RE2::PartialMatch(path, *fault.path_regex));
}

bool matches(const Fault& fault, const Request& request, const Api& api) {
  return (fault.api.empty() || fault.api == api.name()) &&
         (fault.method.empty() || fault.method == request.method) &&
         path_matches(fault, request.path, api.base_path()) &&
         request.body.find(fault.body) != std::string::npos;
}

}  // namespace

void Faults::add(const nlohmann::json& rules) {
  const auto list =
      nlohmann::json{{"rules", rules.is_array() ? rules : nlohmann::json::array({rules})}};
  std::vector<std::string> problems;
  std::list<Fault> added;
  JsonReader reader(list, "", problems);
  reader.each("rules", [&](JsonReader& rule) { added.push_back(read_fault(rule)); });
  require_no_problems(problems, "fault");
  rules_.splice(rules_.end(), added);
}

const Fault* Faults::strike(const Request& request, const Api& api) {
  const Fault* struck = nullptr;
  for (auto& fault : rules_) {
    if (!matches(fault, request, api)) {
      continue;
    }
    ++fault.seen;
    const bool due = fault.seen > fault.after && (fault.times == 0 || fault.hits < fault.times);
    if (due && struck == nullptr) {
      ++fault.hits;
      struck = &fault;
    }
  }
  return struck;
}

nlohmann::json Faults::to_json() const {
  auto result = nlohmann::json::array();
  for (const auto& fault : rules_) {
    result.push_back({{"rule", fault.source}, {"seen", fault.seen}, {"hits", fault.hits}});
  }
  return result;
}

}  // namespace usher::sandbox
