// Acme Desk, an invented provider: users with an address and a name, under /users.

#include <nlohmann/json.hpp>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "connectors/plugin.h"
#include "connectors/target.h"
#include "mapping/text.h"

namespace acme {
using namespace usher;

ConnectorSpec spec() {
  ConnectorSpec acme{.name = "acme", .settings = http_settings("", "0", "1"), .capabilities = {}};
  acme.settings.push_back({.name = "token", .kind = SettingKind::kSecret, .required = true});
  Capabilities& can = acme.capabilities;
  can.attributes = {{.name = "email", .required = true, .ignores_case = true},
                    {.name = "name", .is_name = true, .max_length = 100}};
  can.key = "email";
  can.creation = Action::kCreate;
  can.can_delete = can.has_lookup = true;
  return acme;
}

HttpOptions options(const SettingValues& settings) {
  HttpOptions http = http_options(settings);
  http.authorize = [token = settings.secret("token")](HttpRequest& request) {
    request.headers.emplace_back("Authorization", "Bearer " + token.reveal());
  };
  http.read_error = [](const HttpResponse& answer) {
    ProviderError error;  // a 404 page comes from a proxy: it is not somebody who is gone
    if (answer.status == 404 && !answer.is_json()) error.kind = ErrorKind::kMalformed;
    return error;
  };
  http.secrets = {settings.secret("token").reveal()};
  return http;
}

Account to_account(const Json& user) {
  Account account;
  account.remote_id = user.get("id").as_text();
  account.key = user.get("email").as_text();
  account.fields.set("email", account.key);
  account.fields.set("name", user.get("name").text_or(""));
  account.status = user.get("active").as_bool() ? AccountStatus::kActive : AccountStatus::kInactive;
  return account;
}

HttpRequest to_request(const Change& change) {
  const std::string at = "/users/" + encode_segment(change.remote_id);
  if (change.action == Action::kDelete) return {.method = "DELETE", .path = at};
  nlohmann::json body;
  for (const std::string& field : change.fields) body[field] = to_text(*change.after->find(field));
  if (change.action == Action::kUpdate) return {.method = "PATCH", .path = at, .body = body.dump()};
  if (change.action != Action::kCreate) throw ConnectorError(ErrorKind::kUnsupported, "not here");
  body["role"] = "viewer";
  return {.method = "POST", .path = "/users", .body = body.dump(), .repeat = Repeat::kNever};
}

class AcmeTarget final : public Target {
 public:
  AcmeTarget(const SettingValues& settings, HttpContext& http) : http_(options(settings), http) {}
  const Capabilities& capabilities() const override { return can_; }
  Account canonical(Account desired) const override { return desired; }

  Listing list(AccountSink& sink) override {
    Listing listing;
    Receipt& receipt = listing.receipt;
    std::string after;
    do {
      const auto page = send({.path = "/users?limit=100&after=" + encode_segment(after)});
      for (const Json& user : page->root().get("users").elements()) {
        sink.account(to_account(user));
        ++receipt.entries;
      }
      receipt.expected = static_cast<std::uint64_t>(page->root().get("total").as_int());
      after = page->root().get("next").text_or("");
    } while (!after.empty() && receipt.entries < receipt.expected);
    if (receipt.entries != receipt.expected) receipt.incomplete("not as many as announced");
    return listing;
  }

  Lookup find(const AccountRef& ref) override try {
    const bool by_id = !ref.remote_id.empty();
    const auto answer = send({.path = by_id ? "/users/" + encode_segment(ref.remote_id)
                                            : "/users?email=" + encode_segment(ref.key)});
    const Json root = answer->root();
    for (const Json& user : by_id ? std::vector{root} : root.get("users").elements()) {
      const Account account = to_account(user);
      if (by_id || fold_key(account.key) == fold_key(ref.key)) return {Presence::kPresent, account};
    }
    return {Presence::kAbsent, {}};
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {error.kind == ErrorKind::kNotFound ? Presence::kAbsent : Presence::kUnknown, {}};
  }

  std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override try {
    const Change& change = changes.front();  // `batch` is 1
    const HttpRequest request = to_request(change);
    steps.intend(request.method, change.key);
    const HttpResponse answer = http_.send(request);
    const bool is_gone = change.action == Action::kDelete &&
                         (answer.status == 204 || (answer.status == 404 && answer.is_json()));
    if (!answer.ok() && !is_gone) throw http_.to_error(request, answer);
    Applied applied{change.remote_id, {}, {}};
    if (!is_gone) applied.account = to_account(JsonDocument(answer.body, request.path).root());
    if (applied.account) applied.remote_id = applied.account->remote_id;
    steps.done(request.method, applied.remote_id);
    return {applied};
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kMalformed) throw;
    throw ConnectorError(ErrorKind::kUnknownOutcome, error.what());  // done, but what?
  }

  std::vector<Finding> probe() override try {
    (void)send({.path = "/users?limit=1"});
    return {{true, "credential accepted"}};
  } catch (const ConnectorError& error) {
    return {{false, error.what()}};
  }

 private:
  std::unique_ptr<JsonDocument> send(const HttpRequest& request) {
    return std::make_unique<JsonDocument>(http_.send_ok(request).body, request.path);
  }
  const Capabilities can_ = spec().capabilities;
  HttpClient http_;
};

const ConnectorKind& kind() {
  static const ConnectorKind kKind{
      spec(), [](const SettingValues& values, HttpContext& http) {
        return std::unique_ptr<Target>(std::make_unique<AcmeTarget>(values, http));
      }};
  return kKind;
}
}  // namespace acme

USHER_PLUGIN(acme::kind)
