// From the body of a PATCH to steps.

#include <fmt/format.h>

#include <algorithm>

#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_patch.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using Op = ScimStep::Op;

constexpr std::string_view kPatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

[[noreturn]] void throw_path(std::string_view path) {
  throw ScimError(400, "invalidPath", fmt::format("{} leads nowhere", escape_for_display(path)));
}

/// Position of the bracket that closes the one at `open`; npos: none does.
std::size_t closing_bracket(std::string_view path, std::size_t open) {
  bool quoted = false;
  for (auto at = open + 1; at < path.size(); ++at) {
    if (quoted && path[at] == '\\') {
      ++at;
    } else if (path[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && path[at] == ']') {
      return at;
    }
  }
  return std::string_view::npos;
}

Op read_op(const json& operation) {
  const auto found = operation.find("op");
  const auto word = found != operation.end() && found->is_string()
                        ? ascii_lower(found->get_ref<const std::string&>())
                        : std::string();
  if (word == "add") return Op::kAdd;
  if (word == "replace") return Op::kReplace;
  if (word == "remove") return Op::kRemove;
  throw ScimError(400, "invalidSyntax", "op must be add, replace or remove");
}

/// Takes the operations of one request apart.
class Steps {
 public:
  Steps(const ScimShape& shape, std::string_view own_id, const ScimLeniency& leniency)
      : shape_(shape), own_id_(own_id), leniency_(leniency) {}

  void add(const json& operation, std::size_t number) {
    if (!operation.is_object()) throw ScimError(400, "invalidSyntax", "an operation is an object");
    ScimStep step;
    step.operation = number;
    step.op = read_op(operation);
    step.value = operation.value("value", json(nullptr));
    const auto path = operation.find("path");
    if (path == operation.end() || path->is_null()) {
      add_pathless(std::move(step));
      return;
    }
    if (!path->is_string()) throw ScimError(400, "invalidPath", "a path is a text");
    if (step.op != Op::kRemove && !operation.contains("value")) {
      throw ScimError(400, "invalidValue", "add and replace need a value");
    }
    step.target = parse_scim_target(path->get_ref<const std::string&>(), shape_);
    steps_.push_back(std::move(step));
  }

  std::vector<ScimStep> take() { return std::move(steps_); }

 private:
  void add_pathless(ScimStep step) {
    if (step.op == Op::kRemove) throw ScimError(400, "noTarget", "remove needs a path");
    if (!step.value.is_object()) {
      throw ScimError(400, "invalidSyntax", "without a path the value is an object");
    }
    step.pathless = true;
    for (const auto& [name, value] : step.value.items()) {
      if (repeats_own(name, value)) continue;
      auto part = step;
      part.value = value;
      if (const auto target = target_of(name)) {
        part.target = *target;
        steps_.push_back(std::move(part));
      }
    }
  }

  /// Keys are attribute names, dotted ones and whole paths.
  std::optional<ScimTarget> target_of(const std::string& name) const {
    const bool known = name.find('[') != std::string::npos || shape_.find(name).has_value();
    if (!known && leniency_.unknown_attributes) return std::nullopt;
    return parse_scim_target(name, shape_);
  }

  [[nodiscard]] bool repeats_own(const std::string& name, const json& value) const {
    if (compare_names(name, "schemas") == 0 || compare_names(name, "meta") == 0) return true;
    return compare_names(name, "id") == 0 && value.is_string() &&
           value.get_ref<const std::string&>() == own_id_;
  }

  const ScimShape& shape_;
  std::string_view own_id_;
  const ScimLeniency& leniency_;
  std::vector<ScimStep> steps_;
};

}  // namespace

ScimTarget parse_scim_target(std::string_view path, const ScimShape& shape) {
  const auto open = std::min(path.find('['), path.size());
  const auto place = shape.find(path.substr(0, open));
  if (!place) throw_path(path);
  ScimTarget target{*place, nullptr};
  if (open == path.size()) return target;
  const auto close = closing_bracket(path, open);
  const bool list = place->attribute != nullptr && place->attribute->multi && place->sub == nullptr;
  if (!list || close == std::string_view::npos) throw_path(path);
  target.condition =
      std::make_shared<ScimCondition>(path.substr(open + 1, close - open - 1), *place->attribute);
  const auto tail = path.substr(close + 1);
  if (tail.empty()) return target;
  target.place.sub = tail.front() == '.' ? place->attribute->find_sub(tail.substr(1)) : nullptr;
  if (target.place.sub == nullptr) throw_path(path);
  return target;
}

std::vector<ScimStep> read_scim_patch(const json& body, const ScimShape& shape,
                                      std::string_view own_id, const ScimLeniency& leniency) {
  const auto schemas = body.value("schemas", json());
  const bool named =
      schemas.is_array() && std::any_of(schemas.begin(), schemas.end(),
                                        [](const json& urn) { return urn == kPatchSchema; });
  const auto operations = body.value("Operations", json());
  if (!named || !operations.is_array()) {
    throw ScimError(400, "invalidSyntax",
                    fmt::format("schemas must name {} and Operations be a list", kPatchSchema));
  }
  Steps steps(shape, own_id, leniency);
  for (std::size_t i = 0; i < operations.size(); ++i) steps.add(operations[i], i);
  return steps.take();
}

}  // namespace usher::sandbox
