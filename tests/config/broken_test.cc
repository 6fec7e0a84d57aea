// Each file in broken/ says itself what must be found in it, in comments:
//   # expect: LINE:COLUMN: part of the message
//   # expect: TABLE:LINE:COLUMN: part of the message, with FILE for the configuration
// All problems must be expected and all expected ones found.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/settings.h"
#include "connectors/csv/value_table.h"
#include "tests/config/catalogue.h"

namespace usher {
namespace {

const std::string kBrokenFolder = USHER_SOURCE_DIR "/tests/config/broken";

std::vector<std::string> broken_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kBrokenFolder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> expectations_in(const std::string& path) {
  const std::string mark = "# expect: ";
  std::vector<std::string> expected;
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(mark)) expected.push_back(line.substr(mark.size()));
  }
  return expected;
}

std::string without_path(std::string message, const std::string& path) {
  for (std::size_t at = message.find(path); at != message.npos; at = message.find(path)) {
    message.replace(at, path.size(), "FILE");
  }
  return message;
}

/// Whether `problem`, found in the configuration at `path`, is what a line says after its mark.
bool fits(const std::string& expected, const ConfigProblem& problem, const std::string& path) {
  const std::string table = problem.file == path ? "" : problem.file + ":";
  const std::string place = fmt::format("{}{}:{}: ", table, problem.line, problem.column);
  const std::string message = without_path(problem.message, path);
  return expected.starts_with(place) &&
         message.find(expected.substr(place.size())) != std::string::npos;
}

class BrokenTest : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokenTest, IsRefusedWithExactlyTheExpectedProblems) {
  const std::string path = kBrokenFolder + "/" + GetParam();
  const auto expected = expectations_in(path);
  ASSERT_FALSE(expected.empty()) << "the file says nothing about what is wrong with it";
  try {
    Catalogue catalogue = test::catalogue();
    catalogue.read_table = &csv::load_value_table;
    (void)load_config(path, catalogue, Secrets::kOptional);
    FAIL() << "the file was accepted";
  } catch (const ConfigError& error) {
    std::vector<ConfigProblem> errors = error.problems;
    std::erase_if(errors, [](const ConfigProblem& problem) { return problem.warning; });
    EXPECT_EQ(errors.size(), expected.size()) << error.what();
    for (std::size_t i = 0; i < std::min(errors.size(), expected.size()); ++i) {
      EXPECT_TRUE(fits(expected[i], errors[i], path)) << expected[i] << "\n"
                                                      << errors[i].to_string();
    }
  }
}

std::string name_of(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(0, info.param.find('.'));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenTest, ::testing::ValuesIn(broken_files()), name_of);

TEST(BrokenFilesTest, ThereAreAtLeastForty) {
  EXPECT_GE(broken_files().size(), 40U);
}

}  // namespace
}  // namespace usher
