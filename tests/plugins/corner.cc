#include "tests/plugins/corner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/e2e/world.h"

namespace usher::plugins {
namespace {

namespace fs = std::filesystem;

constexpr auto kOurs = fs::perms::owner_read | fs::perms::owner_write;

/// A sanitizer must leave to the kernel what kills the process here.
std::string sanitizer_options() {
  const char* const given = std::getenv("ASAN_OPTIONS");
  return std::string(given == nullptr ? "" : given) + ":handle_segv=0";
}

}  // namespace

Corner::Corner() {
  folder_.write("people.csv", e2e::people_csv(3));
  install(SHAKY_PLUGIN, "shaky.so");
}

std::string Corner::install(const std::string& built, const std::string& name) const {
  const std::string folder = folder_ / "plugins";
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  std::string path = folder + "/" + name;
  fs::copy_file(built, path + ".new", fs::copy_options::overwrite_existing);
  fs::permissions(path + ".new", kOurs);
  fs::rename(path + ".new", path);  // in place it would change under a process that has it loaded
  return path;
}

void Corner::rebuild() const {
  install(shaky(), "shaky.so");
  std::ofstream(shaky(), std::ios::app) << "another build";
}

void Corner::configure(const std::map<std::string, std::string>& targets) const {
  configure({shaky()}, targets);
}

void Corner::configure(const std::vector<std::string>& plugins,
                       const std::map<std::string, std::string>& targets) const {
  std::string yaml = "version: 1\nstate: state.db\nplugins:\n";
  for (const std::string& plugin : plugins) yaml += "  - " + plugin + "\n";
  yaml += "sources: { staff: { type: csv, path: people.csv, id: id } }\ntargets:\n";
  for (const auto& [name, more] : targets) {
    yaml.append("  ").append(name).append(": { connector: shaky, source: staff, mode: apply, ");
    yaml.append("map: { email: \"${mail}\" }, file: ").append(name).append(".txt");
    yaml.append(more.empty() ? "" : ", ").append(more).append(" }\n");
  }
  folder_.write("usher.yaml", yaml);
}

ProcessOptions Corner::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), USHER_BINARY_DIR "/daemon/usher");
  return {std::move(arguments),
          {{"USHER_CONFIG", "usher.yaml"}, {"ASAN_OPTIONS", sanitizer_options()}},
          folder_.path()};
}

Finished Corner::usher(std::vector<std::string> arguments) const {
  return run_process(command(std::move(arguments)));
}

nlohmann::json Corner::report(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--format", "json"});
  const Finished run = usher(std::move(arguments));
  nlohmann::json document = nlohmann::json::parse(run.output, nullptr, false);
  if (document.is_discarded()) {
    ADD_FAILURE() << "not JSON: " << run.output << "\n" << run.error;
    return nlohmann::json::object();
  }
  EXPECT_EQ(document.value("exit_code", -1), run.status) << run.error;
  return document;
}

std::size_t Corner::accounts(std::string_view target) const {
  std::ifstream stream(folder_ / (std::string(target) + ".txt"));
  return static_cast<std::size_t>(
      std::count(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>(), '\n'));
}

std::string status_of(const nlohmann::json& report, std::string_view target) {
  return e2e::target_of(report, target).value("status", "none");
}

std::string problems_of(const nlohmann::json& report, std::string_view target) {
  std::string all;
  const nlohmann::json found = e2e::target_of(report, target);
  for (const auto& problem : found.at("problems")) {
    all += problem.at("message").get<std::string>() + "\n";
  }
  return all;
}

}  // namespace usher::plugins
