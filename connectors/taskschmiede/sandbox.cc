#include "connectors/taskschmiede/sandbox.h"

#include "connectors/taskschmiede/sandbox_doors.h"
#include "connectors/taskschmiede/sandbox_model.h"

namespace usher::sandbox {
namespace taskschmiede {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::string_view kData = "data: ";

/// The text of a tool's result; null where the message has none that is JSON.
ordered_json* tool_text(ordered_json& message) {
  const ordered_json::json_pointer place("/result/content/0/text");
  return message.is_object() && message.contains(place) ? &message.at(place) : nullptr;
}

void change_text(ordered_json& text, const std::function<void(Response&)>& change) {
  Response inner = json_response(200, text.get<std::string>());
  change(inner);
  text = *inner.body;
}

/// A list of REST has its rows under `data`, as everything else has its members.
void change_list(ordered_json& body, const std::function<void(Response&)>& change) {
  body["users"] = std::move(body["data"]);
  body.erase("data");
  Response inner = json_response(200, body.dump());
  change(inner);
  body = ordered_json::parse(*inner.body);
  body["data"] = std::move(body["users"]);
  body.erase("users");
}

class TaskschmiedeApi final : public Api {
 public:
  std::string_view name() const override { return "taskschmiede"; }
  std::string_view base_path() const override { return "/taskschmiede"; }
  std::string_view list_member() const override { return "users"; }
  std::span<const SwitchSpec> switches() const override { return {}; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  void with_json(Response& response, const std::function<void(Response&)>& change) const override {
    with_inner_json(response, change);
  }

  Response error(int status, std::string_view message, const Context&) const override {
    const auto* const code = status == 429   ? "rate_limited"
                             : status == 404 ? "not_found"
                             : status == 401 ? "unauthorized"
                             : status == 403 ? "forbidden"
                             : status < 500  ? "invalid_input"
                                             : "internal_error";
    return json_response(status,
                         ordered_json{{"error", {{"code", code}, {"message", message}}}}.dump());
  }

  Response handle(const Request& request, const Context& context) override {
    if (server_->take("address " + request.peer, context.switches.get("taskschmiede_address_rate"),
                      context.now) > 0) {
      Response response = text_response(429, "Too Many Requests");
      response.headers.emplace_back("Retry-After", "60");
      return response;
    }
    const auto path = std::string_view(request.path).substr(base_path().size());
    constexpr std::string_view kRest = "/api/v1";
    if (path == "/mcp") return answer_mcp(*server_, request, context);
    if (path == "/mcp/health") {
      return json_response(200, R"({"service":"taskschmiede-mcp","status":"healthy"})");
    }
    if (!path.starts_with(kRest)) return text_response(404, "404 page not found");
    return answer_rest(*server_, path.substr(kRest.size()), request, context);
  }

 private:
  std::shared_ptr<Server> server_ = std::make_shared<Server>();
  std::shared_ptr<Model> model_ = server_;
};

}  // namespace

Response text_response(int status, std::string_view text) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .body = std::make_shared<const std::string>(text)};
}

void with_inner_json(Response& response, const std::function<void(Response&)>& change) {
  if (!response.body) return change(response);
  const bool is_stream = response.content_type == kEventStream;
  const std::size_t begin = is_stream ? response.body->find(kData) : 0;
  const std::string text = is_stream ? response.body->substr(begin + kData.size()) : *response.body;
  ordered_json body = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  ordered_json* inner = tool_text(body);
  if (inner != nullptr) {
    change_text(*inner, change);
  } else if (body.is_object() && body.contains("meta")) {
    change_list(body, change);
  } else {
    return change(response);
  }
  const std::string changed = body.dump();
  response.body = std::make_shared<const std::string>(
      is_stream ? "event: message\ndata: " + changed + "\n\n" : changed);
}

}  // namespace taskschmiede

std::unique_ptr<Api> make_taskschmiede_api() {
  return std::make_unique<taskschmiede::TaskschmiedeApi>();
}

}  // namespace usher::sandbox
