#include "connectors/dreadnode/target.h"

#include <fmt/format.h>

#include "connectors/dreadnode/convert.h"
#include "mapping/text.h"

namespace usher::dreadnode {
namespace {

bool is_owner(const Account& account) {
  const Value* permission = account.fields.find("permission");
  return permission != nullptr && *permission == Value("owner");
}

}  // namespace

DreadnodeTarget::DreadnodeTarget(Settings settings, HttpContext& http)
    : settings_(std::move(settings)),
      capabilities_(dreadnode::capabilities(settings_)),
      client_(settings_, http) {}

Receipt DreadnodeTarget::read(const std::function<void(Account)>& each) {
  const auto answer = client_.fetch_users();
  Receipt receipt;
  receipt.pages = 1;
  receipt.result = "200";
  owners_ = 0;
  for (const Json& grant : answer->root().elements()) {
    try {
      Account account = to_account(grant, settings_.email_key);
      owners_ += is_owner(account) ? 1 : 0;
      each(std::move(account));
      ++receipt.entries;
    } catch (const ConnectorError& error) {
      receipt.incomplete(fmt::format("a grant could not be read: {}", error.what()));
    }
  }
  return receipt;
}

Listing DreadnodeTarget::list(AccountSink& sink) {
  Listing listing;
  listing.tenancy = fmt::format("dreadnode {} {}/{}", settings_.http.base_url, settings_.org,
                                settings_.workspace);
  listing.receipt = read([&](Account account) { sink.account(std::move(account)); });
  return listing;
}

Lookup DreadnodeTarget::find(const AccountRef& ref) {
  const std::string key = fold_key(ref.key);
  Lookup lookup;
  try {
    const Receipt receipt = read([&](Account account) {
      const bool is_meant =
          ref.remote_id.empty() ? fold_key(account.key) == key : account.remote_id == ref.remote_id;
      if (is_meant) lookup = {Presence::kPresent, std::move(account)};
    });
    if (lookup.presence != Presence::kPresent && receipt.complete()) {
      lookup.presence = Presence::kAbsent;
    }
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
  }
  return lookup;
}

std::vector<Applied> DreadnodeTarget::apply(std::span<const Change> changes, Steps& steps) {
  std::vector<Applied> applied;
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied DreadnodeTarget::apply_one(const Change& change, Steps& steps) {
  const bool adds = change.action == Action::kCreate;
  const std::string_view step = to_string(change.action);
  if (!adds && !(change.action == Action::kDelete && settings_.remove_member)) {
    throw ConnectorError(ErrorKind::kUnsupported,
                         fmt::format("Dreadnode documents no operation to {} a grant", step));
  }
  steps.intend(step, change.key);
  try {
    Applied applied = adds ? add(change) : remove(change);
    steps.done(step, applied.remote_id);
    return applied;
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kMalformed) throw;
    // A success that cannot be read says that something was done, not what.
    throw ConnectorError(ErrorKind::kUnknownOutcome, error.what());
  }
}

// 409, for somebody else was faster, goes to the engine: it looks at the list and links who is
// there.
Applied DreadnodeTarget::add(const Change& change) {
  const auto answer = send_grant(change);
  Account now = to_account(answer->root(), settings_.email_key);
  if (fold_key(now.key) == fold_key(change.key)) return {now.remote_id, now, {}};
  throw ConnectorError(ErrorKind::kMalformed,
                       fmt::format("the answer to the grant for {} is about {}",
                                   escape_for_display(change.key), escape_for_display(now.key)));
}

std::unique_ptr<JsonDocument> DreadnodeTarget::send_grant(const Change& change) {
  try {
    return client_.add_user(to_body(change, settings_.email_key));
  } catch (const ConnectorError& error) {
    const bool is_unknown = error.kind == ErrorKind::kNotFound;
    if (!is_unknown && error.http_status != 422) throw;
    const std::string cure = fmt::format(
        "invite them in the settings of organisation {}, as an owner; once they have accepted, "
        "the next run gives the grant",
        escape_for_display(settings_.org));
    const std::string who = escape_for_display(change.key);
    throw ConnectorError(
        error.kind,
        is_unknown
            ? fmt::format("{} has not joined the organisation: {}. {}", who, cure, error.what())
            : fmt::format("{}. If {} has not joined the organisation: {}. If the address has "
                          "another name in the body of a grant: set `email_key`",
                          error.what(), who, cure),
        error.code, error.http_status);
  }
}

// There is no way back, so the list is read once more.
Applied DreadnodeTarget::remove(const Change& change) {
  const Lookup seen = find({change.remote_id, {}});
  if (seen.presence == Presence::kAbsent) return {change.remote_id, {}, "was already gone"};
  std::string_view reason;
  if (seen.presence == Presence::kUnknown) reason = "could not be looked up right before";
  if (is_owner(seen.account) && owners_ == 1) {
    reason = "is the only owner of the workspace; make somebody else owner first";
  }
  if (!reason.empty()) {
    throw ConnectorError(ErrorKind::kRejected,
                         fmt::format("not removed: {} {}", escape_for_display(change.key), reason));
  }
  const auto answer = client_.remove_member(change.remote_id);
  const bool deleted = answer->root().get("user_deleted").as_bool();  // else it is another answer
  return {change.remote_id, {}, deleted ? "the account was deleted with it" : ""};
}

std::vector<Finding> DreadnodeTarget::probe() {
  std::vector<Finding> findings;
  try {
    const Receipt receipt = read([](const Account&) {});
    findings.push_back({true, fmt::format("credential accepted, {} users, owners among them: {}",
                                          receipt.entries, owners_)});
    for (const std::string& reason : receipt.reasons) findings.push_back({false, reason});
  } catch (const ConnectorError& error) {
    findings.push_back({false, error.what()});
  }
  for (const char* limit :
       {"whose key this is cannot be learned: name its holder under `protected`",
        "grants can be given, but neither changed nor taken back: that is left to humans",
        "a person must have joined the organisation before; usher invites nobody to it",
        "whether a grant sends a mail is not documented: plans count one"}) {
    findings.push_back({true, limit});
  }
  if (settings_.remove_member) {
    findings.push_back({true,
                        "`remove_member`: leavers lose the whole organisation, not only this "
                        "workspace, and perhaps their account"});
  }
  return findings;
}

const ConnectorKind& kind() {
  static const ConnectorKind kKind{
      {"dreadnode", setting_specs(), capabilities({})},
      [](const SettingValues& values, HttpContext& http) -> std::unique_ptr<Target> {
        return std::make_unique<DreadnodeTarget>(read_settings(values), http);
      }};
  return kKind;
}

}  // namespace usher::dreadnode
