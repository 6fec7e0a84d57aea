// Answers that are broken in transit or by the server: nothing of them is taken for a shorter list.

#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

class TaskschmiedeFaultsTest : public TaskschmiedeFixture,
                               public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    TaskschmiedeFixture::SetUp();
    values_.set("transport", std::string(GetParam()));
    make();
  }

  /// The list is whole, says that it is not, or fails.
  void expect_honest() {
    try {
      const Listing listing = list();
      EXPECT_TRUE(!listing.receipt.complete() || sink_.accounts.size() == 5);
    } catch (const ConnectorError& error) {
      EXPECT_NE(std::string(error.what()), "");
    }
  }
};

INSTANTIATE_TEST_SUITE_P(, TaskschmiedeFaultsTest, ::testing::Values("mcp", "rest"),
                         [](const auto& door) { return std::string(door.param); });

// never-again 11, 12
TEST_P(TaskschmiedeFaultsTest, ADisturbedListIsNeverAShorterOne) {
  for (const char* fault :
       {R"({"action": "empty_list")", R"({"action": "missing_page", "page": 1, "page_size": 2)",
        R"({"action": "cut_body")", R"({"action": "html_403")", R"({"action": "error_in_ok")",
        R"({"action": "extra_members")", R"({"action": "null_members", "members": ["id"])",
        R"({"action": "null_members", "members": ["email"])",
        R"({"action": "missing_members", "members": ["status"])",
        R"({"action": "missing_members", "members": ["total"])",
        R"({"action": "wrong_json_type", "members": ["users"], "value": {})",
        R"({"action": "wrong_json_type", "members": ["members"], "value": [])",
        R"({"action": "wrong_json_type", "members": ["email"], "value": [])"}) {
    for (int after = 0; after < 5; ++after) {
      SCOPED_TRACE(::testing::Message() << fault << " after " << after);
      make();
      stage_.clear_faults();
      stage_.fault(std::string(fault) + ", \"times\": 0, \"after\": " + std::to_string(after) +
                   "}");
      expect_honest();
    }
  }
}

TEST_P(TaskschmiedeFaultsTest, ExtraMembersChangeNothing) {
  stage_.fault(R"({"action": "extra_members", "times": 0})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(sink_.accounts.size(), 5U);
}

TEST_P(TaskschmiedeFaultsTest, AListSurvivesOneBadMoment) {
  for (const char* action : {"lost_reply_before_commit", "lost_reply_after_commit"}) {
    stage_.fault(nlohmann::json{{"action", action}}.dump());
    EXPECT_TRUE(list().receipt.complete()) << action;
  }
}

TEST_P(TaskschmiedeFaultsTest, AServerThatIsDownIsTransient) {
  stage_.fault(R"({"action": "status", "status": 503, "shape": "html", "times": 0})");
  EXPECT_EQ(list_error().kind, ErrorKind::kTransient);
}

}  // namespace
}  // namespace usher::taskschmiede
