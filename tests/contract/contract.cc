#include "tests/contract/contract.h"

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

class ContractTest : public ::testing::Test {
 public:
  ContractTest(std::shared_ptr<const Subject> subject, Case what)
      : subject_(std::move(subject)), case_(what) {}

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
  for (const auto& cases :
       {credential_cases(), list_cases(), write_cases(), removal_cases(), disturbance_cases()}) {
    for (const Case& each : cases) {
      ::testing::RegisterTest(
          ("Contract" + shared->name).c_str(), each.name, nullptr, nullptr, __FILE__, __LINE__,
          [shared, each]() -> ContractTest* { return new ContractTest(shared, each); });
    }
  }
  return true;
}

}  // namespace usher::contract
