#include "tests/daemon/report/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace usher {

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(USHER_SOURCE_DIR) + "/tests/golden/report/" + name;
  if (std::getenv("USHER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing; make it with USHER_UPDATE_GOLDEN=1";
  const std::string wanted{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, wanted) << path;
}

}  // namespace usher
