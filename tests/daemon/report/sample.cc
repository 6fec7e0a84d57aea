#include "tests/daemon/report/sample.h"

#include <algorithm>

namespace usher::sample {
namespace {

Fields fields(std::initializer_list<std::pair<std::string, Value>> list) {
  Fields result;
  for (const auto& [name, value] : list) result.set(name, value);
  return result;
}

Change held(Change change, HoldClass hold_class) {
  change.status = ChangeStatus::kHeld;
  change.hold_class = hold_class;
  return change;
}

Change failed(Change change) {
  change.status = ChangeStatus::kFailed;
  change.attempt = 2;
  change.error = "422 from the provider: the domain is not allowed; add it to the workspace";
  return change;
}

Plan busy_plan() {
  Plan plan = quiet_plan("sales-whatsapp");
  plan.status = TargetStatus::kPartial;
  plan.unchanged = 170;
  plan.unmanaged_count = 2;
  plan.unmanaged = {{"410", "olga@example.com"}, {"411", ""}};
  plan.undecided = 1;
  plan.requests = 3;
  plan.mails = 2;
  plan.seats = Seats{200, 180};
  plan.seats_needed = 2;
  plan.seconds_estimated = 1.04;

  Change drift = promotion("0050");
  drift.cause = Cause::kDrift;
  drift.reason = "was changed in the target behind usher's back";
  Change waiting = change(Action::kRevoke, Cause::kLeaver, "0060", ChangeStatus::kWaiting);
  waiting.reason = "is no longer in source staff (read 1 of 2)";
  plan.changes = {invitation("0001"),
                  failed(invitation("0002")),
                  held(invitation("0003"), HoldClass::kSeats),
                  promotion("0040"),
                  drift,
                  waiting,
                  held(change(Action::kRevoke, Cause::kLeaver, "0070"), HoldClass::kRemovals),
                  held(change(Action::kRevoke, Cause::kLeaver, "0071"), HoldClass::kRemovals),
                  manual_leaver("0090")};
  std::ranges::sort(plan.changes, plan_order);
  plan.holds = {{"sha256:" + std::string(64, 'a'), HoldClass::kRemovals, 2, "1 % of 180 = 1",
                 "usher.yaml:41:7", HoldStatus::kOpen},
                {"sha256:" + std::string(64, 'b'), HoldClass::kSeats, 1, "2 of 200 seats are free",
                 "usher.yaml:22:3", HoldStatus::kOpen}};
  plan.problems = {
      {Severity::kWarning, "", "usher.yaml:52:7", "nobody has the attribute mobile"},
      {Severity::kError, "E0007", "people/hr.csv:12:5", "has no e-mail address, so no account"}};
  return plan;
}

}  // namespace

Change change(Action action, Cause cause, const std::string& number, ChangeStatus status) {
  Change change;
  change.action = action;
  change.cause = cause;
  change.source_id = "E" + number;
  change.key = "person" + number + "@example.com";
  if (!is_creation(change)) change.remote_id = "4" + number;
  change.status = status;
  change.reason =
      cause == Cause::kLeaver ? "is no longer in source staff" : "has changed in the source";
  return change;
}

Change invitation(const std::string& number) {
  Change joiner = change(Action::kInvite, Cause::kJoiner, number);
  joiner.fields = {"email", "role"};
  joiner.after = fields({{"email", joiner.key}, {"role", "agent"}});
  joiner.reason = "is in scope and has no account";
  return joiner;
}

Change promotion(const std::string& number) {
  Change mover = change(Action::kUpdate, Cause::kMover, number);
  mover.fields = {"role", "teams"};
  mover.before = fields({{"role", "agent"}});
  mover.after = fields({{"role", "team_supervisor"}, {"teams", Texts{"Sales", "Support"}}});
  return mover;
}

Change manual_leaver(const std::string& number) {
  Change leaver = change(Action::kManual, Cause::kLeaver, number);
  leaver.before = fields({{"role", "agent"}});
  leaver.reason = "is no longer in source staff. Open Settings, Team and suspend " + leaver.key;
  return leaver;
}

Plan quiet_plan(const std::string& target) {
  Plan plan;
  plan.target = target;
  plan.connector = "timelines";
  plan.hash = "sha256:" + std::string(64, '0');
  plan.sources = {"staff"};
  plan.people = 1180;
  plan.out_of_scope = 1000;
  plan.scope = R"(department eq "Sales")";
  plan.accounts = 180;
  plan.unchanged = 180;
  return plan;
}

RunReport full_report() {
  RunReport report = report_of(quiet_plan("customers/acme"));
  report.exit_code = 5;
  report.targets.push_back(busy_plan());
  SourceReport& source = report.sources.front();
  source.unknown = 1;
  source.receipt.incomplete("people/contractors.csv ends in an open quote");
  source.problems = {{Severity::kError, "E0009", "people/hr.csv:14:1", "the id is there twice"}};
  return report;
}

RunReport report_of(Plan plan) {
  RunReport report;
  report.version = "0.1.0";
  report.run = "01J8ZQ4T2N6M3V5X7Y9A1B3C5D";
  report.mode = "plan";
  report.started = "2026-01-02T03:04:05Z";
  SourceReport source;
  source.name = "staff";
  source.people = 1180;
  report.sources.push_back(source);
  report.targets.push_back(std::move(plan));
  return report;
}

}  // namespace usher::sample
