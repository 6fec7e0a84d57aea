// Services that nobody has described: users.

#include "mapping/text.h"
#include "tests/connectors/scim/fixture.h"
#include "tests/connectors/scim/odd_service.h"

namespace usher::scim {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ScimOddUsersTest : public ScimFixture {
 protected:
  void SetUp() override {
    ScimFixture::SetUp();
    for (const char* name : {"ann", "bob", "cy"}) {
      odd_.resources["/Users"].push_back(
          {{"id", name}, {"userName", std::string(name) + "@x.example"}, {"active", true}});
    }
    with("url", odd_.url());
  }

  /// Only the part before the `@`, as some services make of an address.
  void choose_user_names() {
    odd_.make = [](json& user) {
      const std::string name = user["userName"];
      user["userName"] = name.substr(0, name.find('@'));
    };
  }

  OddService odd_;
};

TEST_F(ScimOddUsersTest, AUserNameThatTheServiceChoseIsStillTheNewUser) {
  choose_user_names();
  (void)list();
  const Applied applied = apply(create("dan@x.example"));
  EXPECT_EQ(applied.remote_id, "10");
  EXPECT_EQ(applied.account->key, "dan");
  EXPECT_THAT(odd_.requests("POST"), SizeIs(1));
}

// Its answer was lost, and nobody has the userName that was sent.
TEST_F(ScimOddUsersTest, WhomTheServiceRenamedIsFoundByOurExternalId) {
  choose_user_names();
  (void)list();
  const Change change = create("dan@x.example", {{"externalId", std::string("E4")}});
  (void)apply(change);
  const Lookup found = target_->recover({{change}, "", "", 0}).at(0);
  EXPECT_EQ(found.presence, Presence::kPresent);
  EXPECT_EQ(found.account.remote_id, "10");
  EXPECT_EQ(target_->find({"", "eve@x.example", "E5"}).presence, Presence::kAbsent);
}

TEST_F(ScimOddUsersTest, OurExternalIdTellsTheNewUserWhateverTheStatus) {
  choose_user_names();
  odd_.created = 200;
  (void)list();
  EXPECT_EQ(apply(create("dan@x.example", {{"externalId", std::string("E4")}})).remote_id, "10");
}

// The service answers with somebody who was there before.
TEST_F(ScimOddUsersTest, SomebodyElseIsNeverTakenForTheNewUser) {
  (void)list();
  odd_.make = [](json& user) { user = {{"id", "ann"}, {"userName", "ann@x.example"}}; };
  EXPECT_EQ(refused(create("dan@x.example")).kind, ErrorKind::kUnknownOutcome);
  odd_.make = [](json& user) {
    user["externalId"] = "E9";
    user["userName"] = "eve";
  };
  EXPECT_EQ(refused(create("eve@x.example", {{"externalId", std::string("E5")}})).kind,
            ErrorKind::kUnknownOutcome);
}

// userNames compare without regard to case; a filter that does not would double people.
TEST_F(ScimOddUsersTest, AFilterThatMindsLetterCaseIsNotBelieved) {
  (void)list();
  EXPECT_EQ(find_key("BOB@X.example").account.remote_id, "bob");
  EXPECT_EQ(find_key("nobody@x.example").presence, Presence::kAbsent);
  const std::size_t before = odd_.requests().size();
  EXPECT_EQ(find_key("nobody2@x.example").presence, Presence::kAbsent);
  EXPECT_EQ(find_key("ann@x.example").account.remote_id, "ann") << "whom it finds is there";
  EXPECT_EQ(odd_.requests().size(), before + 2) << "the whole list is read once";
}

// The page that failed may have held whoever a 201 shows.
TEST_F(ScimOddUsersTest, AfterAListThatWasNotWholeAnIdIsNotKnownToBeNew) {
  odd_.turn = [](json& page, const auto&) {
    page["totalResults"] = 7;
    return 200;
  };
  EXPECT_FALSE(list().receipt.complete());
  choose_user_names();
  EXPECT_EQ(refused(create("dan@x.example")).kind, ErrorKind::kUnknownOutcome);
}

TEST_F(ScimOddUsersTest, AFilterThatDoesNotMindItIsEnough) {
  odd_.fits = [](const std::string& a, const std::string& b) { return fold_key(a) == fold_key(b); };
  (void)list();
  const std::size_t before = odd_.requests().size();
  EXPECT_EQ(find_key("nobody@x.example").presence, Presence::kAbsent);
  EXPECT_EQ(odd_.requests().size(), before + 2) << "for nobody, and for the witness";
}

TEST_F(ScimOddUsersTest, AWriteThatFindsNobodyIsNoRemovalOfWhoIsThere) {
  odd_.patch = [](json&, const json&) { return 404; };
  (void)list();
  (void)apply(change(Action::kDeactivate, "bob", "bob@x.example"));
  EXPECT_EQ(odd_.find("/Users", "bob")->at("active"), false) << "by PUT";
}

TEST_F(ScimOddUsersTest, WhereAPathHasNoTargetTheUserIsPut) {
  odd_.find("/Users", "ann")->update({{"emails", {{{"value", "ann@x.example"}}}}});
  odd_.patch = [](json&, const json&) { return 400; };
  (void)apply(update({{kWorkMail, std::string("new@x.example")}}, "ann@x.example"));
  EXPECT_EQ(odd_.find("/Users", "ann")->at("emails"),
            json::parse(R"([{"value": "new@x.example"}])"));
}

class ScimOddPagesTest : public ScimOddUsersTest {
 protected:
  void SetUp() override {
    ScimOddUsersTest::SetUp();
    override_profile({{"page_size", "2"}, {"paging", "index"}});
  }

  /// Nobody says how many there are, and behind the end there is nothing.
  void say_nothing_of_the_end() {
    odd_.turn = [](json& page, const auto&) {
      page.erase("totalResults");
      return page["Resources"].empty() ? 404 : 200;
    };
  }

  OddService& odd() { return odd_; }
};

TEST_F(ScimOddPagesTest, AfterAShorterPageThereNeedNotBeAnother) {
  say_nothing_of_the_end();
  const Receipt receipt = list().receipt;
  EXPECT_TRUE(receipt.complete());
  EXPECT_EQ(receipt.entries, 3U);
}

TEST_F(ScimOddPagesTest, AfterFullPagesAnErrorIsNoEnd) {
  say_nothing_of_the_end();
  odd_.resources["/Users"].push_back({{"id", "dan"}, {"userName", "dan@x.example"}});
  EXPECT_THAT(list().receipt.reasons, ElementsAre(HasSubstr("paging: none")));
}

TEST_F(ScimOddPagesTest, WhereTotalsCountThePageTheEndMayNotExist) {
  odd_.resources["/Users"].push_back({{"id", "dan"}, {"userName", "dan@x.example"}});
  odd_.turn = [](json& page, const auto&) {
    page["totalResults"] = page["Resources"].size();
    return page["Resources"].empty() ? 404 : 200;
  };
  const Receipt receipt = list().receipt;
  EXPECT_TRUE(receipt.complete());
  EXPECT_EQ(receipt.entries, 4U);
}

// It says what it shows, and never shows the rest.
TEST_F(ScimOddPagesTest, APageThatNeverTurnsIsNotTheWholeList) {
  odd_.turn = [this](json& page, const auto&) {
    page["Resources"] = {odd().resources["/Users"][0], odd().resources["/Users"][1]};
    page["totalResults"] = 2;
    return 200;
  };
  EXPECT_THAT(list().receipt.reasons, ElementsAre(HasSubstr("page_size: 3")));
}

}  // namespace
}  // namespace usher::scim
