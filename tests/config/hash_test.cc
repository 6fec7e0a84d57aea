#include <gtest/gtest.h>

#include <cstdlib>

#include "config/settings.h"
#include "tests/config/catalogue.h"

namespace usher {
namespace {

constexpr const char* kBase =
    "version: 1\n"
    "sources:\n"
    "  people: { type: ldap, url: 'ldapi:///', base: dc=example, page_size: 500 }\n"
    "targets:\n"
    "  sales:\n"
    "    connector: chat\n"
    "    source: people\n"
    "    every: 15m\n"
    "    token: { env: USHER_TEST_TOKEN }\n"
    "    scope: 'department eq \"Sales\"'\n"
    "    map: { email: \"${mail}\", role: agent }\n"
    "    leavers: { do: flag, reads: 1 }\n"
    "    limits: { removals: { count: 5 } }\n";

class HashTest : public ::testing::Test {
 protected:
  HashTest() { setenv("USHER_TEST_TOKEN", "one", 1); }
  ~HashTest() override { unsetenv("USHER_TEST_TOKEN"); }

  /// The base with one piece of it replaced.
  static Config with(const std::string& from = "", const std::string& to = "") {
    std::string text = kBase;
    if (!from.empty()) text.replace(text.find(from), from.size(), to);
    return parse_config(text, "u.yaml", test::catalogue(), Secrets::kRequired);
  }
};

TEST_F(HashTest, HashesAreSha256InHex) {
  const Config config = with();
  EXPECT_EQ(config.hash.size(), 64U);
  EXPECT_EQ(config.hash.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(config.hash, with().hash);
}

TEST_F(HashTest, WhatDecidesWhoIsWantedIsInTheHashOfTheTarget) {
  const std::string base = with().targets[0].hash;
  EXPECT_NE(with("Sales", "Support").targets[0].hash, base);
  EXPECT_NE(with("${mail}", "${mail | lower}").targets[0].hash, base);
  EXPECT_NE(with("role: agent", "role: admin").targets[0].hash, base);
  EXPECT_NE(with("do: flag", "do: keep").targets[0].hash, base);
  EXPECT_NE(with("reads: 1", "reads: 2").targets[0].hash, base);
  EXPECT_NE(with("base: dc=example", "base: dc=other").targets[0].hash, base);
  EXPECT_NE(with("    map:", "    match: []\n    map:").targets[0].hash, base);
}

TEST_F(HashTest, WhatATargetDoesToAccountsIsInItsHash) {
  const std::string base = with().targets[0].hash;
  EXPECT_NE(with("    map:", "    url: https://other.example.com\n    map:").targets[0].hash, base);
  EXPECT_EQ(with("    map:", "    timeout: 5s\n    map:").targets[0].hash, base);
}

TEST_F(HashTest, LimitsScheduleAndSecretsAreNotInTheHashOfTheTarget) {
  const std::string base = with().targets[0].hash;
  EXPECT_EQ(with("count: 5", "count: 6").targets[0].hash, base);
  EXPECT_EQ(with("every: 15m", "every: 16m").targets[0].hash, base);
  EXPECT_EQ(
      with("email: \"${mail}\", role: agent", "role: agent, email: \"${mail}\"").targets[0].hash,
      base);
  setenv("USHER_TEST_TOKEN", "two", 1);
  EXPECT_EQ(with().targets[0].hash, base);
}

TEST_F(HashTest, HowASourceIsReachedIsNotInItsHash) {
  const std::string base = with().sources[0].hash;
  EXPECT_EQ(with("page_size: 500", "page_size: 100").sources[0].hash, base);
  EXPECT_NE(with("ldapi:///", "ldaps://ldap.example.com").sources[0].hash, base);
  EXPECT_NE(with("base: dc=example", "base: dc=example, id: uid").sources[0].hash, base);
}

TEST_F(HashTest, TheWholeHashKnowsEverythingButSecrets) {
  const std::string base = with().hash;
  EXPECT_NE(with("count: 5", "count: 6").hash, base);
  EXPECT_NE(with("every: 15m", "every: 16m").hash, base);
  EXPECT_NE(with("page_size: 500", "page_size: 100").hash, base);
  setenv("USHER_TEST_TOKEN", "two", 1);
  EXPECT_EQ(with().hash, base);
}

}  // namespace
}  // namespace usher
