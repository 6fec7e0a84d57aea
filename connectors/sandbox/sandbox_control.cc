// The control endpoint: what a rehearsal is steered and watched with.

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/json_reader.h"
#include "connectors/sandbox/sandbox.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

std::string dump(const nlohmann::json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

// A body that names a model's member of the seed is for that model; any other for whoever takes it.
std::vector<Model*> addressed(std::vector<Model*> models, const nlohmann::json& body) {
  std::stable_partition(models.begin(), models.end(), [&](const Model* model) {
    return std::ranges::any_of(model->seed_members(), [&](std::string_view member) {
      return body.is_object() && body.contains(std::string(member));
    });
  });
  return models;
}

}  // namespace

Response Sandbox::control_response(const Request& request) {
  const auto verb = std::string_view(request.path).substr(kControlPath.size());
  try {
    return json_response(200, dump(control(request.method, verb, request.query, request.body)));
  } catch (const BadRequest& error) {
    return json_response(400, dump({{"error", error.what()}}));
  }
}

nlohmann::json Sandbox::control(std::string_view method, std::string_view verb,
                                std::string_view query, std::string_view body) {
  const auto given = body.empty() ? nlohmann::json::object() : parse_json(body, "the body");
  const Lock lock(mutex_);
  if (method == "GET") {
    return show(verb, query);
  }
  if (method == "DELETE" && verb == "faults") {
    faults_.clear();
    return faults_.to_json();
  }
  if (method == "POST" && verb == "reset") {
    // The body, if there is one, is the seed from now on.
    return restart(body.empty() ? seed_ : std::string(body));
  }
  if (method != "POST") {
    throw BadRequest(fmt::format("{} {} is not understood; docs/sandbox.md lists what is",
                                 escape_for_display(method), escape_for_display(verb)));
  }
  return change(verb, given);
}

nlohmann::json Sandbox::restart(std::string seed) {
  try {
    reset(seed);
  } catch (const BadRequest&) {
    reset(seed_);  // the one that is known to be good
    throw;
  }
  seed_ = std::move(seed);
  return state("users=no");
}

nlohmann::json Sandbox::show(std::string_view verb, std::string_view query) const {
  if (verb == "state") {
    return state(query);
  }
  if (verb == "log") {
    return log_.to_json(query);
  }
  if (verb == "faults") {
    return faults_.to_json();
  }
  if (verb == "switches") {
    return switches_.to_json();
  }
  throw BadRequest(
      fmt::format("there is nothing to see at `{}`; there are state, log, faults and switches",
                  escape_for_display(verb)));
}

nlohmann::json Sandbox::state(std::string_view query) const {
  nlohmann::json result = {{"requests", log_.count()},
                           {"held", held_},
                           {"faults", faults_.to_json()},
                           {"switches", switches_.to_json()}};
  for (const auto* model : models()) {
    result.update(model->state(query, context()));
  }
  return result;
}

nlohmann::json Sandbox::change(std::string_view verb, const nlohmann::json& body) {
  if (verb == "faults") {
    faults_.add(body);
    return faults_.to_json();
  }
  if (verb == "switches") {
    switches_.set_all(body);
    return switches_.to_json();
  }
  if (verb == "release") {
    std::vector<std::string> problems;
    JsonReader reader(body, "", problems);
    const auto name = reader.text("name");
    reader.finish();
    require_no_problems(problems, verb);
    ++(name.empty() ? all_releases_ : releases_[name]);
    changed_.notify_all();
    return {{"were_held", held_}};
  }
  for (auto* model : addressed(models(), body)) {
    if (auto done = model->act(verb, body, context())) {
      return *std::move(done);
    }
  }
  throw BadRequest(fmt::format(
      "`{}` is not understood; there are faults, switches, release, reset, accept, expire and edit",
      escape_for_display(verb)));
}

}  // namespace usher::sandbox
