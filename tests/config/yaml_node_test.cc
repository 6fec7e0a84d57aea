#include "config/yaml_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/problems.h"
#include "config/source_text.h"

namespace usher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Parsed {
  explicit Parsed(const std::string& yaml) : text("f.yaml", yaml), problems(text) {
    root = parse_yaml(text, problems);
  }

  [[nodiscard]] std::vector<std::string> messages() const {
    std::vector<std::string> all;
    for (const ConfigProblem& problem : problems.sorted()) all.push_back(problem.to_string());
    return all;
  }

  SourceText text;
  Problems problems;
  YamlNodePtr root;
};

TEST(YamlNodeTest, KeysAndValuesRememberWhereTheyStand) {
  const Parsed parsed("a: 1\nb:\n  c: \"x\"\n");
  const YamlEntry* b = parsed.root->find("b");
  ASSERT_NE(b, nullptr);
  const YamlEntry* c = b->value->find("c");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(parsed.text.where(b->offset), "f.yaml:2:1");
  EXPECT_EQ(parsed.text.where(c->offset), "f.yaml:3:3");
  EXPECT_EQ(parsed.text.where(c->value->offset), "f.yaml:3:6");
  EXPECT_TRUE(c->value->quoted);
  EXPECT_FALSE(parsed.root->find("a")->value->quoted);
}

TEST(YamlNodeTest, ColumnsCountCharactersAndSkipTheByteOrderMark) {
  const Parsed parsed("\xEF\xBB\xBFgrün: { ä: x }\r\nz: y\r\n");
  EXPECT_THAT(parsed.messages(), IsEmpty());
  const YamlNode& inner = *parsed.root->entries[0].value;
  EXPECT_EQ(parsed.text.where(inner.entries[0].offset), "f.yaml:1:9");
  EXPECT_EQ(parsed.text.where(parsed.root->entries[1].offset), "f.yaml:2:1");
}

TEST(YamlNodeTest, AKeyGivenTwiceIsAProblemAtTheSecond) {
  const Parsed parsed("a: 1\nb: 2\n\"a\": 3\n");
  EXPECT_THAT(parsed.messages(), ElementsAre(HasSubstr("f.yaml:3:1: the key 'a' is given twice, "
                                                       "first in line 1")));
}

TEST(YamlNodeTest, MergeKeysAreRefusedWithTheCure) {
  const Parsed parsed("a: &x { b: 1 }\nc:\n  <<: *x\n");
  EXPECT_THAT(parsed.messages(), ElementsAre(HasSubstr("f.yaml:3:3: merging with '<<'")));
  EXPECT_THAT(parsed.messages(), ElementsAre(HasSubstr("extends")));
}

TEST(YamlNodeTest, AnAliasSharesTheNodeOfItsAnchor) {
  const Parsed parsed("a: &x [1, 2]\nb: *x\n");
  EXPECT_THAT(parsed.messages(), IsEmpty());
  EXPECT_EQ(parsed.root->find("a")->value, parsed.root->find("b")->value);
}

TEST(YamlNodeTest, AnAliasInsideItselfIsRefused) {
  EXPECT_THAT(Parsed("a: &x [*x]\n").messages(), ElementsAre(HasSubstr("f.yaml:1:8: an alias")));
}

TEST(YamlNodeTest, AMissingValueIsReportedAtItsKey) {
  const Parsed parsed("a:\nb: 1\n");
  const YamlEntry* a = parsed.root->find("a");
  EXPECT_TRUE(a->value->is_null());
  EXPECT_EQ(a->value->offset, a->offset);
}

TEST(YamlNodeTest, WhatYamlCppAcceptsInSilenceIsAProblemHere) {
  struct Case {
    const char* yaml;
    const char* message;
  };
  for (const Case& c : {Case{"a: \"open\n", "f.yaml:1:4: this quote is never closed"},
                        Case{"a: 'it''s\n", "f.yaml:1:4: this quote is never closed"},
                        Case{"a: !secret x\n", "f.yaml:1:4: the tag '!secret' has no meaning"},
                        Case{"? [a]\n: b\n", "f.yaml:1:3: a key must be a text"},
                        Case{"a: 1\n---\nb: 2\n", "f.yaml:3:1: a second YAML document"},
                        Case{"a: b\x04"
                             "c\n",
                             "f.yaml:1:5: the control character 0x04"},
                        Case{"a: \xFF\n", "f.yaml:1:4: the byte 0xFF is not UTF-8"},
                        Case{"", "f.yaml:1:1: the file is empty"},
                        Case{"# nothing\n", "f.yaml:1:1: the file is empty"}}) {
    EXPECT_THAT(Parsed(c.yaml).messages(), ElementsAre(HasSubstr(c.message))) << c.yaml;
  }
}

TEST(YamlNodeTest, ASyntaxErrorNamesItsPlaceAndACure) {
  EXPECT_THAT(Parsed("a: { when: x, value: ${y} }\n").messages(),
              ElementsAre(HasSubstr("put templates in quotes")));
  EXPECT_THAT(Parsed("a:\n\tb: 1\n").messages(), ElementsAre(HasSubstr("YAML knows no tabs")));
}

TEST(YamlNodeTest, DeepNestingIsAProblemAndNoCrash) {
  EXPECT_THAT(Parsed(std::string(100'000, '[')).messages(), ElementsAre(HasSubstr("not readable")));
}

TEST(YamlNodeTest, OffsetsInAScalarLeadToTheCharacterInTheFile) {
  struct Case {
    const char* yaml;
    std::size_t offset;
    const char* where;
  };
  for (const Case& c :
       {Case{"a: plain text\n", 6, "f.yaml:1:10"}, Case{"a: 'it''s x'\n", 5, "f.yaml:1:11"},
        Case{"a: \"x \\\"y\\\" z\"\n", 3, "f.yaml:1:9"}, Case{"a: \"über x\"\n", 6, "f.yaml:1:10"},
        Case{"a: \"\\u00e4 x\"\n", 2, "f.yaml:1:4"}, Case{"a: >\n  folded text\n", 7, "f.yaml:1:4"},
        Case{"a: 'two\n  lines'\n", 6, "f.yaml:1:4"}}) {
    const Parsed parsed(c.yaml);
    const YamlNode& scalar = *parsed.root->entries[0].value;
    EXPECT_EQ(parsed.text.where(offset_in_file(parsed.text, scalar, c.offset)), c.where) << c.yaml;
  }
}

}  // namespace
}  // namespace usher
