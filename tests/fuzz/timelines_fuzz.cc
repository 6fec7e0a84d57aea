// Feeds arbitrary bytes to everything that reads the two TimelinesAI APIs' JSON. Nothing but
// ConnectorError may come out, and what was read as a person must be fit to be shown and sent.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/error.h"
#include "connectors/timelines/convert.h"
#include "connectors/timelines/errors.h"
#include "connectors/timelines_partner/convert.h"
#include "connectors/timelines_partner/errors.h"
#include "tests/fuzz/require.h"

namespace {

using namespace usher;

template <typename Read>
void attempt(Read read) {
  try {
    read();
  } catch (const ConnectorError&) {
  }
}

void read_public(const Json& body) {
  const auto look_at = [](const timelines::Teammate& teammate) {
    const Account account = timelines::to_account(teammate, "1");
    require(!account.remote_id.empty(), "an account has an id");
    require(!timelines::is_placeholder(account.key), "a placeholder has no key");
    Change change;
    change.action = Action::kUpdate;
    change.key = account.key;
    change.before = account.fields;
    attempt([&] { (void)timelines::to_body(timelines::to_invitation(change, account.fields)); });
  };
  attempt([&] { look_at(timelines::to_teammate(body)); });
  attempt([&] { (void)timelines::to_workspace(body); });
  attempt([&] {
    std::uint64_t read = 0;
    const auto list = timelines::read_teammates(body, [&](const timelines::Teammate& teammate) {
      ++read;
      look_at(teammate);
    });
    require(read + list.faults.size() == list.rows, "each row is read or a fault");
  });
}

void read_partner(const Json& body) {
  namespace partner = timelines_partner;
  attempt([&] { (void)partner::to_created(body); });
  attempt([&] {
    const partner::Workspace workspace = partner::to_workspace(body);
    for (const partner::User& user : workspace.users) {
      require(!partner::to_account(user, workspace).remote_id.empty(), "an account has an id");
      require(partner::to_account(user, workspace).key.empty(), "a placeholder has no key");
    }
    const auto note = partner::from_context(partner::to_context(workspace, 1));
    require(note.has_value(), "our own note can be read");
    require(partner::find_arrivals(workspace, *note, 0, 1).users.empty(), "nobody is new");
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpResponse response;
  response.body = bytes;
  for (const int status : {200, 403, 404, 429, 500}) {
    response.status = status;
    (void)timelines::read_error(response, 0);
    (void)timelines_partner::read_error(response);
  }
  (void)timelines_partner::from_context(bytes);
  (void)timelines::parse_time(bytes);
  (void)timelines_partner::parse_time(bytes);
  if (const auto document = JsonDocument::try_parse(bytes)) {
    read_public(document->root());
    read_partner(document->root());
  }
  return 0;
}
