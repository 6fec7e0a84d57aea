#include <cstddef>
#include <cstdint>
#include <string>

#include "config/settings.h"
#include "tests/config/catalogue.h"
#include "tests/fuzz/require.h"

namespace usher {
namespace {

void check(const ConfigProblem& problem, const std::string& text) {
  require(problem.line >= 1 && problem.column >= 1, "a problem has a place");
  require(static_cast<std::size_t>(problem.column) <= text.size() + 1, "the place is in the file");
  require(!problem.message.empty(), "a problem says what it is");
}

void check(const Config& config) {
  require(config.hash.size() == 64, "what is accepted has a hash");
  require(!config.sources.empty(), "nothing is accepted half");
  require(!config.targets.empty() || !config.families.empty(), "nothing is accepted half");
  for (const TargetConfig& target : config.targets) {
    require(!target.sources.empty(), "a target has a source");
    for (const std::string& source : target.sources) {
      require(config.find_source(source) != nullptr, "every source that is named exists");
    }
  }
}

}  // namespace
}  // namespace usher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    usher::check(usher::parse_config(text, "/nowhere/u.yaml", usher::test::catalogue(),
                                     usher::Secrets::kOptional));
  } catch (const usher::ConfigError& error) {
    usher::require(!error.problems.empty(), "who refuses says why");
    for (const usher::ConfigProblem& problem : error.problems) usher::check(problem, text);
  }
  return 0;
}
