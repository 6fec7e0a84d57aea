// Servers that no OpenLDAP can be: Active Directory's ranges, odd paging, silence, referrals.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"
#include "connectors/ldap/source.h"
#include "connectors/source.h"
#include "tests/connectors/ldap/outcome.h"
#include "tests/connectors/ldap/scripted_server.h"

namespace usher::ldap {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Values = ScriptedAnswer::Values;

constexpr int kBaseScope = 0;

SettingValues settings_for(const ScriptedServer& server) {
  SettingValues values;
  values.set("url", server.url());
  values.set("bind_dn", std::string("cn=usher"));
  values.set("bind_password", Secret("secret"));
  values.set("base", std::string("ou=people"));
  values.set("id", std::string("employeeNumber"));
  values.set("timeout", std::int64_t{5000});
  return values;
}

SettingValues with_groups(const ScriptedServer& server) {
  SettingValues values = settings_for(server);
  values.set("groups.kind", std::string("member"));
  values.set("groups.base", std::string("ou=groups"));
  return values;
}

ScriptedAnswer::Entry person(const std::string& number) {
  return {"cn=p" + number + ",ou=people", {{"employeeNumber", {"E" + number}}}};
}

ScriptedAnswer base_entry(const ScriptedSearch& search) {
  return {.entries = {{search.base, {}}}};
}

/// DNs of the people from `first` to `last`.
Values members(int first, int last) {
  Values dns;
  for (int i = first; i <= last; ++i) dns.push_back("cn=p" + std::to_string(i) + ",ou=people");
  return dns;
}

/// A directory of 4,000 people and one group that shows its members in `ranges`: how it answers
/// when asked for everything, and then for each description.
ScriptedServer::Script ranged_group(ScriptedAnswer::Entry group,
                                    std::vector<std::pair<std::string, Values>> later) {
  return [group = std::move(group), later = std::move(later)](const ScriptedSearch& search) {
    if (search.base == "ou=groups") return ScriptedAnswer{.entries = {group}};
    if (search.base == "cn=all,ou=groups") {
      ScriptedAnswer answer{.entries = {{search.base, {}}}};
      for (const auto& [asked, values] : later) {
        const std::string& description = search.attributes.at(0);
        // The answer names the range it really holds, which ends before the `*` asked for.
        if (asked.starts_with(description.substr(0, description.find('-') + 1))) {
          answer.entries[0].attributes = {{"member", {}}, {asked, values}};
        }
      }
      return answer;
    }
    if (search.scope == kBaseScope) return base_entry(search);
    ScriptedAnswer answer;
    for (int i = 0; i < 4000; ++i) answer.entries.push_back(person(std::to_string(i)));
    return answer;
  };
}

// never-again 12, 13
TEST(ScriptedLdapTest, ALongGroupIsFollowedToItsLastRange) {
  const ScriptedServer server(
      ranged_group({"cn=all,ou=groups",
                    {{"cn", {"all"}}, {"member", {}}, {"member;range=0-1499", members(0, 1499)}}},
                   {{"member;range=1500-2999", members(1500, 2999)},
                    {"member;range=3000-*", members(3000, 3200)}}));
  const Outcome got = read(with_groups(server));
  EXPECT_TRUE(got.receipt.complete());
  for (const char* inside : {"E0", "E1499", "E1500", "E2999", "E3000", "E3200"}) {
    ASSERT_NE(got.sink.find(inside)->find("groups"), nullptr) << inside;
    EXPECT_FALSE(got.sink.find(inside)->is_unread("groups"));
  }
  EXPECT_EQ(got.sink.find("E3201")->find("groups"), nullptr);
}

TEST(ScriptedLdapTest, RangesInAnyOrderAndSpellingAreUnderstood) {
  const ScriptedServer server(ranged_group({"cn=all,ou=groups",
                                            {{"Member;Range=2-3", members(2, 3)},
                                             {"MEMBER;RANGE=0-1", members(0, 1)},
                                             {"member", {}},
                                             {"cn", {"all"}}}},
                                           {{"Member;range=4-*", members(4, 5)}}));
  const Outcome got = read(with_groups(server));
  EXPECT_THAT(*got.sink.find("E5")->find("groups"), ElementsAre("all"));
  EXPECT_EQ(got.sink.find("E6")->find("groups"), nullptr);
  EXPECT_FALSE(got.sink.find("E6")->is_unread("groups"));
}

// never-again 4
TEST(ScriptedLdapTest, AGroupThatIsNotHandedOutInWholeMakesGroupsUnknown) {
  const ScriptedServer server(
      ranged_group({"cn=all,ou=groups",
                    {{"cn", {"all"}}, {"member", {}}, {"member;range=0-1499", members(0, 1499)}}},
                   {}));
  const Outcome got = read(with_groups(server));
  EXPECT_TRUE(got.receipt.complete()) << "the people themselves were all read";
  EXPECT_TRUE(got.sink.find("E0")->is_unread("groups"));
  EXPECT_TRUE(got.sink.find("E3999")->is_unread("groups"));
  EXPECT_THAT(got.sink.problems.at(0).message,
              HasSubstr("did not hand out all values of `member`"));
}

TEST(ScriptedLdapTest, ARangeWithFewerValuesThanItSaysIsNotBelieved) {
  const ScriptedServer server(ranged_group(
      {"cn=all,ou=groups", {{"cn", {"all"}}, {"member;range=0-1499", members(0, 1000)}}},
      {{"member;range=1500-*", members(1500, 1600)}}));
  EXPECT_TRUE(read(with_groups(server)).sink.find("E0")->is_unread("groups"));
}

TEST(ScriptedLdapTest, ALongAttributeOfAPersonIsFollowedOrUnread) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.base == "cn=p1,ou=people") {
      return {.entries = {{search.base, {{"description;range=1-*", {"b"}}}}}};
    }
    if (search.base == "cn=p2,ou=people") return {.code = 50};
    if (search.scope == kBaseScope) return base_entry(search);
    ScriptedAnswer answer{.entries = {person("1"), person("2")}};
    for (auto& entry : answer.entries) {
      entry.attributes.push_back({"description;range=0-0", {"a"}});
    }
    return answer;
  });
  const Outcome got = read(settings_for(server));
  EXPECT_THAT(*got.sink.find("E1")->find("description"), ElementsAre("a", "b"));
  EXPECT_EQ(got.sink.find("E2")->find("description"), nullptr);
  EXPECT_TRUE(got.sink.find("E2")->is_unread("description"));
}

// never-again 11
TEST(ScriptedLdapTest, AShortPageIsNotTheLastOne) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    if (search.cookie.empty()) return {.entries = {person("1")}, .cookie = "2"};
    if (search.cookie == "2") return {.cookie = "3"};
    return {.entries = {person("3")}, .cookie = ""};
  });
  const Outcome got = read(settings_for(server));
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_EQ(got.receipt.pages, 3U);
  EXPECT_THAT(got.sink.people, SizeIs(2));
}

TEST(ScriptedLdapTest, EndlessEmptyPagesAreGivenUp) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    return {.cookie = "again"};
  });
  EXPECT_THAT(read(settings_for(server)).receipt.reasons, ElementsAre(HasSubstr("empty pages")));
}

TEST(ScriptedLdapTest, AFailedSecondPageIsIncomplete) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    if (search.cookie.empty()) return {.entries = {person("1")}, .cookie = "2"};
    return {.code = 51, .words = "come back later"};
  });
  const Outcome got = read(settings_for(server));
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr("LDAP 51")));
  EXPECT_THAT(got.receipt.result, HasSubstr("come back later"));
}

struct CodeCase {
  int code;
  std::string cure;
};

class ResultCodeTest : public testing::TestWithParam<CodeCase> {};

// never-again 6, 14
TEST_P(ResultCodeTest, IsIncompleteWithItsCure) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    return {.entries = {person("1")}, .code = GetParam().code};
  });
  const Outcome got = read(settings_for(server));
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr(GetParam().cure)));
  EXPECT_THAT(got.sink.people, SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(
    ScriptedLdap, ResultCodeTest,
    testing::Values(CodeCase{1, "failed after 1 entries"}, CodeCase{3, "time limit"},
                    CodeCase{4, "size.prtotal"}, CodeCase{10, "referrals are not followed"},
                    CodeCase{11, "lower `page_size`"}, CodeCase{50, "grant it read access"},
                    CodeCase{80, "failed after 1 entries"}),
    [](const auto& tested) { return "Code" + std::to_string(tested.param.code); });

TEST(ScriptedLdapTest, SearchReferencesAreCountedAndNotFollowed) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    return {.entries = {person("1")},
            .references = {"ldap://127.0.0.1:1/ou=a", "ldap://127.0.0.1:1/ou=b"}};
  });
  const Outcome got = read(settings_for(server));
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_THAT(got.sink.problems.at(0).message, HasSubstr("2 search references"));
}

// never-again 9
TEST(ScriptedLdapTest, ABaseThatAnswersSuccessAndNothingIsIncomplete) {
  const ScriptedServer server([](const ScriptedSearch&) { return ScriptedAnswer{}; });
  const Outcome got = read(settings_for(server));
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr("shows nothing")));
}

TEST(ScriptedLdapTest, ABindThatMadeUsNobodyIsRefused) {
  const ScriptedServer server([](const ScriptedSearch& search) { return base_entry(search); }, "");
  try {
    (void)read(settings_for(server));
    FAIL() << "was read";
  } catch (const ConnectorError& error) {
    EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
  }
}

TEST(ScriptedLdapTest, AServerWithoutWhoAmIIsRead) {
  const ScriptedServer server(
      [](const ScriptedSearch& search) -> ScriptedAnswer {
        if (search.scope == kBaseScope) return base_entry(search);
        return {.entries = {person("1")}};
      },
      std::nullopt);
  EXPECT_TRUE(read(settings_for(server)).receipt.complete());
}

TEST(ScriptedLdapTest, AGuidIsAnId) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    const std::string guid("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);
    return {.entries = {{"cn=ann", {{"objectGUID", {guid}}, {"userAccountControl", {"514"}}}}}};
  });
  SettingValues settings = settings_for(server);
  settings.set("id", std::string("objectGUID"));
  const Outcome got = read(settings);
  EXPECT_EQ(got.sink.people.at(0).source_id, "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_THAT(*got.sink.people[0].find("active"), ElementsAre("false"));
}

TEST(ScriptedLdapTest, AnEntryWithoutAReadableIdIsIncomplete) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    return {.entries = {{"cn=none", {{"cn", {"none"}}}},
                        {"cn=two", {{"employeeNumber", {"E1", "E2"}}}},
                        person("3")}};
  });
  const Outcome got = read(settings_for(server));
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr("cn=none"), HasSubstr("cn=two")));
  EXPECT_THAT(got.sink.people, SizeIs(1));
}

// never-again 50
TEST(ScriptedLdapTest, ALostConnectionIsTakenUpOnceAndNobodyComesTwice) {
  int searches = 0;
  const ScriptedServer server([&](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    if (search.cookie.empty()) return {.entries = {person("1"), person("2")}, .cookie = "next"};
    return {.entries = {person("3")}, .cookie = "", .hang_up = ++searches == 1};
  });
  const Outcome got = read(settings_for(server));
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_EQ(server.connections(), 2);
  EXPECT_THAT(got.sink.people, SizeIs(3));
  EXPECT_EQ(got.receipt.entries, 3U);
}

TEST(ScriptedLdapTest, AConnectionLostTwiceIsIncomplete) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    return {.entries = {person("1")}, .hang_up = true};
  });
  const Outcome got = read(settings_for(server));
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr("for the second time")));
  EXPECT_THAT(got.sink.people, SizeIs(1));
  EXPECT_EQ(server.connections(), 2);
}

TEST(ScriptedLdapTest, AConnectionLostTwiceBeforeAnybodyCameCannotBeRead) {
  const ScriptedServer server(
      [](const ScriptedSearch&) -> ScriptedAnswer { return {.hang_up = true}; });
  EXPECT_THROW((void)read(settings_for(server)), ConnectorError);
}

TEST(ScriptedLdapTest, SilenceEndsAtTheTimeout) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    return {.entries = {person("1")}, .fall_silent = true};
  });
  SettingValues settings = settings_for(server);
  settings.set("timeout", std::int64_t{50});
  EXPECT_THAT(read(settings).receipt.reasons, ElementsAre(HasSubstr("no answer for 50 ms")));
}

TEST(ScriptedLdapTest, PasswordsAreNotTakenOver) {
  const ScriptedServer server([](const ScriptedSearch& search) -> ScriptedAnswer {
    if (search.scope == kBaseScope) return base_entry(search);
    ScriptedAnswer answer{.entries = {person("1")}};
    answer.entries[0].attributes.push_back({"userPassword", {"{SSHA}canary"}});
    return answer;
  });
  EXPECT_FALSE(read(settings_for(server)).sink.people.at(0).attributes.contains("userPassword"));
}

}  // namespace
}  // namespace usher::ldap
