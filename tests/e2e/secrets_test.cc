// Secrets never show: planted, used in every way, and looked for in everything that left the
// process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/e2e/world.h"
#include "tests/support/slapd.h"

namespace usher::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view kLdapPassword = Slapd::kPassword;

std::string everything_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

/// Both targets and a directory server, each with a secret in a file of its own.
class SecretsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string ldif = ldif_of_tree();
    for (int number = 1; number <= 3; ++number) {
      ldif += ldif_of_person("p" + std::to_string(number),
                             "employeeNumber: E" + std::to_string(number) + "\n");
    }
    slapd_ = std::make_unique<Slapd>(SlapdOptions{.ldif = ldif});
    plant("token", World::kToken);
    plant("partner", World::kPartnerSecret);
    plant("password", kLdapPassword);
    const std::string phones = world.phones_config();
    std::string yaml = world.inbox_config() + phones.substr(phones.find("  phones:"));
    yaml = replaced(yaml, "{ env: E2E_TOKEN }", "{ file: token }");
    yaml = replaced(yaml, "{ env: E2E_PARTNER_SECRET }", "{ file: partner }");
    yaml = replaced(
        yaml, "type: csv, path: people.csv, id: id, groups: { column: groups, separator: \";\" }",
        "type: ldap, url: \"" + slapd_->url() + "\", bind: simple, bind_dn: \"" +
            std::string(Slapd::kAdmin) +
            "\", bind_password: { file: password }, id: employeeNumber, "
            "base: \"ou=people,dc=example,dc=com\", filter: (objectClass=inetOrgPerson)");
    world.configure(yaml);
  }

  void plant(std::string_view name, std::string_view secret) const {
    const std::string path = world.folder().write(name, secret);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  }

  /// Started without a secret in its environment, so that what shows came from the files.
  Finished usher(const std::vector<std::string>& arguments) {
    ProcessOptions options = world.command(arguments);
    options.environment.erase("E2E_TOKEN");
    options.environment.erase("E2E_PARTNER_SECRET");
    Finished run = run_process(options);
    said_ += run.output + run.error;
    return run;
  }

  void expect_no_secret_in(const std::string& text, const std::string& what) const {
    for (const std::string_view secret : {World::kToken, World::kPartnerSecret, kLdapPassword}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << what << " holds " << secret;
    }
  }

  void TearDown() override {
    expect_no_secret_in(said_, "what usher said");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(world.folder().path())) {
      const std::string name = entry.path().filename();
      const bool is_input =
          name == "token" || name == "partner" || name == "password" || name == "seed.json";
      if (!is_input && entry.is_regular_file())
        expect_no_secret_in(everything_in(entry.path()), name);
    }
  }

  World world{0};
  std::unique_ptr<Slapd> slapd_;
  std::string said_;
};

TEST_F(SecretsTest, DoNotShowInReportsOfAnyFormatNorInTheState) {
  EXPECT_EQ(usher({"init"}).status, 0);
  EXPECT_EQ(usher({"check"}).status, 0);
  usher({"probe"});
  for (const char* format : {"text", "json", "html", "markdown", "csv"}) {
    EXPECT_EQ(usher({"plan", "--format", format}).status, 0);
  }
  EXPECT_EQ(
      usher({"plan", "--save", "saved.plan", "--format", "html", "--out", "report.html"}).status,
      0);
  EXPECT_EQ(usher({"apply", "--format", "json"}).status, 0);
  EXPECT_EQ(usher({"explain", "E1"}).status, 0);
  EXPECT_EQ(usher({"history"}).status, 0);
  EXPECT_EQ(usher({"state", "backup", "backup.db"}).status, 0);
}

// Errors whose text is the secret, as of a proxy that quotes the request.
TEST_F(SecretsTest, DoNotShowWhenAnErrorQuotesThem) {
  world.configure(
      replaced(replaced(everything_in(world.folder() / "usher.yaml"), "'Default'", "'Nowhere'"),
               "workspace: northwind-field", "workspace: northwind-none"));
  world.sandbox().fault({{{"match", {{"method", "POST"}}},
                          {"action", "wrong_json_type"},
                          {"members", {"message"}},
                          {"value", World::kToken},
                          {"times", 0}},
                         {{"match", {{"path_regex", "partner"}}},
                          {"action", "wrong_json_type"},
                          {"members", {"description"}},
                          {"value", World::kPartnerSecret},
                          {"times", 0}}});
  usher({"init"});
  EXPECT_THAT(usher({"apply"}).output, AllOf(HasSubstr("404"), HasSubstr("[secret]")));
  usher({"apply", "--format", "json"});
  usher({"probe"});
  usher({"history"});
}

TEST_F(SecretsTest, DoNotShowWhenTheyAreRefused) {
  usher({"init"});
  world.sandbox().fault({{"action", "status"}, {"status", 401}, {"times", 0}});
  EXPECT_EQ(usher({"plan"}).status, 1);
  EXPECT_EQ(usher({"probe"}).status, 1);
  world.sandbox().clear_faults();
  plant("other", "another-password");
  world.configure(replaced(everything_in(world.folder() / "usher.yaml"), "{ file: password }",
                           "{ file: other }"));
  EXPECT_EQ(usher({"plan"}).status, 1);
}

TEST_F(SecretsTest, DoNotShowInTheProcessList) {
  usher({"init"});
  world.sandbox().fault(
      {{"match", {{"method", "POST"}}}, {"action", "slow_reply"}, {"hold", "gate"}});
  ProcessOptions options = world.command({"apply"});
  options.environment.erase("E2E_TOKEN");
  options.environment.erase("E2E_PARTNER_SECRET");
  Process apply(options);
  world.sandbox().wait_for_held();
  const std::string proc = "/proc/" + std::to_string(apply.pid()) + "/";
  EXPECT_THAT(everything_in(proc + "cmdline"), HasSubstr("apply"))
      << "there is something to look at";
  expect_no_secret_in(everything_in(proc + "cmdline") + everything_in(proc + "environ"),
                      "the process list");
  EXPECT_THAT(everything_in(proc + "limits"),
              HasSubstr("Max core file size        0                    0"));
  world.sandbox().post("release", nlohmann::json::object());
  EXPECT_EQ(apply.wait(), 0);
  said_ += apply.output() + apply.error();
}

TEST_F(SecretsTest, InAFileThatOthersCanReadAreRefused) {
  std::filesystem::permissions(world.folder() / "token", std::filesystem::perms(0644));
  const Finished plan = usher({"plan"});
  EXPECT_EQ(plan.status, 3);
  EXPECT_THAT(plan.error, HasSubstr("token"));
  EXPECT_EQ(usher({"check"}).status, 0) << "a warning there";
}

}  // namespace
}  // namespace usher::e2e
