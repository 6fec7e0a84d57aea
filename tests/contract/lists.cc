// What is there: all of it, or a reason why not.

#include <set>

#include "mapping/difference.h"
#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

/// Everybody of the seed, once, in canonical form.
void expect_whole(World& world, int people) {
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete()) << ::testing::PrintToString(seen.receipt.reasons);
  std::set<std::string> ids;
  for (const Account& account : seen.accounts) {
    EXPECT_FALSE(account.remote_id.empty());
    EXPECT_TRUE(ids.insert(account.remote_id).second) << account.remote_id << " is listed twice";
  }
  if (world.can().key.empty()) {
    EXPECT_GE(seen.accounts.size(), static_cast<std::size_t>(people));
    return;
  }
  for (int number = 1; number <= people; ++number) {
    const Account desired = world.person(number);
    const Account* account = seen.find(desired.key);
    ASSERT_NE(account, nullptr) << desired.key << " is not in the list";
    EXPECT_THAT(differing_fields(desired, {}, *account, world.can()), ::testing::IsEmpty())
        << desired.key;
  }
}

void lists_of_every_length_are_whole(const Subject& subject) {
  std::set<int> lengths{0, 1, 5};
  if (subject.page > 0) lengths.insert({subject.page, subject.page + 1, 3 * subject.page});
  for (const int length : lengths) {
    SCOPED_TRACE(::testing::Message() << length << " accounts");
    World world(subject, length);
    expect_whole(world, length);
  }
}

void a_list_read_twice_is_the_same(const Subject& subject) {
  World world(subject, 4);
  const Seen first = world.list();
  const Seen second = world.list();
  ASSERT_EQ(first.accounts.size(), second.accounts.size());
  EXPECT_EQ(first.receipt.entries, second.receipt.entries);
}

void an_account_is_found_by_its_id_and_by_its_key(const Subject& subject) {
  World world(subject, 3);
  const Seen seen = world.list();
  const Account* account = seen.find(world.person(2).key);
  ASSERT_NE(account, nullptr);
  const Lookup by_id = world.target().find({account->remote_id, ""});
  const Lookup by_key = world.target().find({"", account->key});
  EXPECT_EQ(by_id.presence, Presence::kPresent);
  EXPECT_EQ(by_key.presence, Presence::kPresent);
  EXPECT_EQ(by_id.account.remote_id, account->remote_id);
  EXPECT_EQ(by_key.account.remote_id, account->remote_id);
  EXPECT_EQ(by_key.account.fields, account->fields);
}

void a_key_is_found_in_another_case(const Subject& subject) {
  World world(subject, 3);
  (void)world.list();
  std::string key = world.person(2).key;
  for (char& letter : key) letter = static_cast<char>(std::toupper(letter));
  EXPECT_EQ(world.target().find({"", key}).presence, Presence::kPresent);
}

void who_is_not_there_is_absent(const Subject& subject) {
  World world(subject, 3);
  (void)world.list();
  EXPECT_EQ(world.target().find({"", world.person(9).key}).presence, Presence::kAbsent);
}

void a_failed_look_up_is_unknown(const Subject& subject) {
  World world(subject, 3);
  (void)world.list();
  world.stage().fault(R"({"times": 0, "action": "status", "status": 503})");
  EXPECT_EQ(world.target().find({"", world.person(2).key}).presence, Presence::kUnknown);
}

void the_canonical_form_stays_what_it_is(const Subject& subject) {
  World world(subject, 1);
  (void)world.list();
  const Account once = world.target().canonical(subject.person(1));
  EXPECT_EQ(world.target().canonical(once).fields, once.fields);
  EXPECT_EQ(world.target().canonical(once).key, once.key);
}

bool ignores_case(const Subject&, const Capabilities& can) {
  const AttributeSpec* key = can.find(can.key);
  return key != nullptr && key->ignores_case;
}

}  // namespace

std::vector<Case> list_cases() {
  return {
      {"ListsOfEveryLengthAreWhole", always, lists_of_every_length_are_whole},
      {"AListReadTwiceIsTheSame", always, a_list_read_twice_is_the_same},
      {"AnAccountIsFoundByItsIdAndByItsKey", has_key, an_account_is_found_by_its_id_and_by_its_key},
      {"AKeyIsFoundInAnotherCase", ignores_case, a_key_is_found_in_another_case},
      {"WhoIsNotThereIsAbsent", has_key, who_is_not_there_is_absent},
      {"AFailedLookUpIsUnknown", has_key, a_failed_look_up_is_unknown},
      {"TheCanonicalFormStaysWhatItIs", always, the_canonical_form_stays_what_it_is},
  };
}

}  // namespace usher::contract
