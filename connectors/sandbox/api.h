#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sandbox/message.h"
#include "connectors/sandbox/switches.h"

namespace usher::sandbox {

/// What a fake may look at beside the request itself.
struct Context {
  const Switches& switches;
  std::int64_t now = 0;  ///< seconds since the epoch, as the fake server's clock has it
};

/// What the fakes of one provider hold between requests. Two APIs of a provider may share one.
/// Only one thread at a time calls a model or an API; the sandbox sees to that.
class Model {
 public:
  virtual ~Model() = default;

  /// The switches that decide about things all its APIs share.
  [[nodiscard]] virtual std::span<const SwitchSpec> switches() const = 0;

  /// Names of the seed's members that `load` reads.
  [[nodiscard]] virtual std::vector<std::string_view> seed_members() const = 0;

  /// Forgets everything and takes over what `seed` says. Each fault of the seed is added to
  /// `problems`; with problems the content is not to be used.
  virtual void load(const nlohmann::json& seed, std::vector<std::string>& problems) = 0;

  /// Everything held, for tests and for the curious. `query` may narrow it.
  [[nodiscard]] virtual nlohmann::json state(std::string_view query,
                                             const Context& context) const = 0;

  /// Does what somebody else than the client does: a person accepts an invitation, an
  /// administrator changes a role by hand. Nothing when `verb` is unknown here; throws BadRequest
  /// when it cannot be done.
  [[nodiscard]] virtual std::optional<nlohmann::json> act(std::string_view verb,
                                                          const nlohmann::json& body,
                                                          const Context& context) = 0;
};

/// One fake API, bound to a path of the server.
class Api {
 public:
  virtual ~Api() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;       ///< `timelines`
  [[nodiscard]] virtual std::string_view base_path() const = 0;  ///< `/integrations/api`
  [[nodiscard]] virtual std::span<const SwitchSpec> switches() const = 0;
  [[nodiscard]] virtual const std::shared_ptr<Model>& model() const = 0;

  /// The member of a reply that holds the listed users; list faults aim at it. Empty: the reply
  /// itself is the list.
  [[nodiscard]] virtual std::string_view list_member() const = 0;

  /// Lets `change` work on the JSON of a reply: where that is wrapped in something else (an event
  /// stream), on what is inside.
  virtual void with_json(Response& response, const std::function<void(Response&)>& change) const {
    change(response);
  }

  /// An error in the provider's own shape that no operation caused: 429, 500.
  [[nodiscard]] virtual Response error(int status, std::string_view message,
                                       const Context& context) const = 0;

  /// Answers one request. Its path begins with `base_path`.
  [[nodiscard]] virtual Response handle(const Request& request, const Context& context) = 0;
};

}  // namespace usher::sandbox
