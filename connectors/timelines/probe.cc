// What `usher probe` finds out about a workspace.

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/timelines/target.h"
#include "mapping/text.h"

namespace usher::timelines {

std::vector<Finding> TimelinesTarget::probe() {
  std::vector<Finding> findings;
  const auto look = [&](void (TimelinesTarget::*step)(std::vector<Finding>&)) {
    try {
      (this->*step)(findings);
    } catch (const ConnectorError& error) {
      findings.push_back({false, error.what()});
    }
  };
  look(&TimelinesTarget::probe_workspace);
  look(&TimelinesTarget::probe_me);
  look(&TimelinesTarget::probe_list);
  for (const char* limit :
       {"first_name and last_name are sent with the invitation only and never returned",
        "an active member cannot be suspended, deleted or given another address by the API: such "
        "leavers become `manual` changes",
        "there is no look-up of one member: an invitation whose answer was lost is settled by "
        "reading "
        "the whole list",
        "every invitation sends a mail, and so may a change of role or team while it is open"}) {
    findings.push_back({true, limit});
  }
  return findings;
}

void TimelinesTarget::probe_workspace(std::vector<Finding>& findings) {
  const Workspace workspace = to_workspace(client_.fetch_workspace().data());
  findings.push_back(
      {true, fmt::format("workspace {} ({}), plan {}", escape_for_display(workspace.id),
                         escape_for_display(workspace.display_name),
                         escape_for_display(workspace.plan))});
  if (workspace.seats) {
    findings.push_back(
        {workspace.seats->free() > 0,
         fmt::format("{} of {} seats used", workspace.seats->used, workspace.seats->total)});
  } else {
    findings.push_back(
        {false, "seats are not told: they are not checked before people are invited"});
  }
  findings.push_back(
      {workspace.api_calls_total == 0 || workspace.api_calls_used < workspace.api_calls_total,
       fmt::format("{} of {} API calls of the month used", workspace.api_calls_used,
                   workspace.api_calls_total)});
}

void TimelinesTarget::probe_me(std::vector<Finding>& findings) {
  me_ = to_teammate(client_.fetch_me().data());
  if (const std::string problem = role_problem(*me_); !problem.empty()) {
    findings.push_back({false, problem});
    return;
  }
  findings.push_back(
      {true, fmt::format("credential accepted as {} ({})", escape_for_display(me_->email),
                         escape_for_display(me_->role))});
}

void TimelinesTarget::probe_list(std::vector<Finding>& findings) {
  Receipt receipt;
  const TeammateList list = read_list(receipt, [](const Teammate&) {});
  findings.push_back({true, fmt::format("{} teammates and invitations", list.rows)});
  for (const std::string& reason : receipt.reasons) findings.push_back({false, reason});
  if (list.teams.empty()) return;
  std::string titles;
  for (const std::string& title : list.teams) {
    titles += (titles.empty() ? "" : ", ") + escape_for_display(title);
  }
  findings.push_back({true, "teams: " + titles});
}

}  // namespace usher::timelines
