#include "config/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher {
namespace {

using ::testing::HasSubstr;

TEST(AddressTest, HttpsIsFineEverywhereAndHttpOnLoopback) {
  for (const std::string_view url :
       {"https://app.example.com", "https://app.example.com:8443/api/v1", "http://127.0.0.1:8080",
        "http://127.1.2.3/x", "http://[::1]:80/", "http://localhost/api"}) {
    EXPECT_EQ(url_problem(url, UrlFamily::kHttp), "") << url;
  }
}

TEST(AddressTest, NothingThatOnlyLooksLikeLoopbackIsLoopback) {
  for (const std::string_view url :
       {"http://example.com", "http://127.0.0.1.example.com", "http://localhost.example.com",
        "http://10.0.0.1", "http://[::2]", "http://[::ffff:10.0.0.1]/", "http://0177.0.0.1"}) {
    EXPECT_THAT(url_problem(url, UrlFamily::kHttp), HasSubstr("plain http")) << url;
  }
}

// never-again 104
TEST(AddressTest, AUrlWithAPasswordIsRefused) {
  EXPECT_THAT(url_problem("https://ann:canary@example.com", UrlFamily::kHttp),
              HasSubstr("user name or password"));
  EXPECT_THAT(url_problem("http://127.0.0.1@example.com", UrlFamily::kHttp),
              HasSubstr("user name or password"));
}

TEST(AddressTest, BrokenUrlsAreRefused) {
  for (const std::string_view url :
       {"", "app.example.com", "https://", "https:///x", "ftp://example.com", "HTTPS://example.com",
        "https://example.com:0", "https://example.com:65536", "https://example.com:x",
        "https://example.com/a?b", "https://example.com/a b", "https://[::1", "https://[zz]/"}) {
    EXPECT_NE(url_problem(url, UrlFamily::kHttp), "") << url;
  }
}

TEST(AddressTest, DirectoriesHaveTheirOwnSchemes) {
  for (const std::string_view url : {"ldaps://ldap.example.com", "ldap://127.0.0.1:389",
                                     "ldapi:///", "ldapi://%2Frun%2Fslapd%2Fldapi"}) {
    EXPECT_EQ(url_problem(url, UrlFamily::kLdap), "") << url;
  }
  EXPECT_NE(url_problem("https://ldap.example.com", UrlFamily::kLdap), "");
  EXPECT_NE(url_problem("ldaps://ldap.example.com", UrlFamily::kHttp), "");
}

TEST(AddressTest, PlainLdapIsUnprotectedUnlessItStaysOnThisMachine) {
  EXPECT_TRUE(is_unprotected_ldap("ldap://ldap.example.com"));
  EXPECT_TRUE(is_unprotected_ldap("ldap://127.0.0.1.example.com:389"));
  EXPECT_FALSE(is_unprotected_ldap("ldap://127.0.0.1:389"));
  EXPECT_FALSE(is_unprotected_ldap("ldap://[::1]"));
  EXPECT_FALSE(is_unprotected_ldap("ldaps://ldap.example.com"));
  EXPECT_FALSE(is_unprotected_ldap("ldapi:///"));
}

TEST(AddressTest, AListenAddressHasAHostAndAPort) {
  for (const std::string_view good : {"127.0.0.1:9464", "[::1]:0", "localhost:65535"}) {
    EXPECT_EQ(listen_problem(good), "") << good;
  }
  for (const std::string_view bad : {"127.0.0.1", ":9464", "9464", "127.0.0.1:", "127.0.0.1:65536",
                                     "127.0.0.1:-1", "::1:9464"}) {
    EXPECT_NE(listen_problem(bad), "") << bad;
  }
}

}  // namespace
}  // namespace usher
