#include "mapping/value.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

TEST(ValueTest, ReadsAsAPersonWouldWriteIt) {
  EXPECT_EQ(to_text(Value("agent")), "agent");
  EXPECT_EQ(to_text(Value(true)), "true");
  EXPECT_EQ(to_text(Value(false)), "false");
  EXPECT_EQ(to_text(Value(Texts{"a", "b"})), "a, b");
  EXPECT_EQ(to_text(Value(Texts{})), "");
}

TEST(ValueTest, AnAbsentOrEmptyValueConsistsOfNoTexts) {
  const Value one("agent");
  const Value many(Texts{"a", "b"});
  const Value nothing("");
  const Value none(Texts{});
  const Value no(false);
  EXPECT_EQ(texts_of(&one), Texts{"agent"});
  EXPECT_EQ(texts_of(&many), (Texts{"a", "b"}));
  for (const Value* value : {static_cast<const Value*>(nullptr), &nothing, &none}) {
    EXPECT_TRUE(texts_of(value).empty());
    EXPECT_TRUE(is_empty(value));
  }
  for (const Value* value : {&one, &many, &no}) EXPECT_FALSE(is_empty(value));
}

TEST(ValueTest, ANameIsAmongOthersInAnyCase) {
  EXPECT_TRUE(contains_name(Texts{"mail", "userName"}, "USERNAME"));
  EXPECT_FALSE(contains_name(Texts{"mail", "userName"}, "user"));
}

TEST(ValueTest, NamesCompareWithoutRegardToAsciiCase) {
  EXPECT_EQ(compare_names("userName", "USERNAME"), 0);
  EXPECT_LT(compare_names("a", "B"), 0);
  EXPECT_GT(compare_names("mail2", "mail"), 0);
  EXPECT_NE(compare_names("größe", "GRÖSSE"), 0);
}

TEST(ValueTest, AMapFindsItsNamesInAnyCaseAndKeepsTheirSpelling) {
  Attributes attributes;
  attributes.set("givenName", {"Ann"});
  attributes.set("GIVENNAME", {"Anna"});
  ASSERT_EQ(attributes.size(), 1U);
  EXPECT_EQ(attributes.begin()->first, "givenName");
  EXPECT_EQ(*attributes.find("givenname"), Texts{"Anna"});
}

TEST(ValueTest, AMapForgetsWhatIsErased) {
  Attributes attributes;
  attributes.set("mail", {"ann@example.com"});
  attributes.erase("sn");
  attributes.erase("MAIL");
  EXPECT_TRUE(attributes.empty());
}

}  // namespace
}  // namespace usher
