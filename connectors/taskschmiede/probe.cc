// What `usher probe` finds out about an organisation.

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/taskschmiede/errors.h"
#include "connectors/taskschmiede/target.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

class CountingSink final : public AccountSink {
 public:
  explicit CountingSink(std::vector<Finding>& findings) : findings_(findings) {}
  void account(Account) override { ++count; }
  void problem(Problem problem) override { findings_.push_back({false, problem.message}); }

  std::size_t count = 0;

 private:
  std::vector<Finding>& findings_;
};

}  // namespace

void TaskschmiedeTarget::report_view(std::vector<Finding>& findings) {
  try {
    (void)client_.search(Scope::kServer, me().email);
  } catch (const ConnectorError& error) {
    if (!is_closed(error)) throw;
    findings.push_back(
        {false, fmt::format("who is on the server but not in the organisation cannot be looked "
                            "for ({}): somebody whose address is there in other letters would get "
                            "a second user. Use the credential of a master admin, and let usher "
                            "through to /api/v1",
                            error.what())});
  }
}

std::vector<Finding> TaskschmiedeTarget::probe() {
  std::vector<Finding> findings;
  try {
    const Me& me = this->me();
    findings.push_back(
        {true, fmt::format("credential accepted as {}{}", escape_for_display(me.email),
                           me.is_admin ? ", a master admin" : "")});
    CountingSink sink(findings);
    const Listing listing = list(sink);
    findings.push_back({true, fmt::format("organisation {} has {} accounts",
                                          escape_for_display(settings_.organization), sink.count)});
    for (const std::string& reason : listing.receipt.reasons) findings.push_back({false, reason});
    report_view(findings);
    if (settings_.always_suspend && !me.is_admin) {
      findings.push_back({false,
                          "`suspend: always` needs a master admin: leavers will only lose "
                          "the membership"});
    }
  } catch (const ConnectorError& error) {
    findings.push_back({false, error.what()});
  }
  for (const char* limit :
       {"nobody can be deleted: leavers lose the membership, and are suspended when it was the "
        "last",
        "no mail is sent to new people; a password is theirs to ask for",
        "a session that is open on the provider's side outlives a suspension until its login ends",
        "the provider tells letter cases in e-mail addresses apart; usher writes them in lower "
        "case",
        "roles are shown for the first 1000 members only"}) {
    findings.push_back({true, limit});
  }
  return findings;
}

}  // namespace usher::taskschmiede
