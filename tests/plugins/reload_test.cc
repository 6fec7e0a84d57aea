// Plug-ins of a running daemon.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "tests/plugins/corner.h"

namespace usher::plugins {
namespace {

using ::testing::HasSubstr;

TEST(PluginReloadTest, ANewPluginIsLoaded) {
  const Corner corner;
  corner.folder().write("usher.yaml",
                        "version: 1\nstate: state.db\nsources: { staff: { type: csv, path: "
                        "people.csv, id: id } }\ntargets: { none: { connector: memory, source: "
                        "staff, url: \"http://127.0.0.1:1\", token: { env: TOKEN }, map: { email: "
                        "\"${mail}\" } } }\n");
  setenv("TOKEN", "token", 1);
  ASSERT_EQ(corner.usher({"init"}).status, 0);
  Process daemon(corner.command({"daemon"}));
  daemon.wait_for_error("serving 1 targets");
  corner.configure({{"one", ""}});
  daemon.send_signal(SIGHUP);
  daemon.wait_for_error("reloaded");
  daemon.wait_for_error("one");
  daemon.send_signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
}

TEST(PluginReloadTest, AChangedPluginTakesARestart) {
  const Corner corner;
  corner.configure({{"one", ""}});
  ASSERT_EQ(corner.usher({"init"}).status, 0);
  Process daemon(corner.command({"daemon"}));
  daemon.wait_for_error("serving 1 targets");
  corner.rebuild();
  daemon.send_signal(SIGHUP);
  EXPECT_THAT(daemon.wait_for_error("has changed since it was loaded"), HasSubstr("restart usher"));
  daemon.wait_for_error("not reloaded");
  daemon.send_signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
}

}  // namespace
}  // namespace usher::plugins
