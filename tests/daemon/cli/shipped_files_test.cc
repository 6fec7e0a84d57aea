#include <gtest/gtest.h>

#include "daemon/engine/catalogue.h"
#include "tests/config/shipped_files.h"

namespace usher {
namespace {

TEST(ShippedFilesTest, TheSchemaIsWhatTheSettingTablesSay) {
  EXPECT_TRUE(test::schema_is_current(make_catalogue()));
}

TEST(ShippedFilesTest, EveryKeyIsDocumentedWithItsDefault) {
  EXPECT_TRUE(test::every_key_is_documented(make_catalogue()));
}

TEST(ShippedFilesTest, TheSamplesAreAccepted) {
  EXPECT_TRUE(test::samples_are_accepted(make_catalogue()));
}

}  // namespace
}  // namespace usher
