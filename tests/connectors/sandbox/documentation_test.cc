// docs/sandbox.md tells all switches and faults, as they are.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/connectors/sandbox/rehearsal.h"
#include "tests/support/process.h"

namespace usher::sandbox {
namespace {

using ::testing::HasSubstr;

std::string documentation() {
  std::ifstream in(USHER_SOURCE_DIR "/docs/sandbox.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// `yes|no` as the table has it: `yes`, `no`.
std::string shown_values(std::string values) {
  if (values.find('|') == std::string::npos) {
    return values;
  }
  for (auto bar = values.find('|'); bar != std::string::npos; bar = values.find('|')) {
    values.replace(bar, 1, "`, `");
  }
  return '`' + values + '`';
}

TEST(DocumentationTest, HasARowForEverySwitch) {
  const auto text = documentation();
  const Finished program = run_process(
      {.command = {USHER_BINARY_DIR "/connectors/sandbox/usher-sandbox", "--list-switches"}});
  std::istringstream help(program.output);
  int switches = 0;
  for (std::string head, meaning; std::getline(help, head) && std::getline(help, meaning);
       ++switches) {
    const auto equals = head.find(" = ");
    const auto now = head.find(" (now ");
    EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | {} | `{}` | {} |", head.substr(0, equals),
                                            shown_values(head.substr(equals + 3, now - equals - 3)),
                                            head.substr(now + 6, head.size() - now - 7),
                                            meaning.substr(4))));
  }
  EXPECT_GT(switches, 100) << program.error;
}

TEST(DocumentationTest, HasARowForEveryFault) {
  std::string refusal;
  try {
    Rehearsal().fault(R"({"action": "?"})");
  } catch (const BadRequest& error) {
    refusal = error.what();
  }
  const std::string_view before = "is none of ";
  std::istringstream actions(refusal.substr(refusal.find(before) + before.size()));
  const auto text = documentation();
  int count = 0;
  for (std::string action; actions >> action; ++count) {
    if (action.ends_with(',')) {
      action.pop_back();
    }
    EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` |", action)));
  }
  EXPECT_GE(count, 14);
}

}  // namespace
}  // namespace usher::sandbox
