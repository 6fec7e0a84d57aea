// Which shared objects are loaded, and what is said about the others.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/plugins/corner.h"

namespace usher::plugins {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace fs = std::filesystem;

TEST(PluginLoadingTest, AConnectorOfAPluginIsLikeAnyOther) {
  const Corner corner;
  corner.configure({{"one", ""}});
  EXPECT_EQ(corner.usher({"check"}).status, 0);
  ASSERT_EQ(corner.usher({"init"}).status, 0);
  EXPECT_EQ(status_of(corner.report({"plan"}), "one"), "changes");
  EXPECT_EQ(status_of(corner.report({"apply"}), "one"), "in_sync");
  EXPECT_EQ(corner.accounts("one"), 3U);
  EXPECT_EQ(corner.usher({"plan", "--detailed-exitcode"}).status, 0);
  EXPECT_THAT(corner.usher({"probe"}).output, HasSubstr("stands"));
}

TEST(PluginLoadingTest, TheSettingsOfItsTargetsAreChecked) {
  const Corner corner;
  corner.configure({{"one", "trouble: plenty"}, {"two", "fiel: x"}});
  const Finished check = corner.usher({"check"});
  EXPECT_EQ(check.status, 3);
  EXPECT_THAT(check.output, AllOf(HasSubstr("'trouble'"), HasSubstr("did you mean 'file'?")));
}

/// What `check` says about one plug-in, which stands in line 4 of the file.
std::string verdict(const Corner& corner, const std::string& plugin) {
  corner.configure({plugin}, {{"one", ""}});
  const Finished check = corner.usher({"check"});
  EXPECT_EQ(check.status, 3) << check.output;
  EXPECT_THAT(check.output, StartsWith("usher.yaml:4:5: "));
  return check.output.substr(0, check.output.find('\n'));
}

TEST(PluginLoadingTest, WhatIsNotAnObjectAtAnAbsolutePathIsRefused) {
  const Corner corner;
  EXPECT_THAT(verdict(corner, "plugins/shaky.so"), HasSubstr("is not an absolute path"));
  EXPECT_THAT(verdict(corner, "/nowhere/shaky.so"), HasSubstr("No such file or directory"));
  EXPECT_THAT(verdict(corner, corner.folder().path()), HasSubstr("is not a file"));
  EXPECT_THAT(verdict(corner, corner.folder().write("plugins/text.so", "text")),
              HasSubstr("cannot be loaded"));
}

TEST(PluginLoadingTest, WhatOthersCouldChangeIsRefused) {
  const Corner corner;
  fs::permissions(corner.shaky(), fs::perms::group_write, fs::perm_options::add);
  EXPECT_THAT(verdict(corner, corner.shaky()), HasSubstr("by its group or by others (mode 0620)"));
  corner.install(SHAKY_PLUGIN, "shaky.so");
  fs::permissions(corner.folder() / "plugins", fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(verdict(corner, corner.shaky()),
              AllOf(HasSubstr("its folder " + corner.folder().path()), HasSubstr("chmod go-w")));
}

TEST(PluginLoadingTest, AFolderFurtherUpThatOthersCouldRenameInIsRefused) {
  const Corner corner;
  fs::permissions(corner.folder().path(), fs::perms::group_write, fs::perm_options::add);
  EXPECT_THAT(verdict(corner, corner.shaky()), HasSubstr("its folder " + corner.folder().path()));
}

TEST(PluginLoadingTest, ALinkIsRefusedWhenOthersCouldTurnIt) {
  const Corner corner;
  fs::create_directory(corner.folder() / "open");
  fs::permissions(corner.folder() / "open", fs::perms::others_write, fs::perm_options::add);
  fs::create_symlink(corner.shaky(), corner.folder() / "open/link.so");
  EXPECT_THAT(verdict(corner, corner.folder() / "open/link.so"), HasSubstr("/open can be written"));
}

TEST(PluginLoadingTest, AnObjectThatIsNoPluginIsRefused) {
  const Corner corner;
  EXPECT_THAT(verdict(corner, corner.install(BARE_PLUGIN, "bare.so")),
              HasSubstr("has no symbol 'usher_plugin_abi'"));
}

// Every function of that plug-in ends the process.
TEST(PluginLoadingTest, APluginOfAnotherUsherIsRefusedBeforeItsCodeRuns) {
  const Corner corner;
  const std::string said = verdict(corner, corner.install(FOREIGN_PLUGIN, "foreign.so"));
  EXPECT_THAT(said, AllOf(HasSubstr("was built for 'usher 0.0.1 (interface of long ago)"),
                          HasSubstr("but this usher is 'usher "), HasSubstr("build it anew"),
                          Not(HasSubstr("\x1b"))));
}

TEST(PluginLoadingTest, ANameThatIsTakenIsRefused) {
  const Corner corner;
  EXPECT_THAT(verdict(corner, corner.install(TAKEN_PLUGIN, "taken.so")),
              HasSubstr("brings a connector 'memory', but usher has one of that name itself"));
}

TEST(PluginLoadingTest, AllProblemsAreToldAtOnce) {
  const Corner corner;
  const std::string copy = corner.install(SHAKY_PLUGIN, "copy.so");
  corner.configure({corner.shaky(), corner.shaky(), copy, "/nowhere/x.so"},
                   {{"one", "at: 1, on: 2"}});
  const Finished check = corner.usher({"check"});
  EXPECT_EQ(check.status, 3);
  EXPECT_THAT(
      check.output,
      AllOf(HasSubstr("usher.yaml:5:5: the plug-in '" + corner.shaky() + "' is listed twice"),
            HasSubstr("usher.yaml:6:5: the plug-in " + copy + ": brings the connector"),
            HasSubstr("usher.yaml:7:5: "), HasSubstr("'on'")));
}

}  // namespace
}  // namespace usher::plugins
