// A server that loses its answers, garbles them, or stumbles over a write.

#include <nlohmann/json.hpp>

#include "tests/contract/writes.h"

namespace usher::contract {
namespace {

using nlohmann::json;

/// Calls `run` in a new world for each request of the write, with `fault` waiting at it.
template <typename Run>
void at_every_request(const Write& write, const Subject& subject, json fault, const Run& run) {
  const std::size_t requests = requests_of(write, subject);
  ASSERT_GT(requests, 0U);
  for (std::size_t at = 0; at < requests; ++at) {
    SCOPED_TRACE(::testing::Message()
                 << fault.dump() << " at request " << at + 1 << " of " << requests);
    World world(subject, kPeople);
    const Change change = write.prepare(world);
    fault["after"] = at;
    world.stage().fault(fault.dump());
    run(world, change);
  }
}

void expect_settled(const Write& write, const Subject& subject, const json& fault) {
  at_every_request(write, subject, fault, [&](World& world, const Change& change) {
    EXPECT_NO_THROW((void)world.carry_out(change));
    write.expect_done(world, change);
    expect_no_harm(world, change);
  });
}

// Whether it was carried out is found out, and it ends as if nothing had been.
void a_lost_answer_is_settled(const Write& write, const Subject& subject) {
  for (const char* action : {"lost_reply_after_commit", "lost_reply_before_commit", "cut_body"})
    expect_settled(write, subject, {{"action", action}});
}

void a_server_error_is_settled(const Write& write, const Subject& subject) {
  for (const bool is_carried_out : {false, true}) {
    expect_settled(write, subject,
                   {{"action", "status"}, {"status", 500}, {"commit", is_carried_out}});
    expect_settled(
        write, subject,
        {{"action", "status"}, {"status", 502}, {"shape", "html"}, {"commit", is_carried_out}});
  }
}

std::vector<json> garblings(const Subject& subject) {
  std::vector<json> faults{
      {{"action", "error_in_ok"}},
      {{"action", "extra_members"}},
      {{"action", "wrong_json_type"}},
      {{"action", "status"}, {"status", 200}, {"shape", "html"}},
      {{"action", "status"}, {"status", 200}, {"shape", "html"}, {"commit", true}},
  };
  for (const std::string& member : subject.row_members) {
    for (const char* action : {"null_members", "missing_members"})
      faults.push_back({{"action", action}, {"members", {member}}});
    faults.push_back(
        {{"action", "wrong_json_type"}, {"members", {member}}, {"value", json::array()}});
  }
  return faults;
}

// It may fail, and say so; what is called a success is one.
void a_garbled_answer_is_not_believed(const Write& write, const Subject& subject) {
  for (const json& fault : garblings(subject)) {
    at_every_request(write, subject, fault, [&](World& world, const Change& change) {
      bool is_done = false;
      try {
        (void)world.carry_out(change);
        is_done = true;
      } catch (const ConnectorError& error) {
        EXPECT_FALSE(error.stops_target()) << error.what();
      } catch (const Undecided&) {
        // Said aloud: the next run looks again.
      }
      if (is_done) write.expect_done(world, change);
      expect_no_harm(world, change);
    });
  }
}

void an_expired_credential_stops_the_target(const Write& write, const Subject& subject) {
  const json fault{{"times", 0}, {"action", "status"}, {"status", 401}};
  at_every_request(write, subject, fault, [&](World& world, const Change& change) {
    const ConnectorError error = error_of([&] { (void)world.carry_out(change); });
    EXPECT_TRUE(error.stops_target()) << error.what();
  });
}

}  // namespace

std::vector<Case> disturbed_write_cases() {
  std::vector<Case> cases;
  for (const auto& more :
       {cases_of_writes("ALostAnswerTo{}IsSettled", a_lost_answer_is_settled),
        cases_of_writes("AServerErrorAt{}IsSettled", a_server_error_is_settled),
        cases_of_writes("AGarbledAnswerTo{}IsNotBelieved", a_garbled_answer_is_not_believed),
        cases_of_writes("ACredentialThatExpiresAt{}StopsTheTarget",
                        an_expired_credential_stops_the_target)}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }
  return cases;
}

}  // namespace usher::contract
