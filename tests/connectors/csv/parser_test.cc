#include "connectors/csv/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace usher::csv {
namespace {

std::string to_string(Flaw flaw) {
  switch (flaw) {
    case Flaw::kNone:
      return "";
    case Flaw::kStrayQuote:
      return " stray quote";
    case Flaw::kTextAfterQuote:
      return " text after quote";
    case Flaw::kBareReturn:
      return " bare return";
    case Flaw::kOpenQuote:
      return " open quote";
    case Flaw::kTooLong:
      return " too long";
  }
  return " ?";
}

/// Writes records down as `line:[cell][cell] flaw`.
class Written : public RecordSink {
 public:
  void record(const Record& record) override {
    std::string line = std::to_string(record.line) + ":";
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      line += "[" + std::string(record.field(i)) + "]";
    }
    lines.push_back(line + to_string(record.flaw) + (record.ended ? "" : " end of file"));
  }
  std::vector<std::string> lines;
};

std::vector<std::string> parse(std::string_view text, std::size_t chunk, char delimiter = ',') {
  Written written;
  Parser parser(delimiter, written);
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size()))) {
    parser.feed(text.substr(0, chunk));
  }
  parser.finish();
  return written.lines;
}

struct Case {
  std::string name;
  std::string in;
  std::vector<std::string> want;
};

class ParserTest : public testing::TestWithParam<Case> {};

TEST_P(ParserTest, SplitsTheSameInChunksOfAnySize) {
  for (const std::size_t chunk : {1U, 2U, 3U, 7U, 1000U}) {
    EXPECT_EQ(parse(GetParam().in, chunk), GetParam().want) << "in chunks of " << chunk;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc4180, ParserTest,
    testing::Values(
        Case{"Empty", "", {}}, Case{"OneRow", "a,b\n", {"1:[a][b]"}},
        Case{"ReturnAndLineFeed", "a,b\r\nc,d\r\n", {"1:[a][b]", "2:[c][d]"}},
        Case{"NoLineEndAtTheEnd", "a,b\nc,d", {"1:[a][b]", "2:[c][d] end of file"}},
        Case{"EmptyCells", ",,\n", {"1:[][][]"}},
        Case{"TrailingDelimiterAtTheEnd", "a,", {"1:[a][] end of file"}},
        Case{"EmptyLinesAreSkipped", "\na\n\r\n\nb\n", {"2:[a]", "5:[b]"}},
        Case{"AnEmptyQuotedCellIsARow", "\"\"\n", {"1:[]"}},
        Case{"QuotedDelimiter", "\"a,b\",c\n", {"1:[a,b][c]"}},
        Case{"DoubledQuotes", "\"say \"\"hi\"\"\",x\n", {"1:[say \"hi\"][x]"}},
        Case{"EmbeddedLineEnds", "\"a\nb\",\"c\r\nd\"\ne\n", {"1:[a\nb][c\r\nd]", "4:[e]"}},
        Case{"ByteOrderMark",
             "\xEF\xBB\xBF"
             "a,b\n",
             {"1:[a][b]"}},
        Case{"ByteOrderMarkBeforeAQuote", "\xEF\xBB\xBF\"a\"\n", {"1:[a]"}},
        Case{"OnlyAByteOrderMark", "\xEF\xBB\xBF", {}},
        Case{"HalfAByteOrderMarkIsText", "\xEF\xBB", {"1:[\xEF\xBB] end of file"}},
        Case{"ReturnAsTheLastByte", "a,b\r", {"1:[a][b]"}},
        Case{"QuoteClosedAtTheEnd", "a,\"b\"", {"1:[a][b] end of file"}}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Flaws, ParserTest,
    testing::Values(Case{"StrayQuote", "a\"b,c\nd\n", {"1:[a\"b][c] stray quote", "2:[d]"}},
                    Case{
                        "TextAfterQuote", "\"a\"b,c\nd\n", {"1:[ab][c] text after quote", "2:[d]"}},
                    Case{"SpaceAfterQuote", "\"a\" ,c\n", {"1:[a ][c] text after quote"}},
                    Case{"BareReturn", "a\rb,c\n", {"1:[a\rb][c] bare return"}},
                    Case{"OpenQuote", "a,\"b\nc,d\n", {"1:[a][b\nc,d\n] open quote end of file"}},
                    Case{"OpenQuoteWithNothingInIt", "a,\"", {"1:[a][] open quote end of file"}},
                    Case{"TheFirstFlawIsKept", "a\"b,\"c\"d\n", {"1:[a\"b][cd] stray quote"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(ParserDelimiterTest, SemicolonAndTabLeaveCommasAlone) {
  EXPECT_EQ(parse("a,b;c\n", 1000, ';'), std::vector<std::string>{"1:[a,b][c]"});
  EXPECT_EQ(parse("a,b\tc\n", 1000, '\t'), std::vector<std::string>{"1:[a,b][c]"});
}

TEST(ParserMemoryTest, AnUnclosedQuoteDoesNotKeepTheWholeFile) {
  struct Longest : RecordSink {
    void record(const Record& record) override {
      bytes = std::max(bytes, record.text.size());
      flaw = record.flaw;
    }
    std::size_t bytes = 0;
    Flaw flaw = Flaw::kNone;
  } longest;
  Parser parser(',', longest);
  parser.feed("E1,\"");
  for (int i = 0; i < 3000; ++i) parser.feed(std::string(1000, 'x'));
  parser.finish();
  EXPECT_LE(longest.bytes, kMaxRecordBytes);
  EXPECT_EQ(longest.flaw, Flaw::kTooLong);
}

TEST(ParserMemoryTest, ALineOfDelimitersIsBoundedToo) {
  struct Count : RecordSink {
    void record(const Record& record) override { fields = record.fields.size(); }
    std::size_t fields = 0;
  } count;
  Parser parser(',', count);
  for (int i = 0; i < 3000; ++i) parser.feed(std::string(1000, ','));
  parser.feed("\n");
  EXPECT_LE(count.fields, kMaxRecordBytes + 1);
}

/// The position of `mark` in the record that `text` is.
Position find_position(std::string_view text, std::string_view mark) {
  struct Finder : RecordSink {
    void record(const Record& record) override {
      const std::size_t offset = record.text.find(mark);
      if (offset != std::string_view::npos) found = record.position(offset);
    }
    std::string_view mark;
    Position found{0, 0};
  } finder;
  finder.mark = mark;
  Parser parser(',', finder);
  parser.feed(text);
  parser.finish();
  return finder.found;
}

struct PositionCase {
  std::string name;
  std::string text;
  Position want;  ///< of the `X`
};

class PositionTest : public testing::TestWithParam<PositionCase> {};

TEST_P(PositionTest, CountsAsAnEditorDoes) {
  const Position found = find_position(GetParam().text, "X");
  EXPECT_EQ(found.line, GetParam().want.line);
  EXPECT_EQ(found.column, GetParam().want.column);
}

INSTANTIATE_TEST_SUITE_P(
    Parser, PositionTest,
    testing::Values(PositionCase{"FirstCell", "Xa,b\n", {1, 1}},
                    PositionCase{"SecondCell", "a,X\n", {1, 3}},
                    PositionCase{"SecondRow", "a,b\nc,X\n", {2, 3}},
                    PositionCase{"InsideACell", "a,bX\n", {1, 4}},
                    PositionCase{"CharactersNotBytes", "\xC3\xA9\xC3\xA9,X\n", {1, 4}},
                    PositionCase{"InsideQuotes", "a,\"X\"\n", {1, 4}},
                    PositionCase{"AfterQuotes", "\"a\",X\n", {1, 5}},
                    PositionCase{"AfterDoubledQuotes", "\"a\"\"\",X\n", {1, 7}},
                    PositionCase{"AfterAnEmbeddedLineEnd", "\"a\nbc\",X\n", {2, 5}},
                    PositionCase{"ByteOrderMarkTakesNoColumn", "\xEF\xBB\xBFX\n", {1, 1}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace usher::csv
