// Creating, and reading back.

#include <nlohmann/json.hpp>
#include <thread>

#include "mapping/difference.h"
#include "mapping/text.h"
#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

using ::testing::IsEmpty;

void who_is_created_is_read_back_as_wanted(const Subject& subject) {
  World world(subject, 2);
  (void)world.list();
  const Applied applied = world.carry_out(world.creation(7));
  EXPECT_FALSE(applied.remote_id.empty());
  expect_served(world, 7, world.person(7));
  const Seen seen = world.list();
  const Account* account = world.find(seen, 7);
  ASSERT_NE(account, nullptr);
  EXPECT_EQ(account->remote_id, applied.remote_id);
  if (!applied.account) return;
  EXPECT_EQ(applied.account->key, account->key) << "the answer says what the list says";
  EXPECT_EQ(applied.account->fields, account->fields);
}

void many_are_created_one_after_the_other(const Subject& subject) {
  World world(subject, 0);
  (void)world.list();
  for (int number = 1; number <= 12; ++number) (void)world.carry_out(world.creation(number));
  for (int number = 1; number <= 12; ++number) expect_served(world, number, world.person(number));
}

void names_that_are_not_ascii_survive(const Subject& subject) {
  World world(subject, 0);
  (void)world.list();
  Account wanted = world.person(3);
  for (const AttributeSpec& spec : world.can().attributes) {
    if (spec.is_name && wanted.fields.contains(spec.name))
      wanted.fields.set(spec.name, std::string("Zoë Łukasz 山田 O’Brien \"q\" \\ & <b>"));
  }
  (void)world.carry_out(world.creation(3, wanted));
  expect_served(world, 3, world.target().canonical(wanted));
}

/// `length` characters; an address where it has to be one.
std::string filled(std::size_t length, const std::string& like) {
  const std::size_t at = like.find('@');
  const std::string end = at == std::string::npos ? std::string() : like.substr(at);
  return std::string(length - end.size(), 'x') + end;
}

void the_longest_value_is_taken_and_none_is_cut(const Subject& subject) {
  const Capabilities can = capabilities_of(subject);
  const Account person = subject.person(4);
  for (const AttributeSpec& spec : can.attributes) {
    const Value* usual = person.fields.find(spec.name);
    if (spec.max_length == 0 || spec.local || usual == nullptr) continue;
    SCOPED_TRACE(spec.name);
    World world(subject, 0);
    (void)world.list();
    const auto with_length = [&](std::size_t length) {
      Account account = world.person(4);
      const std::string text = filled(length, to_text(*usual));
      account.fields.set(spec.name, text);
      if (spec.name == can.key) account.key = text;
      return account;
    };
    (void)world.carry_out(world.creation(4, with_length(spec.max_length)));
    expect_served(world, 4, world.target().canonical(with_length(spec.max_length)));
    const std::size_t before = world.list().accounts.size();
    Account longer = with_length(spec.max_length + 1);
    if (spec.name != can.key) {
      longer.key = world.person(5).key;
      longer.fields.set(can.key, longer.key);
    }
    try {
      (void)world.carry_out(world.creation(5, longer));
      expect_served(world, 5, world.target().canonical(longer));  // then it was not cut
    } catch (const ConnectorError& error) {
      EXPECT_EQ(error.kind, ErrorKind::kRejected) << error.what();
      EXPECT_EQ(world.list().accounts.size(), before);
    }
  }
}

void a_key_that_exists_is_never_doubled(const Subject& subject) {
  World world(subject, 2);
  const Seen before = world.list();
  const Applied applied = world.carry_out(world.creation(1));
  EXPECT_EQ(applied.remote_id, world.find(before, 1)->remote_id);
  EXPECT_EQ(world.count(world.list(), 1), 1U);
}

void a_key_in_another_case_is_never_doubled(const Subject& subject) {
  World world(subject, 2);
  (void)world.list();
  Account shouted = subject.person(1);
  for (char& letter : shouted.key) letter = static_cast<char>(std::toupper(letter));
  shouted.fields.set(world.can().key, shouted.key);
  (void)world.carry_out(world.creation(1, world.target().canonical(shouted)));
  EXPECT_EQ(world.count(world.list(), 1), 1U);
}

// The account they have belongs to others; they become one of ours as well, and are not doubled.
void who_is_known_to_the_provider_becomes_one_of_ours(const Subject& subject) {
  World world(subject, 2);
  world.stage().edit(subject.outsider(7));
  ASSERT_EQ(world.count(world.list(), 7), 0U);
  (void)world.carry_out(world.creation(7));
  expect_served(world, 7, world.person(7));
  const std::string whole_world = ascii_lower(world.state().dump());
  const std::string address = '"' + ascii_lower(world.person(7).key) + '"';
  const std::size_t at = whole_world.find(address);
  EXPECT_EQ(whole_world.find(address, at + 1), std::string::npos) << "there are two of them";
}

/// `no-such-value` alone, and after one that exists.
std::vector<Value> unknown_values(const AttributeSpec& spec, const Account& person) {
  const std::string unknown = "no-such-value";
  if (!spec.is_multi) return {unknown};
  std::vector<Value> values{Texts{unknown}};
  const Value* usual = person.fields.find(spec.name);
  if (const auto* texts = usual ? std::get_if<Texts>(usual) : nullptr) {
    Texts more = *texts;
    more.push_back(unknown);
    values.emplace_back(std::move(more));
  }
  return values;
}

// The role does not exist: the change fails alone and leaves nobody behind.
void an_unknown_entitlement_is_refused(const Subject& subject) {
  const Capabilities can = capabilities_of(subject);
  for (const AttributeSpec& spec : can.attributes) {
    if (!spec.entitlement || !spec.returned || spec.deferred) continue;
    // Where nobody tells which values there are, any will do.
    World informed(subject, 1);
    if (spec.values.empty() && !informed.list().tells(spec.name)) continue;
    const Account person = subject.person(6);
    for (const Value& value : unknown_values(spec, person)) {
      SCOPED_TRACE(spec.name + ": " + to_text(value));
      World world(subject, 1);
      (void)world.list();
      Account wanted = world.person(6);
      wanted.fields.set(spec.name, value);
      const ConnectorError error =
          error_of([&] { (void)world.carry_out(world.creation(6, wanted)); });
      EXPECT_FALSE(error.stops_target()) << error.what();
      EXPECT_EQ(world.count(world.list(), 6), 0U);
    }
  }
}

void a_full_tenancy_is_said_and_left_as_it_is(const Subject& subject) {
  World world(subject, 3);
  const Seen before = world.list();
  world.stage().act(subject.fill.first, subject.fill.second);
  const ConnectorError error = error_of([&] { (void)world.carry_out(world.creation(7)); });
  EXPECT_EQ(error.kind, ErrorKind::kConflict) << error.what();
  EXPECT_EQ(error.code, "seats_full") << error.what();
  EXPECT_EQ(world.list().accounts.size(), before.accounts.size());
}

// Two programs with the same people: each asks and creates as fast as it can.
void two_runs_at_once_double_nobody(const Subject& subject) {
  World world(subject, 1);
  (void)world.list();
  constexpr int kLast = 8;
  const auto run = [&](int first, int step) {
    HttpContext http(world.clock());
    const auto target = world.another(http);
    usher::test::CollectingSink sink;
    (void)target->list(sink);
    for (int n = 0; n < kLast; ++n) {
      const Change change = world.creation(1 + (first + n * step + kLast) % kLast);
      usher::test::RecordingSteps steps;
      try {
        (void)target->apply({&change, 1}, steps);
      } catch (const ConnectorError& error) {
        EXPECT_EQ(error.kind, ErrorKind::kConflict) << error.what();
      }
    }
  };
  std::thread other(run, kLast - 1, -1);
  run(0, 1);
  other.join();
  const Seen seen = world.list();
  for (int number = 1; number <= kLast; ++number)
    EXPECT_EQ(seen.count(world.person(number).key), 1U) << number;
}

bool ignores_case_of_keys(const Subject&, const Capabilities& can) {
  const AttributeSpec* key = can.find(can.key);
  return key != nullptr && key->ignores_case;
}
bool can_be_elsewhere(const Subject& subject, const Capabilities&) {
  return subject.outsider != nullptr;
}
bool can_be_full(const Subject& subject, const Capabilities&) {
  return !subject.fill.first.empty();
}

}  // namespace

std::vector<Case> creation_cases() {
  return {
      {"WhoIsCreatedIsReadBackAsWanted", always, who_is_created_is_read_back_as_wanted},
      {"ManyAreCreatedOneAfterTheOther", has_key, many_are_created_one_after_the_other},
      {"NamesThatAreNotAsciiSurvive", has_key, names_that_are_not_ascii_survive},
      {"TheLongestValueIsTakenAndNoneIsCut", has_key, the_longest_value_is_taken_and_none_is_cut},
      {"AKeyThatExistsIsNeverDoubled", has_key, a_key_that_exists_is_never_doubled},
      {"AKeyInAnotherCaseIsNeverDoubled", ignores_case_of_keys,
       a_key_in_another_case_is_never_doubled},
      {"WhoIsKnownToTheProviderBecomesOneOfOurs", can_be_elsewhere,
       who_is_known_to_the_provider_becomes_one_of_ours},
      {"AnUnknownEntitlementIsRefused", has_key, an_unknown_entitlement_is_refused},
      {"AFullTenancyIsSaidAndLeftAsItIs", can_be_full, a_full_tenancy_is_said_and_left_as_it_is},
      {"TwoRunsAtOnceDoubleNobody", has_key, two_runs_at_once_double_nobody},
  };
}

}  // namespace usher::contract
