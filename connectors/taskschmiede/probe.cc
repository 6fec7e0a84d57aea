// What `usher probe` finds out about an organisation.

#include <fmt/format.h>

#include "connectors/error.h"
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
        "external_id can be set on creation only (by `transport: rest` also later)",
        "the provider tells letter cases in e-mail addresses apart; usher writes them in lower "
        "case",
        "roles are shown for the first 1000 members only"}) {
    findings.push_back({true, limit});
  }
  return findings;
}

}  // namespace usher::taskschmiede
