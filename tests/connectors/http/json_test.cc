#include "connectors/http/json.h"

#include <gmock/gmock.h>

#include "connectors/error.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::HasSubstr;

template <typename Action>
std::string fault(Action action) {
  try {
    action();
  } catch (const ConnectorError& error) {
    EXPECT_EQ(error.kind, ErrorKind::kMalformed);
    return error.what();
  }
  return "no error";
}

TEST(JsonTest, ReadsIdsThatAreNumbersOrTexts) {
  const JsonDocument document(R"([7, "8", 9007199254740993, " 10 "])", "GET /ids");
  const auto ids = document.root().elements();
  EXPECT_EQ(ids[0].as_text(), "7");
  EXPECT_EQ(ids[1].as_text(), "8");
  EXPECT_EQ(ids[1].as_int(), 8);
  EXPECT_EQ(ids[2].as_text(), "9007199254740993");
  EXPECT_EQ(ids[3].as_int(), 10);
}

TEST(JsonTest, MissingAndNullAreTheSame) {
  const JsonDocument document(R"({"a": null})", "GET /x");
  for (const char* name : {"a", "b"}) {
    const Json member = document.root().get(name);
    EXPECT_FALSE(member.has_value()) << name;
    EXPECT_EQ(member.text_or("none"), "none") << name;
    EXPECT_EQ(member.int_or_nothing(), std::nullopt) << name;
    EXPECT_TRUE(member.bool_or(true)) << name;
    EXPECT_TRUE(member.elements_or_none().empty()) << name;
    EXPECT_FALSE(member.get("deeper").get("still").has_value()) << name;
  }
}

TEST(JsonTest, ReadsBooleansThatAreTexts) {
  const JsonDocument document(R"([true, "True", "FALSE", false])", "GET /x");
  const auto all = document.root().elements();
  EXPECT_TRUE(all[0].as_bool() && all[1].as_bool());
  EXPECT_FALSE(all[2].as_bool() || all[3].as_bool());
}

TEST(JsonTest, ListsMembersInTheirOrder) {
  const JsonDocument document(R"({"b": 1, "a": [2]})", "GET /x");
  const auto members = document.root().members();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].first, "b");
  EXPECT_EQ(members[1].second.raw(), "[2]");
}

TEST(JsonTest, NamesThePlaceOfWhatItDidNotExpect) {
  const JsonDocument document(R"({"data": {"teammates": [{"id": 1}, {"id": {"x": 2}, "n": 1.5}]}})",
                              "GET /team");
  const Json second = document.root().get("data").get("teammates").elements()[1];
  EXPECT_THAT(fault([&] { (void)second.get("id").as_text(); }),
              AllOf(HasSubstr("GET /team"),
                    HasSubstr("expected a text at data.teammates[1].id, found an object")));
  EXPECT_THAT(fault([&] { (void)second.get("email").as_text(); }),
              HasSubstr("at data.teammates[1].email, found nothing"));
  EXPECT_THAT(fault([&] { (void)second.get("n").as_int(); }),
              HasSubstr("an integer at data.teammates[1].n, found a number"));
  EXPECT_THAT(fault([&] { (void)second.get("n").get("m"); }),
              HasSubstr("expected an object at data.teammates[1].n"));
  EXPECT_THAT(fault([&] { (void)document.root().elements(); }),
              HasSubstr("an array at its top, found an object"));
  EXPECT_THAT(fault([&] { (void)document.root().get("a").get("b").as_int(); }),
              HasSubstr("at a, found nothing"));
}

TEST(JsonTest, SaysWhatIsWrongWithABodyThatIsNotJson) {
  EXPECT_THAT(fault([] { JsonDocument("<html>\x1b", "GET /x"); }),
              AllOf(HasSubstr("GET /x is not JSON"), HasSubstr("<html>\\x1b")));
  EXPECT_THAT(fault([] { JsonDocument("", "GET /x"); }), HasSubstr("it is empty"));
  for (const char* body : {"{", "[1,2", "{}x", "{\"a\":}", "\"\xff\"", "nul", "[1e999999]"}) {
    EXPECT_NE(fault([&] { JsonDocument(body, "GET /x"); }), "no error") << body;
    EXPECT_EQ(JsonDocument::try_parse(body), nullptr) << body;
  }
}

TEST(JsonTest, AcceptsAByteOrderMark) {
  EXPECT_EQ(JsonDocument("\xEF\xBB\xBF{\"a\": 1}", "GET /x").root().get("a").as_int(), 1);
}

}  // namespace
}  // namespace usher
