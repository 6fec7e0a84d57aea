#include "mapping/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mapping/value.h"

namespace usher {
namespace {

using testing::HasSubstr;

struct TextCase {
  std::string_view in;
  std::string_view want;
};

TEST(TextTest, InvalidUtf8IsFoundAtItsFirstByte) {
  EXPECT_EQ(find_invalid_utf8(""), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("plain, and long enough for the fast path"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("Zoë 🪑"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("0123456789\xff"), 10U);
  EXPECT_EQ(find_invalid_utf8("caf\xe9"), 3U) << "Latin-1";
  EXPECT_EQ(find_invalid_utf8("a\xc0\xaf"), 1U) << "an overlong slash";
  EXPECT_EQ(find_invalid_utf8("ab\xed\xa0\x80"), 2U) << "half a surrogate pair";
  EXPECT_EQ(find_invalid_utf8("Zo\xc3"), 2U) << "cut in the middle";
}

// never-again 30
TEST(TextTest, KeysCompareWithoutRegardToAsciiCase) {
  EXPECT_EQ(fold_key("Ann@Example.COM"), fold_key("ann@example.com"));
  EXPECT_NE(fold_key("ann@example.com"), fold_key("anna@example.com"));
}

TEST(TextTest, KeysCompareInTheirComposedForm) {
  EXPECT_EQ(fold_key("rene\u0301@example.com"), fold_key("ren\u00e9@example.com"));
  EXPECT_EQ(fold_key("E\u0301"), "\u00c9") << "only ASCII letters are lower-cased";
}

TEST(TextTest, FoldingALetterThatComposesOnlyInLowerCaseIsStable) {
  const std::string folded = fold_key("H\u0331");
  EXPECT_EQ(folded, fold_key("\u1e96"));
  EXPECT_EQ(fold_key(folded), folded);
}

TEST(TextTest, AnIllFormedKeyIsFoldedToItself) {
  EXPECT_EQ(fold_key("A\xff"), "A\xff");
}

TEST(TextTest, OrdinaryKeysHaveNoProblem) {
  for (const std::string_view key : {"ann@example.com", "zoë@example.com", "rene\u0301@x.org",
                                     "иван@example.com", "李@example.com", ""}) {
    EXPECT_EQ(key_problem(key), "") << key;
  }
}

TEST(TextTest, KeysThatCouldPassForOthersHaveAProblem) {
  const TextCase cases[] = {
      {"\uff41nn@example.com", "pass for the letter a"},
      {"\u212aate@example.com", "pass for the letter K"},
      {"\ufb01n@example.com", "pass for the letter f"},
      {"ann\u202e@example.com", "bidirectional control U+202E"},
      {"ann\u200b@example.com", "invisible character U+200B"},
      {std::string_view("ann\0@example.com", 16), "control character U+0000"},
      {"ann\u0085@example.com", "control character U+0085"},
      {"ann\xff@example.com", "not well-formed UTF-8"},
  };
  for (const auto& [in, want] : cases) EXPECT_THAT(key_problem(in), HasSubstr(want)) << in;
}

TEST(TextTest, TextIsComposedAndKeepsItsCase) {
  EXPECT_EQ(to_nfc("Zoe\u0308 X"), "Zo\u00eb X");
  EXPECT_EQ(to_nfc("plain X"), "plain X");
  EXPECT_EQ(to_nfc("Zo\xc3"), "Zo\xc3") << "ill-formed";
}

TEST(TextTest, CaseMappingKnowsMoreThanAscii) {
  EXPECT_EQ(to_lower("ÅSA ÖZ"), "åsa öz");
  EXPECT_EQ(to_upper("åsa groß"), "ÅSA GROSS");
  EXPECT_EQ(ascii_lower("ÅSA"), "Åsa");
}

TEST(TextTest, TransliterationSpellsOutWhatHasAnAsciiForm) {
  const TextCase cases[] = {{"Zoë", "Zoe"},       {"Łukasz", "Lukasz"}, {"Strauß", "Strauss"},
                            {"Ærø", "AEro"},      {"O’Neil", "O'Neil"}, {"Þór", "THor"},
                            {"Đorđe", "Dorde"},   {"李 Li", " Li"},     {"plain", "plain"},
                            {"Nguyễn", "Nguyen"}, {"½", "1/2"},         {"ﬁn", "fin"}};
  for (const auto& [in, want] : cases) EXPECT_EQ(to_ascii(in), want) << in;
}

TEST(TextTest, TrimTakesUnicodeSpacesFromBothEnds) {
  EXPECT_EQ(trim("  Ann Lee \t\r\n"), "Ann Lee");
  EXPECT_EQ(trim("\u00a0Ann\u3000\u2009"), "Ann");
  EXPECT_EQ(trim(" \u00a0 "), "");
  EXPECT_EQ(trim("à"), "à") << "its last byte is that of a no-break space";
}

TEST(TextTest, ForeignTextIsShownHarmless) {
  const TextCase cases[] = {{"Zoë <b>", "Zoë <b>"},          {"\x1b[31mred", "\\x1b[31mred"},
                            {"two\nlines", "two\\x0alines"}, {"\u202egnp.exe", "\\u{202E}gnp.exe"},
                            {"\u0085", "\\u{0085}"},         {"\u2028", "\\u{2028}"},
                            {"caf\xe9", "caf\\xe9"},         {"\x7f", "\\x7f"}};
  for (const auto& [in, want] : cases) EXPECT_EQ(escape_for_display(in), want);
}

TEST(TextTest, LengthIsCountedInCodePoints) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("Zoë🪑"), 4U);
}

TEST(TextTest, EditDistanceCountsSlips) {
  EXPECT_EQ(edit_distance("lower", "lower"), 0U);
  EXPECT_EQ(edit_distance("Lower", "lower"), 0U);
  EXPECT_EQ(edit_distance("lwoer", "lower"), 1U) << "an exchange is one slip";
  EXPECT_EQ(edit_distance("lowr", "lower"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(TextTest, OnlyANearWordIsSuggested) {
  const Texts words{"email", "first_name", "team"};
  EXPECT_EQ(nearest("emial", words), "email");
  EXPECT_EQ(nearest("frist_name", words), "first_name");
  EXPECT_EQ(nearest("licence", words), "");
}

TEST(TextTest, APatternFitsWholeTextsInAnyCase) {
  for (const auto& [pattern, text] : {std::pair("*", ""),
                                      {"app-*", "APP-crm"},
                                      {"*-crm", "app-crm"},
                                      {"a*b*c", "aXbYbZc"},
                                      {"same", "Same"},
                                      {"**", "x"}}) {
    EXPECT_TRUE(fits(pattern, text)) << pattern << " " << text;
  }
  for (const auto& [pattern, text] :
       {std::pair("", "x"), {"app-*", "my-app-crm"}, {"a*b", "abc"}, {"app", "apps"}, {"*x", ""}}) {
    EXPECT_FALSE(fits(pattern, text)) << pattern << " " << text;
  }
}

}  // namespace
}  // namespace usher
