#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace usher::plugins {

/// An administrator's corner: three people, the plug-in `shaky` in a folder of its own, targets of
/// it, and the real program. Each target keeps its accounts in `<target>.txt`.
class Corner {
 public:
  Corner();

  /// Puts a shared object where plug-ins are and returns its path.
  std::string install(const std::string& built, const std::string& name) const;
  /// The same object once more, but not the same bytes: another build of it.
  void rebuild() const;

  /// Writes a configuration: targets by name, each with further settings (`trouble: int`), in one
  /// line.
  void configure(const std::map<std::string, std::string>& targets) const;
  void configure(const std::vector<std::string>& plugins,
                 const std::map<std::string, std::string>& targets) const;

  [[nodiscard]] ProcessOptions command(std::vector<std::string> arguments) const;
  [[nodiscard]] Finished usher(std::vector<std::string> arguments) const;
  /// With `--format json`; fails the test unless that is what comes.
  [[nodiscard]] nlohmann::json report(std::vector<std::string> arguments) const;

  /// The addresses that a target holds.
  [[nodiscard]] std::size_t accounts(std::string_view target) const;
  /// Where the calls of this corner's plug-ins are on record.
  [[nodiscard]] std::string records() const { return folder_ / "state.db.plugins"; }
  [[nodiscard]] const TempDir& folder() const { return folder_; }
  [[nodiscard]] std::string shaky() const { return folder_ / "plugins/shaky.so"; }

 private:
  TempDir folder_;
};

/// The status of a target in a report, and everything that is said about it.
[[nodiscard]] std::string status_of(const nlohmann::json& report, std::string_view target);
[[nodiscard]] std::string problems_of(const nlohmann::json& report, std::string_view target);

}  // namespace usher::plugins
