#include "tests/e2e/crash.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "tests/e2e/struck.h"

namespace usher::e2e {
namespace {

constexpr int kMostRestarts = 5;

nlohmann::json lost_reply(int after) {
  return {{"match", {{"method", "POST"}}}, {"after", after}, {"action", "lost_reply_after_commit"}};
}

}  // namespace

CrashWorld::CrashWorld(Api api, int people) : api_(api), people_(people), world_(people) {
  if (api == Api::kPlaceholders) world_.configure(world_.phones_config());
  world_.must(0, {"init"});
  for (int after = 0; after < people; after += 11) world_.sandbox().fault(lost_reply(after));
}

int CrashWorld::apply_struck(const std::string& orders) const {
  return run_process(struck(world_.command({"apply"}), orders)).status;
}

std::array<int, 5> CrashWorld::apply_counted() const {
  const std::string path = world_.folder() / "counts";
  ProcessOptions options = struck(world_.command({"apply"}), "");
  options.environment["KILL_AT_COUNTS"] = path;
  const Finished run = run_process(options);
  EXPECT_EQ(run.status, 0) << run.output << run.error;
  std::array<int, 5> counts{};
  std::ifstream file(path);
  for (int& count : counts) file >> count;
  return counts;
}

void CrashWorld::finish() {
  Finished run;
  run.status = -1;
  for (int start = 0; start < kMostRestarts && run.status != 0; ++start)
    run = world_.usher({"apply"});
  EXPECT_EQ(run.status, 0) << run.output << run.error;
  expect_one_each();
  const Finished plan = world_.usher({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.status, 0) << plan.output << plan.error;
}

void CrashWorld::expect_one_each() {
  if (api_ == Api::kPlaceholders) {
    const std::size_t users = world_.sandbox().users("northwind-field").size();
    EXPECT_EQ(users, static_cast<std::size_t>(people_) + 1) << "the owner, and one for each person";
    return;
  }
  const auto invitations = world_.sandbox().invitations();
  EXPECT_EQ(invitations.size(), static_cast<std::size_t>(people_));
  for (const auto& [address, count] : invitations) EXPECT_EQ(count, 1) << address;
}

}  // namespace usher::e2e
