#include "config/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "tests/config/catalogue.h"

namespace usher {
namespace {

const std::string kFolder = USHER_SOURCE_DIR "/tests/config/";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  return output;
}

/// What the schema says to each file of a folder: `accepts` or `refuses: …`.
std::map<std::string, std::string> verdicts(const std::string& folder) {
  const std::string schema = ::testing::TempDir() + "/usher-test.schema.json";
  std::ofstream(schema) << json_schema(test::catalogue());
  const std::string output = output_of("python3 " + kFolder + "schema_check.py " + schema + " " +
                                       kFolder + folder + "/*.yaml 2>&1");
  std::map<std::string, std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder + folder)) {
    const std::string path = entry.path().string();
    const bool accepts = output.find("accepts " + path + "\n") != std::string::npos;
    const bool refuses = output.find("refuses " + path + ":") != std::string::npos;
    EXPECT_NE(accepts, refuses) << path << "\n" << output;
    found[path] = accepts ? "accepts" : "refuses";
  }
  return found;
}

TEST(SchemaTest, TheSchemaAcceptsWhatTheParserAccepts) {
  const auto found = verdicts("good");
  EXPECT_GE(found.size(), 5U);
  for (const auto& [path, verdict] : found) EXPECT_EQ(verdict, "accepts") << path;
}

// What only the parser can know (filters, templates, references) is marked in the file.
TEST(SchemaTest, TheSchemaRefusesWhatTheParserRefuses) {
  const auto found = verdicts("broken");
  EXPECT_GE(found.size(), 40U);
  for (const auto& [path, verdict] : found) {
    const bool lets_pass = read_file(path).find("\n# schema: accepts") != std::string::npos;
    EXPECT_EQ(verdict, lets_pass ? "accepts" : "refuses") << path;
  }
}

TEST(SchemaTest, TheSchemaIsTheSameEveryTime) {
  EXPECT_EQ(json_schema(test::catalogue()), json_schema(test::catalogue()));
}

}  // namespace
}  // namespace usher
