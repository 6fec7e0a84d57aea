// What is there: all of it, or a reason why not.

#include <set>
#include <utility>

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
  EXPECT_EQ(seen.receipt.entries, seen.accounts.size());
  if (world.can().key.empty()) {
    const auto is_free = [](const Account& account) { return account.untouchable.empty(); };
    EXPECT_EQ(std::ranges::count_if(seen.accounts, is_free), people);
    return;
  }
  for (int number = 1; number <= people; ++number) {
    const Account desired = world.person(number);
    const Account* account = seen.find(desired.key);
    ASSERT_NE(account, nullptr) << desired.key << " is not in the list";
    EXPECT_THAT(differing_fields(desired, {}, *account, world.can()), ::testing::IsEmpty())
        << desired.key;
    EXPECT_EQ(account->untouchable, "") << desired.key;
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
  const nlohmann::json before = world.state();
  const Seen first = world.list();
  const Seen second = world.list();
  ASSERT_EQ(first.accounts.size(), second.accounts.size());
  EXPECT_EQ(first.receipt.entries, second.receipt.entries);
  EXPECT_EQ(world.state(), before) << "reading changes nothing";
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

// The key of one begins in the middle of the other's; and signs that mean something in addresses of
// pages mean nothing here.
void a_key_is_found_to_the_letter(const Subject& subject) {
  for (const std::string prefix : {"x", "a+b&c=%41#"}) {
    SCOPED_TRACE(prefix);
    World world(subject, 1);
    (void)world.list();
    Account longer = world.person(8);
    const std::string shorter = world.person(9).key;
    longer.key = prefix + shorter;
    longer.fields.set(world.can().key, longer.key);
    const Applied applied = world.carry_out(world.creation(8, longer));
    const Lookup found = world.target().find({"", longer.key});
    EXPECT_EQ(found.presence, Presence::kPresent);
    EXPECT_EQ(found.account.remote_id, applied.remote_id);
    EXPECT_EQ(world.target().find({"", shorter}).presence, Presence::kAbsent);
    (void)world.carry_out(world.creation(9));
    EXPECT_EQ(world.count(world.list(), 9), 1U);
  }
}

void who_is_not_there_is_absent(const Subject& subject) {
  World world(subject, 3);
  (void)world.list();
  EXPECT_EQ(world.target().find({"", world.person(9).key}).presence, Presence::kAbsent);
}

void who_was_removed_is_absent(const Subject& subject) {
  World world(subject, 3);
  const Seen seen = world.list();
  const std::string remote_id = world.find(seen, 2)->remote_id;
  world.stage().edit(subject.remove(*world.find(seen, 2)));
  EXPECT_EQ(world.target().find({remote_id, ""}).presence, Presence::kAbsent);
  EXPECT_EQ(world.list().find(remote_id), nullptr);
}

// Owners, and whoever we are logged in as, are marked, so that nothing is ever planned for them.
void owners_and_ourselves_are_marked(const Subject& subject) {
  World world(subject, 3);
  const Seen seen = world.list();
  for (const std::string& name : {subject.owner, subject.self}) {
    if (name.empty()) continue;
    const Account* account = seen.find(name);
    ASSERT_NE(account, nullptr) << name;
    EXPECT_NE(account->untouchable, "") << name;
    const Lookup found = world.target().find({account->remote_id, ""});
    EXPECT_EQ(found.account.untouchable, account->untouchable) << name;
  }
}

void a_failed_look_up_is_not_absence(const Subject& subject) {
  World world(subject, 3);
  const Seen seen = world.list();
  const std::string remote_id = world.find(seen, 2)->remote_id;
  for (const char* fault : {R"({"times": 0, "action": "status", "status": 503})",
                            R"({"times": 0, "action": "status", "status": 404, "shape": "html"})",
                            R"({"times": 0, "action": "wrong_json_type"})",
                            R"({"times": 0, "action": "error_in_ok"})"}) {
    SCOPED_TRACE(fault);
    world.stage().clear_faults();
    world.stage().fault(fault);
    if (!world.can().key.empty()) {
      EXPECT_NE(world.target().find({"", world.person(2).key}).presence, Presence::kAbsent);
    }
    EXPECT_NE(world.target().find({remote_id, ""}).presence, Presence::kAbsent);
  }
}

void the_canonical_form_stays_what_it_is(const Subject& subject) {
  World world(subject, 1);
  (void)world.list();
  const Account once = world.target().canonical(subject.person(1));
  EXPECT_EQ(world.target().canonical(once).fields, once.fields);
  EXPECT_EQ(world.target().canonical(once).key, once.key);
}

bool can_vanish(const Subject& subject, const Capabilities&) {
  return subject.remove != nullptr;
}
bool has_residents(const Subject& subject, const Capabilities&) {
  return !subject.owner.empty() || !subject.self.empty();
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
      {"AKeyIsFoundToTheLetter", has_key, a_key_is_found_to_the_letter},
      {"WhoIsNotThereIsAbsent", has_key, who_is_not_there_is_absent},
      {"WhoWasRemovedIsAbsent", can_vanish, who_was_removed_is_absent},
      {"AFailedLookUpIsNotAbsence", always, a_failed_look_up_is_not_absence},
      {"OwnersAndOurselvesAreMarked", has_residents, owners_and_ourselves_are_marked},
      {"TheCanonicalFormStaysWhatItIs", always, the_canonical_form_stays_what_it_is},
  };
}

}  // namespace usher::contract
