#include "tests/config/shipped_files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/keys.h"
#include "config/schema.h"

namespace usher::test {
namespace {

using ::testing::AssertionFailure;
using ::testing::AssertionResult;
using ::testing::AssertionSuccess;

const std::filesystem::path kRoot = USHER_SOURCE_DIR;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Whether some row begins with the key and names its default. Sources and connectors may use one
/// name with different defaults, so every row of that name is looked at.
bool has_row(const std::string& page, const SettingSpec& key, bool with_default) {
  const std::string cell = fmt::format("\n| `{}` |", key.name);
  for (std::size_t at = page.find(cell); at != page.npos; at = page.find(cell, at + 1)) {
    const std::string row = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
    if (!with_default || key.fallback.empty()) return true;
    if (row.find(fmt::format("| `{}` |", key.fallback)) != row.npos) return true;
  }
  return false;
}

void add_missing(Texts& missing, const std::string& page, const std::vector<SettingSpec>& keys,
                 bool with_default) {
  for (const SettingSpec& key : keys) {
    if (!has_row(page, key, with_default)) {
      missing.push_back(fmt::format("`{}` with default `{}`", key.name, key.fallback));
    }
  }
}

std::vector<std::string> shipped_samples() {
  std::vector<std::string> files{kRoot / "config/usher.yaml"};
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(kRoot / "config/examples")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  return files;
}

}  // namespace

AssertionResult schema_is_current(const Catalogue& catalogue) {
  const auto path = kRoot / "config/usher.schema.json";
  const std::string wanted = json_schema(catalogue);
  if (const char* update = std::getenv("USHER_UPDATE_GOLDEN"); update && *update == '1') {
    std::ofstream(path, std::ios::binary) << wanted;
  }
  if (read_file(path) == wanted) return AssertionSuccess();
  return AssertionFailure() << path << " is not what the tables of keys say; run this test once "
                            << "with USHER_UPDATE_GOLDEN=1 and look at the difference";
}

AssertionResult every_key_is_documented(const Catalogue& catalogue) {
  const std::string page = read_file(kRoot / "docs/configuration.md");
  Texts missing;
  add_missing(missing, page, root_keys(), true);
  add_missing(missing, page, common_target_keys(), true);
  for (SettingSpec key : for_each_keys()) {
    const std::string name = fmt::format("for_each.{}", key.name);
    key.name = name;
    add_missing(missing, page, {key}, true);
  }
  for (const SourceSpec& source : catalogue.sources) {
    add_missing(missing, page, source_keys(source), true);
  }
  // Defaults that differ between connectors stand in the text of each.
  for (const ConnectorSpec& connector : catalogue.connectors) {
    add_missing(missing, page, connector.settings, false);
  }
  if (missing.empty()) return AssertionSuccess();
  auto failure = AssertionFailure() << "docs/configuration.md lacks a row for";
  for (const std::string& key : missing) failure << "\n  " << key;
  return failure;
}

AssertionResult samples_are_accepted(const Catalogue& catalogue) {
  for (const std::string& file : shipped_samples()) {
    try {
      (void)load_config(file, catalogue, Secrets::kOptional);
    } catch (const ConfigError& error) {
      return AssertionFailure() << error.what();
    }
  }
  return AssertionSuccess();
}

}  // namespace usher::test
