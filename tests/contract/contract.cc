#include "tests/contract/contract.h"

#include "mapping/difference.h"
#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

class ContractTest : public ::testing::Test {
 public:
  ContractTest(std::shared_ptr<const Subject> subject, Case what)
      : subject_(std::move(subject)), case_(std::move(what)) {}

  void TestBody() override {
    if (!case_.applies(*subject_, capabilities_of(*subject_))) {
      GTEST_SKIP() << "not declared by " << subject_->name;
    }
    case_.run(*subject_);
  }

 private:
  std::shared_ptr<const Subject> subject_;
  Case case_;
};

}  // namespace

bool add(Subject subject) {
  const auto shared = std::make_shared<const Subject>(std::move(subject));
  for (const auto& cases : {credential_cases(), list_cases(), creation_cases(), update_cases(),
                            removal_cases(), placeholder_cases(), disturbed_list_cases(),
                            disturbed_write_cases(), patience_cases(), mood_cases()}) {
    for (const Case& each : cases) {
      ::testing::RegisterTest(
          ("Contract" + shared->name).c_str(), each.name.c_str(), nullptr, nullptr, __FILE__,
          __LINE__, [shared, each]() -> ContractTest* { return new ContractTest(shared, each); });
    }
  }
  return true;
}

void expect_served(World& world, int number, const Account& desired) {
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete()) << ::testing::PrintToString(seen.receipt.reasons);
  if (world.can().key.empty()) {
    EXPECT_EQ(world.count(seen, number), 1U);
    return;
  }
  ASSERT_EQ(seen.count(desired.key), 1U) << desired.key;
  const Account& account = *seen.find(desired.key);
  EXPECT_THAT(differing_fields(desired, {}, account, world.can()), ::testing::IsEmpty());
  EXPECT_NE(account.status, AccountStatus::kInactive);
}

bool is_powerless(const Seen& seen, const std::string& remote_id) {
  const Account* account = seen.find(remote_id);
  return account == nullptr || account->status == AccountStatus::kInactive || !account->usable;
}

}  // namespace usher::contract
