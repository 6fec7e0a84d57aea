// A server whose lists lie, stutter, break off or leave somebody out.

#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

using nlohmann::json;

/// A list where nothing goes wrong.
struct Truth {
  Truth(const Subject& subject, int number) : people(number) {
    World world(subject, people);
    const std::size_t before = world.requests();
    seen = world.list();
    requests = world.requests() - before;
  }

  int people;
  Seen seen;
  std::size_t requests = 0;
};

/// A disturbed list fails, says that it is not complete, or is right all the same.
void expect_no_false_list(const Subject& subject, const Truth& truth, const json& fault) {
  SCOPED_TRACE(fault.dump());
  World world(subject, truth.people);
  world.stage().fault(fault.dump());
  try {
    const Seen seen = world.list();
    if (!seen.receipt.complete()) return;
    EXPECT_EQ(seen.accounts.size(), truth.seen.accounts.size());
    for (const Account& account : truth.seen.accounts) {
      const Account* found = seen.find(account.remote_id);
      ASSERT_NE(found, nullptr) << account.remote_id << " is missing, and nothing says so";
      EXPECT_EQ(found->key, account.key);
    }
  } catch (const ConnectorError&) {
    // Said aloud: nothing is removed.
  }
}

/// At each request of the list from `first` on: once, and from then on.
void expect_no_false_list_from(std::size_t first, const Subject& subject, const Truth& truth,
                               json fault) {
  for (std::size_t at = first; at < truth.requests; ++at) {
    fault["after"] = at;
    for (const int times : {0, 1}) {
      fault["times"] = times;
      expect_no_false_list(subject, truth, fault);
    }
  }
}

/// At each request of a short list, and where there are pages, at each of those.
class Anywhere {
 public:
  explicit Anywhere(const Subject& subject)
      : subject_(subject), short_(subject, 3), long_(subject, some_people(subject)) {}

  void expect_no_false_list(const json& fault) const {
    expect_no_false_list_from(0, subject_, short_, fault);
    if (subject_.page > 0) expect_no_false_list_from(short_.requests - 1, subject_, long_, fault);
  }

 private:
  const Subject& subject_;
  const Truth short_;
  const Truth long_;
};

void a_disturbed_list_is_never_a_shorter_one(const Subject& subject) {
  const Anywhere anywhere(subject);
  for (const json& fault : std::vector<json>{
           {{"action", "status"}, {"status", 500}},
           {{"action", "status"}, {"status", 404}},
           {{"action", "status"}, {"status", 200}, {"shape", "html"}},
           {{"action", "status"}, {"status", 502}, {"shape", "html"}},
           {{"action", "html_403"}},
           {{"action", "error_in_ok"}},
           {{"action", "cut_body"}},
           {{"action", "cut_body"}, {"chunked", true}},
           {{"action", "lost_reply_before_commit"}},
           {{"action", "extra_members"}},
           {{"action", "wrong_json_type"}},
       }) {
    anywhere.expect_no_false_list(fault);
  }
}

void a_page_that_is_left_out_is_noticed(const Subject& subject) {
  const Anywhere anywhere(subject);
  anywhere.expect_no_false_list({{"action", "empty_list"}});
  anywhere.expect_no_false_list({{"action", "missing_page"}, {"page", 1}, {"page_size", 1}});
}

// In every row, or only in one that is like any other.
void a_row_that_cannot_be_read_is_not_left_out(const Subject& subject) {
  const Truth truth(subject, 3);
  for (const std::string& member : subject.row_members) {
    for (json fault : std::vector<json>{{{"action", "wrong_json_type"}, {"value", json::array()}},
                                        {{"action", "null_members"}},
                                        {{"action", "missing_members"}}}) {
      fault["members"] = {member};
      expect_no_false_list_from(0, subject, truth, fault);
      fault["row"] = 3;
      expect_no_false_list_from(0, subject, truth, fault);
    }
  }
}

// Somebody is always there: an owner, or whoever asks.
void an_empty_list_is_not_believed(const Subject& subject) {
  expect_no_false_list_from(0, subject, Truth(subject, 3), {{"action", "empty_list"}});
}

void a_list_without_the_one_who_reads_it_is_not_whole(const Subject& subject) {
  World world(subject, 3);
  const Seen whole = world.list();
  const Account* self = whole.find(subject.self);
  ASSERT_NE(self, nullptr);
  const auto row = 1 + std::distance(whole.accounts.data(), self);
  world.stage().fault(
      json{{"action", "missing_page"}, {"times", 0}, {"page_size", 1}, {"page", row}}.dump());
  try {
    EXPECT_FALSE(world.list().receipt.complete());
  } catch (const ConnectorError& error) {
    EXPECT_FALSE(error.stops_target()) << error.what();
  }
}

void a_list_survives_one_bad_moment(const Subject& subject) {
  for (const char* fault :
       {R"({"action": "status", "status": 503})", R"({"action": "lost_reply_before_commit"})",
        R"({"action": "lost_reply_after_commit"})"}) {
    SCOPED_TRACE(fault);
    World world(subject, 3);
    world.stage().fault(fault);
    EXPECT_TRUE(world.list().receipt.complete());
  }
}

bool has_pages(const Subject& subject, const Capabilities&) {
  return subject.page > 0;
}
bool is_never_empty(const Subject& subject, const Capabilities&) {
  return !subject.owner.empty() || !subject.self.empty();
}
bool reads_itself(const Subject& subject, const Capabilities&) {
  return !subject.self.empty();
}

}  // namespace

std::vector<Case> disturbed_list_cases() {
  return {
      {"ADisturbedListIsNeverAShorterOne", always, a_disturbed_list_is_never_a_shorter_one},
      {"ARowThatCannotBeReadIsNotLeftOut", always, a_row_that_cannot_be_read_is_not_left_out},
      {"APageThatIsLeftOutIsNoticed", has_pages, a_page_that_is_left_out_is_noticed},
      {"AnEmptyListIsNotBelieved", is_never_empty, an_empty_list_is_not_believed},
      {"AListWithoutTheOneWhoReadsItIsNotWhole", reads_itself,
       a_list_without_the_one_who_reads_it_is_not_whole},
      {"AListSurvivesOneBadMoment", always, a_list_survives_one_bad_moment},
  };
}

}  // namespace usher::contract
