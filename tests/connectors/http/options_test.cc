#include <gtest/gtest.h>

#include "connectors/http/client.h"

namespace usher {
namespace {

TEST(HttpOptionsTest, AreReadFromTheSettings) {
  SettingValues settings;
  settings.set("url", std::string("https://api.example.com/v1//"));
  settings.set("timeout", std::int64_t{5'000});
  settings.set("max_response", std::int64_t{1024});
  settings.set("rate.per_second", 0.5);
  settings.set("rate.burst", 3.0);
  settings.set("retry.attempts", std::int64_t{2});
  const HttpOptions options = http_options(settings);
  EXPECT_EQ(options.base_url, "https://api.example.com/v1");
  EXPECT_EQ(options.read_timeout, std::chrono::seconds(5));
  EXPECT_EQ(options.connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(options.max_response_bytes, 1024);
  EXPECT_EQ(options.rate.per_second, 0.5);
  EXPECT_EQ(options.rate.burst, 3);
  EXPECT_EQ(options.attempts, 2);
}

TEST(HttpOptionsTest, RateOffMeansNoConfiguredLimit) {
  SettingValues settings;
  settings.set("rate", std::string("off"));
  settings.set("rate.per_second", 30.0);
  EXPECT_EQ(http_options(settings).rate.per_second, 0);
}

TEST(HttpSettingsTest, NeedAUrlWhereTheProviderHasNone) {
  EXPECT_TRUE(http_settings("", "", "").front().required);
  EXPECT_FALSE(http_settings("https://x.example.com", "1", "1").front().required);
}

TEST(HttpSettingsTest, OnlyTheUrlDecidesWhoIsFound) {
  for (const SettingSpec& spec : http_settings("", "1", "1"))
    EXPECT_EQ(spec.decides, spec.name == "url") << spec.name;
}

}  // namespace
}  // namespace usher
