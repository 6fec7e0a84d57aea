#include "connectors/scim/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace usher::scim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const ProfileError& error) {
    return error.what();
  }
  return "accepted";
}

std::string refusal_of_file(const std::string& text) {
  return refusal([&] { static_cast<void>(parse_profile("mine", text)); });
}

std::string refusal_of_change(const std::string& key, const std::string& value) {
  return refusal([&] { static_cast<void>(merged(Profile(), {{key, value}})); });
}

TEST(ProfileTest, EveryFileIsBuiltIn) {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(USHER_SOURCE_DIR "/connectors/scim/profiles")) {
    files.push_back(entry.path().stem());
  }
  std::vector<std::string> names;
  for (const auto& profile : builtin_profiles()) names.push_back(profile.name);
  EXPECT_THAT(names, UnorderedElementsAreArray(files));
  EXPECT_EQ(names.front(), "generic");
}

TEST(ProfileTest, GenericIsTheStandardItself) {
  EXPECT_THAT(find_profile("generic")->reasons, IsEmpty());
  EXPECT_EQ(find_profile("no-such-service"), nullptr);
}

TEST(ProfileTest, ReadsEveryKindOfValue) {
  const auto profile = parse_profile("mine", R"({"title": "Mine", "overrides": {
    "user_put": {"value": false, "why": "a"},
    "page_size": {"value": 7, "why": "b"},
    "list_key": {"value": "resources", "why": "c"},
    "single_valued": {"value": ["emails"], "why": "d"},
    "fixed_values": {"value": {"name.givenName": "N/A"}, "why": "e"},
    "paging": {"value": "cursor", "why": "f"},
    "rates": {"value": [{"methods": ["GET"], "on": "users", "what": "one", "count": 300,
                         "seconds": 30, "burst": 20, "body_over": 5}], "why": "g"}}})");
  EXPECT_EQ(profile.name, "mine");
  EXPECT_EQ(profile.title, "Mine");
  EXPECT_FALSE(profile.user_put);
  EXPECT_EQ(profile.page_size, 7);
  EXPECT_EQ(profile.list_key, "resources");
  EXPECT_THAT(profile.single_valued, ElementsAre("emails"));
  EXPECT_EQ(profile.fixed_values.front().second, "N/A");
  EXPECT_EQ(profile.paging, Paging::kCursor);
  EXPECT_EQ(profile.rates.front().burst, 20);
  EXPECT_EQ(profile.reasons.at("rates"), "g");
}

TEST(ProfileTest, RefusesWhatItDoesNotUnderstand) {
  struct Case {
    const char* overrides;
    const char* message;
  };
  const Case cases[] = {
      {R"("pagging": {"value": "index", "why": "x"})", "did you mean `paging`"},
      {R"("paging": {"value": "curser", "why": "x"})", "did you mean `cursor`"},
      {R"("paging": {"value": 1, "why": "x"})", "one of index, cursor, both, none is wanted"},
      {R"("page_size": {"value": "7", "why": "x"})", "a whole number from 0 is wanted, not \"7\""},
      {R"("page_size": {"value": -1, "why": "x"})", "a whole number from 0"},
      {R"("user_put": {"value": "no", "why": "x"})", "true or false is wanted"},
      {R"("list_key": {"value": 7, "why": "x"})", "a text is wanted"},
      {R"("auth": {"value": "bearer", "why": "x"})", "a list of texts is wanted"},
      {R"("fixed_values": {"value": ["a"], "why": "x"})", "an object of texts is wanted"},
      {R"("rates": {"value": [{"methods": ["GET"], "count": 0}], "why": "x"})", "a list such as"},
      {R"("rates": {"value": [{"methods": ["GET"], "count": 1, "per": 2}], "why": "x"})",
       "a list such as"},
      {R"("user_put": {"value": false})", "the reason"},
      {R"("user_put": {"value": false, "why": ""})", "the reason"},
      {R"("user_put": {"value": false, "why": "x", "since": "2026"})", "and nothing else"},
      {R"("user_put": false)", "the reason"},
      {R"("user_put": {"value": true, "why": "x"}, "user_put": {"value": false, "why": "x"})",
       "is given twice"},
  };
  for (const auto& [overrides, message] : cases) {
    EXPECT_THAT(
        refusal_of_file(R"({"title": "Mine", "overrides": {)" + std::string(overrides) + "}}"),
        HasSubstr(message))
        << overrides;
  }
}

TEST(ProfileTest, RefusesFilesThatAreNoProfiles) {
  EXPECT_THAT(refusal_of_file("{"), HasSubstr("not JSON: parse error at line 1"));
  EXPECT_THAT(refusal_of_file("[]"), HasSubstr("an object is wanted"));
  EXPECT_THAT(refusal_of_file(R"({"overrides": {}})"), HasSubstr("`title` is missing"));
  EXPECT_THAT(refusal_of_file(R"({"title": "Mine", "options": {}})"), HasSubstr("`options`"));
}

TEST(ProfileTest, TellsAllProblemsAtOnce) {
  try {
    static_cast<void>(merged(Profile(), {{"page_size", "many"}, {"putt", "x"}, {"sort", "false"}}));
    FAIL() << "accepted";
  } catch (const ProfileError& error) {
    ASSERT_EQ(error.problems.size(), 2);
    EXPECT_EQ(error.problems[0].key, "page_size");
    EXPECT_EQ(error.problems[1].key, "putt");
  }
}

TEST(ProfileTest, AConfigurationChangesSingleKeys) {
  const auto profile = merged(*find_profile("slack"), {{"page_size", "50"},
                                                       {"user_put", "false"},
                                                       {"paging", "index"},
                                                       {"single_valued", "emails, phoneNumbers"},
                                                       {"extra_headers", "X-A=1, X-B=2"},
                                                       {"list_key", "rows"}});
  EXPECT_EQ(profile.page_size, 50);
  EXPECT_FALSE(profile.user_put);
  EXPECT_EQ(profile.paging, Paging::kIndex);
  EXPECT_THAT(profile.single_valued, ElementsAre("emails", "phoneNumbers"));
  EXPECT_EQ(profile.extra_headers.size(), 2);
  EXPECT_EQ(profile.list_key, "rows");
  EXPECT_EQ(profile.delete_means, DeleteMeans::kDeactivates);
  EXPECT_EQ(profile.reasons.at("page_size"), "set in the configuration");
}

TEST(ProfileTest, RefusesChangesOfAnotherType) {
  EXPECT_THAT(refusal_of_change("page_size", "7x"), HasSubstr("a whole number"));
  EXPECT_THAT(refusal_of_change("user_put", "no"), HasSubstr("true or false"));
  EXPECT_THAT(refusal_of_change("paging", "pages"), HasSubstr("one of index"));
  EXPECT_THAT(refusal_of_change("extra_headers", "X-A"), HasSubstr("an object of texts"));
  EXPECT_THAT(refusal_of_change("rates", "5/s"), HasSubstr("a list such as"));
}

}  // namespace
}  // namespace usher::scim
