// docs/examples/connector-plugin, built by its own CMakeLists.txt against what is installed, and
// loaded by the real program.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = R"(version: 1
state: state.db
plugins: [PLUGIN]
sources: { staff: { type: csv, path: people.csv, id: id } }
targets:
  desk:
    connector: acme
    source: staff
    url: http://127.0.0.1:PORT/memory/v1
    token: { env: ACME_TOKEN }
    leavers: { do: delete, reads: 1 }
    map: { email: "${mail}", name: "${name}" }
)";
constexpr const char* kSeed = R"({"memory": {"tokens": ["acme-token"], "users": []}})";

/// Always the same folders, so that a compiler cache can do its work, and always made anew.
class ExamplePluginTest : public ::testing::Test {
 protected:
  void TearDown() override {
    if (!HasFailure()) fs::remove_all(root_);
  }
  static void must(std::vector<std::string> command) {
    const std::string name = command.at(0) + " " + command.at(1);
    const Finished run = run_process({std::move(command), {}, {}, std::chrono::minutes(4)});
    ASSERT_EQ(run.status, 0) << name << "\n" << run.output << run.error;
  }
  void build() const {
    fs::remove_all(root_);
    must({USHER_CMAKE, "--install", USHER_BINARY_DIR, "--component", "dev", "--prefix", prefix_});
    const std::string compiler = USHER_CXX;
    const std::string launcher = USHER_LAUNCHER;
    must({USHER_CMAKE, "-S", USHER_SOURCE_DIR "/docs/examples/connector-plugin", "-B", build_,
          "-GNinja", "-DCMAKE_PREFIX_PATH=" + prefix_, "-DCMAKE_CXX_COMPILER=" + compiler,
          "-DCMAKE_CXX_COMPILER_LAUNCHER=" + launcher});
    must({USHER_CMAKE, "--build", build_});
  }
  [[nodiscard]] std::string install(const TempDir& folder) const {
    fs::create_directory(folder / "plugins");
    fs::permissions(folder / "plugins", fs::perms::owner_all);
    fs::copy_file(build_ + "/acme.so", folder / "plugins/acme.so");
    fs::permissions(folder / "plugins/acme.so", fs::perms::owner_read);
    return folder / "plugins/acme.so";
  }

  const std::string root_ = USHER_BINARY_DIR "/tests/plugins/example";
  const std::string prefix_ = root_ + "/prefix";
  const std::string build_ = root_ + "/build";
};

TEST_F(ExamplePluginTest, IsBuiltPassesTheContractSuiteAndIsLoaded) {
  ASSERT_NO_FATAL_FAILURE(build());
  ASSERT_NO_FATAL_FAILURE(must({build_ + "/acme-contract", "--gtest_brief=1"}));

  World world{std::string(kSeed)};
  const std::string plugin = install(world.folder());
  const std::string port = std::to_string(world.sandbox().port());
  world.configure(replaced(replaced(kConfig, "PLUGIN", plugin), "PORT", port));
  setenv("ACME_TOKEN", "acme-token", 1);
  world.set_people(people_csv(3));

  world.must(0, {"check"});
  world.must(0, {"init"});
  EXPECT_EQ(target_of(world.report({"plan"}), "desk").at("counts").at("create"), 3);
  EXPECT_EQ(target_of(world.report({"apply"}), "desk").at("status"), "in_sync");
  world.must(0, {"plan", "--detailed-exitcode"});
}

}  // namespace
}  // namespace usher::e2e
