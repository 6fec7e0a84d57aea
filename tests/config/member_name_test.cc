#include "config/member_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/settings.h"

namespace usher {
namespace {

using ::testing::HasSubstr;

TEST(MemberNameTest, WhatAHumanCanReadIsAName) {
  for (const char* name : {"acme", "Acme & Söhne", "a.b-c_d", "42", "北京"}) {
    EXPECT_EQ(member_name_problem(name), "") << name;
  }
}

TEST(MemberNameTest, WhatNobodyCouldReadOrTypeIsNone) {
  EXPECT_THAT(member_name_problem(""), HasSubstr("empty"));
  EXPECT_THAT(member_name_problem("a/b"), HasSubstr("'/'"));
  EXPECT_THAT(member_name_problem(" a"), HasSubstr("blank"));
  EXPECT_THAT(member_name_problem("a\nb"), HasSubstr("control character"));
  EXPECT_THAT(member_name_problem("a\xE2\x80\xAE"), HasSubstr("bidirectional"));
  EXPECT_THAT(member_name_problem("a\xFF"), HasSubstr("UTF-8"));
  EXPECT_EQ(member_name_problem(std::string(128, 'a')), "");
  EXPECT_THAT(member_name_problem(std::string(129, 'a')), HasSubstr("129 bytes"));
}

TEST(MemberNameTest, TheFamilyStandsBeforeTheSlash) {
  EXPECT_EQ(family_of("customers/acme"), "customers");
  EXPECT_EQ(family_of("sales"), "sales");
}

TEST(MemberNameTest, ATargetIsSelectedByItsNameAndItsFamilys) {
  EXPECT_TRUE(is_selected({}, "customers/acme"));
  EXPECT_TRUE(is_selected({"customers"}, "customers/acme"));
  EXPECT_TRUE(is_selected({"x", "customers/acme"}, "customers/acme"));
  EXPECT_FALSE(is_selected({"customers/beta"}, "customers/acme"));
  EXPECT_FALSE(is_selected({"custom"}, "customers"));
}

}  // namespace
}  // namespace usher
