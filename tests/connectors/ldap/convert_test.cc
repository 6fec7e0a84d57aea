#include "connectors/ldap/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace usher::ldap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct DescriptionCase {
  std::string in;
  std::string name;
  std::optional<Range> range;
};

class DescriptionTest : public testing::TestWithParam<DescriptionCase> {};

TEST_P(DescriptionTest, IsSplitIntoNameAndRange) {
  const Attribute got = parse_description(GetParam().in);
  EXPECT_EQ(got.name, GetParam().name);
  EXPECT_EQ(got.range, GetParam().range);
}

INSTANTIATE_TEST_SUITE_P(
    Convert, DescriptionTest,
    testing::Values(DescriptionCase{"member", "member", {}},
                    DescriptionCase{"member;range=0-1499", "member", Range{0, 1499}},
                    DescriptionCase{"member;range=1500-*", "member", Range{1500, {}}},
                    DescriptionCase{"Member;Range=0-0", "Member", Range{0, 0}},
                    DescriptionCase{"cn;lang-de;range=0-1", "cn;lang-de", Range{0, 1}},
                    DescriptionCase{"cn;range=0-1;lang-de", "cn;lang-de", Range{0, 1}},
                    DescriptionCase{"userCertificate;binary", "userCertificate;binary", {}},
                    DescriptionCase{"member;range=5-1", "member;range=5-1", {}},
                    DescriptionCase{"member;range=-1", "member;range=-1", {}},
                    DescriptionCase{"member;range=0-99999999999", "member;range=0-99999999999", {}},
                    DescriptionCase{"range=0-1", "range=0-1", {}}, DescriptionCase{"", "", {}}));

struct DnCase {
  std::string name;
  std::string a;
  std::string b;
  bool same;
};

class DnTest : public testing::TestWithParam<DnCase> {};

TEST_P(DnTest, ComparesInNormalForm) {
  const DnCase& dn = GetParam();
  EXPECT_EQ(normalize_dn(dn.a) == normalize_dn(dn.b), dn.same)
      << normalize_dn(dn.a) << " and " << normalize_dn(dn.b);
}

INSTANTIATE_TEST_SUITE_P(
    Convert, DnTest,
    testing::Values(DnCase{"Case", "CN=Ann,OU=People,DC=example", "cn=ann,ou=people,dc=EXAMPLE",
                           true},
                    DnCase{"SpacesBetween", "cn=ann, ou=people", "cn=ann,ou=people", true},
                    DnCase{"SpacesAroundEquals", "cn = ann,ou=people", "cn=ann,ou=people", true},
                    DnCase{"SpacesInside", "cn=Ann  Lee,ou=p", "cn=ann lee,ou=p", true},
                    DnCase{"SpacesMatter", "cn=annlee,ou=p", "cn=ann lee,ou=p", false},
                    DnCase{"Escapes", "cn=Lee\\, Ann,ou=p", "cn=lee\\2c ann,ou=p", true},
                    DnCase{"EscapedCommaIsNoSeparator", "cn=a\\,ou=p", "cn=a,ou=p", false},
                    DnCase{"Quotes", "cn=\"Lee, Ann\",ou=p", "cn=Lee\\, Ann,ou=p", true},
                    DnCase{"HexUtf8", "cn=Zo\\C3\\AB,ou=p", "cn=Zo\u00eb,ou=p", true},
                    DnCase{"UnicodeCase", "cn=ZO\u00cb,ou=p", "cn=zo\u00eb,ou=p", true},
                    DnCase{"UnicodeForm", "cn=Zoe\u0308,ou=p", "cn=zo\u00eb,ou=p", true},
                    DnCase{"OrderInsideAnRdn", "uid=1+cn=a,ou=p", "cn=a+uid=1,ou=p", true},
                    DnCase{"OrderOfRdns", "ou=a,ou=b", "ou=b,ou=a", false},
                    DnCase{"NoDn", "  not a dn ", "Not a DN", true}, DnCase{"Empty", "", "", true}),
    [](const auto& tested) { return tested.param.name; });

TEST(DnTest, ThePlainWayAndTheLongWayAgree) {
  EXPECT_EQ(normalize_dn("cn=Ann Lee,ou=p"), normalize_dn("cn=Ann\\20Lee,ou=p"));
}

TEST(ConvertTest, AUniqueMemberLosesItsIdentifier) {
  EXPECT_EQ(strip_unique_id("cn=a,o=b#'0101'B"), "cn=a,o=b");
  EXPECT_EQ(strip_unique_id("cn=a,o=b#''B"), "cn=a,o=b");
  EXPECT_EQ(strip_unique_id("cn=a,o=b"), "cn=a,o=b");
  EXPECT_EQ(strip_unique_id("cn=a#'2'B"), "cn=a#'2'B");
  EXPECT_EQ(strip_unique_id("'B"), "'B");
}

TEST(ConvertTest, TheLeadingValueOfADn) {
  EXPECT_EQ(leading_value("cn=Sales\\, EU,ou=groups"), "Sales, EU");
  EXPECT_EQ(leading_value("nothing"), "");
  EXPECT_EQ(leading_value(""), "");
}

TEST(ConvertTest, AGuidReadsAsActiveDirectoryShowsIt) {
  const std::string bytes("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);
  EXPECT_EQ(guid_to_text(bytes), "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(guid_to_text(bytes.substr(1)), "");
  EXPECT_EQ(value_to_text("OBJECTGUID", bytes), "00112233-4455-6677-8899-aabbccddeeff");
}

TEST(ConvertTest, ValuesAreTextOrNothing) {
  EXPECT_EQ(value_to_text("entryUUID", "ABCDEF01-0000-1000-8000-000000000000"),
            "abcdef01-0000-1000-8000-000000000000");
  EXPECT_EQ(value_to_text("cn", "Zo\u00eb"), "Zo\u00eb");
  EXPECT_EQ(value_to_text("jpegPhoto", "\xFF\xD8"), std::nullopt);
  EXPECT_EQ(value_to_text("x", std::string("a\0b", 3)), std::nullopt);
}

TEST(ConvertTest, APersonHasTextsAndKnowsWhatItDoesNotKnow) {
  const Person person = to_person({"cn=ann",
                                   {{.name = "uid", .values = {"E1"}},
                                    {.name = "mail", .values = {"a@b", "c@d"}},
                                    {.name = "jpegPhoto", .values = {"\xFF\xD8"}},
                                    {.name = "title", .values = {""}},
                                    {.name = "userPassword", .values = {"secret"}}}},
                                  "UID", {"description"});
  EXPECT_EQ(person.source_id, "E1");
  EXPECT_EQ(person.where, "cn=ann");
  EXPECT_THAT(*person.find("mail"), ElementsAre("a@b", "c@d"));
  EXPECT_EQ(person.attributes.find("title"), nullptr);
  EXPECT_FALSE(person.attributes.contains("userPassword"));
  EXPECT_THAT(person.unread, ElementsAre("description", "jpegPhoto"));
}

TEST(ConvertTest, AnIdIsExactlyOneValue) {
  const auto id_of = [](Texts values) {
    return to_person({"cn=ann", {{.name = "uid", .values = std::move(values)}}}, "uid", {})
        .source_id;
  };
  EXPECT_EQ(id_of({" E1 "}), "E1");
  EXPECT_THAT(id_of({"E1", "E2"}), IsEmpty());
  EXPECT_THAT(id_of({"\xFF"}), IsEmpty());
  EXPECT_THAT(id_of({}), IsEmpty());
}

}  // namespace
}  // namespace usher::ldap
