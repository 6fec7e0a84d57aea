// What `usher probe` finds out about an organisation.

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/polytomic/target.h"
#include "mapping/text.h"

namespace usher::polytomic {

std::vector<Finding> PolytomicTarget::probe() {
  std::vector<Finding> findings;
  for (const auto look : {&PolytomicTarget::probe_credential, &PolytomicTarget::probe_organization,
                          &PolytomicTarget::probe_lists}) {
    try {
      (this->*look)(findings);
    } catch (const ConnectorError& error) {
      findings.push_back({false, error.what()});
    }
  }
  for (const char* limit :
       {"a user has an address and roles, no name; whether an invitation was accepted is not told",
        "users cannot be suspended, and their address cannot be changed: both are left to humans",
        "deleting is permanent, and happens only with `leavers: { do: delete }`",
        "each creation mails an invitation"}) {
    findings.push_back({true, limit});
  }
  return findings;
}

void PolytomicTarget::probe_credential(std::vector<Finding>& findings) {
  if (settings_.by_partner()) return;  // nobody tells whose partner key it is
  me_ = to_me(client_.fetch_me().data());
  if (me_.is_partner) {
    findings.push_back({false, "this is a partner key: name the organisation in `organization`"});
  } else {
    findings.push_back({true, me_.email.empty()
                                  ? std::string("credential accepted")
                                  : "credential accepted as " + escape_for_display(me_.email)});
  }
}

void PolytomicTarget::probe_organization(std::vector<Finding>& findings) {
  const Answer answer = client_.fetch_organization();
  findings.push_back(
      {true,
       fmt::format("organisation {} ({})", escape_for_display(answer.data().get("id").text_or("?")),
                   escape_for_display(answer.data().get("name").text_or("")))});
  const std::string& version = client_.answered_version();
  if (version.empty() || version == settings_.api_version) return;
  findings.push_back(
      {false, fmt::format("version {} of the API was asked for, {} answers: set `api_version` to "
                          "one that this deployment has",
                          settings_.api_version, escape_for_display(version))});
}

void PolytomicTarget::probe_lists(std::vector<Finding>& findings) {
  roles_.reset();
  const Texts names = roles().names();
  findings.push_back({!names.empty(), "roles: " + escape_for_display(to_text(names))});
  const UserList users = read_list([](const User&) {});
  findings.push_back({true, fmt::format("{} users", users.rows)});
  for (const std::string& fault : users.faults) findings.push_back({false, fault});
}

}  // namespace usher::polytomic
