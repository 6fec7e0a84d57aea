#include "connectors/sandbox/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/format.h"
#include "connectors/sandbox/switches.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

std::string shown(const nlohmann::json& value) {
  auto text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return escape_for_display(text.size() > 60 ? text.substr(0, 60) + "…" : text);
}

}  // namespace

JsonReader::JsonReader(const nlohmann::json& value, std::string where,
                       std::vector<std::string>& problems)
    : value_(value), where_(std::move(where)), problems_(problems) {
  if (!value_.is_object()) {
    problem({}, fmt::format("an object is wanted here, not {}", shown(value_)));
  }
}

bool JsonReader::has(std::string_view name) const {
  return value_.is_object() && value_.contains(std::string(name));
}

const nlohmann::json* JsonReader::ask(std::string_view name) {
  asked_.emplace_back(name);
  return has(name) ? &value_[std::string(name)] : nullptr;
}

std::string JsonReader::text(std::string_view name, std::string_view otherwise) {
  const auto* found = ask(name);
  if (found == nullptr) {
    return std::string(otherwise);
  }
  if (!found->is_string()) {
    problem(name, fmt::format("a text is wanted, not {}", shown(*found)));
    return std::string(otherwise);
  }
  return found->get<std::string>();
}

std::string JsonReader::required_text(std::string_view name) {
  auto result = text(name);
  if (result.empty() && value_.is_object()) {
    problem(name, "is required and must not be empty");
  }
  return result;
}

std::int64_t JsonReader::integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                 std::int64_t most) {
  const auto* found = ask(name);
  if (found == nullptr) {
    return otherwise;
  }
  if (!found->is_number_integer() || *found < least || *found > most) {
    problem(name, fmt::format("a whole number from {} to {} is wanted, not {}", least, most,
                              shown(*found)));
    return otherwise;
  }
  return found->get<std::int64_t>();
}

bool JsonReader::flag(std::string_view name, bool otherwise) {
  const auto* found = ask(name);
  if (found == nullptr) {
    return otherwise;
  }
  if (!found->is_boolean()) {
    problem(name, fmt::format("true or false is wanted, not {}", shown(*found)));
    return otherwise;
  }
  return found->get<bool>();
}

std::int64_t JsonReader::time(std::string_view name, std::int64_t otherwise) {
  const auto written = text(name);
  if (written.empty()) {
    return otherwise;
  }
  const auto parsed = parse_rfc3339(written);
  if (!parsed) {
    problem(name, fmt::format("a time such as 2026-11-05T13:22:10Z is wanted, not `{}`",
                              escape_for_display(written)));
  }
  return parsed.value_or(otherwise);
}

std::vector<std::string> JsonReader::texts(std::string_view name) {
  std::vector<std::string> result;
  const auto* found = ask(name);
  if (found == nullptr) {
    return result;
  }
  const bool fits = found->is_array() && std::all_of(found->begin(), found->end(),
                                                     [](const auto& v) { return v.is_string(); });
  if (!fits) {
    problem(name, fmt::format("a list of texts is wanted, not {}", shown(*found)));
    return result;
  }
  return found->get<std::vector<std::string>>();
}

std::size_t JsonReader::choice(std::string_view name, std::span<const std::string_view> words,
                               std::size_t otherwise) {
  const auto written = text(name);
  if (written.empty()) {
    return otherwise;
  }
  const auto found = std::find(words.begin(), words.end(), written);
  if (found == words.end()) {
    const std::vector<std::string> candidates(words.begin(), words.end());
    const auto near = nearest(written, candidates);
    problem(name,
            fmt::format("`{}` is none of {}{}", escape_for_display(written), fmt::join(words, ", "),
                        near.empty() ? "" : fmt::format(": did you mean `{}`?", near)));
    return otherwise;
  }
  return static_cast<std::size_t>(found - words.begin());
}

const nlohmann::json& JsonReader::any(std::string_view name) {
  static const nlohmann::json kNull;
  const auto* found = ask(name);
  return found == nullptr ? kNull : *found;
}

void JsonReader::object(std::string_view name, const std::function<void(JsonReader&)>& visit) {
  if (const auto* found = ask(name)) {
    JsonReader reader(*found, fmt::format("{}/{}", where_, name), problems_);
    visit(reader);
    reader.finish();
  }
}

void JsonReader::each(std::string_view name, const std::function<void(JsonReader&)>& visit) {
  const auto* found = ask(name);
  if (found == nullptr) {
    return;
  }
  if (!found->is_array()) {
    problem(name, fmt::format("a list is wanted, not {}", shown(*found)));
    return;
  }
  for (std::size_t i = 0; i < found->size(); ++i) {
    JsonReader reader((*found)[i], fmt::format("{}/{}/{}", where_, name, i), problems_);
    if ((*found)[i].is_object()) {
      visit(reader);
      reader.finish();
    }
  }
}

void JsonReader::problem(std::string_view name, std::string_view message) {
  problems_.push_back(
      fmt::format("{}{}{}: {}", where_, name.empty() && !where_.empty() ? "" : "/", name, message));
}

void JsonReader::finish() {
  if (!value_.is_object()) {
    return;
  }
  for (const auto& [name, unused] : value_.items()) {
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
      const auto near = nearest(name, asked_);
      problem(escape_for_display(name),
              near.empty() ? fmt::format("is not known here; known are {}", fmt::join(asked_, ", "))
                           : fmt::format("is not known here: did you mean `{}`?", near));
    }
  }
}

nlohmann::json parse_json(std::string_view text, std::string_view what) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: …"
    const std::string_view message = error.what();
    const auto begin = message.find("] ");
    throw BadRequest(
        fmt::format("{} is not JSON: {}", what, escape_for_display(message.substr(begin + 2))));
  }
}

void require_no_problems(const std::vector<std::string>& problems, std::string_view what) {
  if (problems.empty()) {
    return;
  }
  std::string message;
  for (const auto& problem : problems) {
    message += fmt::format("{}{}: {}", message.empty() ? "" : "\n", what, problem);
  }
  throw BadRequest(message);
}

}  // namespace usher::sandbox
