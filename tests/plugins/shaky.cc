// A plug-in that does wrong what it is told to do wrong, where it is told to. Its provider is a
// file with one address a line.

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "connectors/error.h"
#include "connectors/plugin.h"
#include "connectors/target.h"

#ifndef SHAKY_NAME
#define SHAKY_NAME "shaky"
#endif

namespace shaky {
namespace {

using namespace usher;  // as an author would

class ShakyTarget final : public Target {
 public:
  explicit ShakyTarget(const SettingValues& settings)
      : file_(settings.text("file")), trouble_(settings.text("trouble")), at_(settings.text("at")) {
    stumble("make");
  }

  [[nodiscard]] const Capabilities& capabilities() const override;

  [[nodiscard]] Listing list(AccountSink& sink) override {
    stumble("list");
    Listing listing;
    for (const std::string& line : lines()) {
      ++listing.receipt.entries;
      sink.account(to_account(line));
    }
    listing.receipt.pages = 1;
    return listing;
  }

  [[nodiscard]] Lookup find(const AccountRef& ref) override {
    stumble("find");
    const std::string wanted = ref.remote_id.empty() ? ref.key : ref.remote_id;
    const auto all = lines();
    if (std::ranges::find(all, wanted) == all.end()) return {Presence::kAbsent, {}};
    return {Presence::kPresent, to_account(wanted)};
  }

  [[nodiscard]] Account canonical(Account desired) const override {
    stumble("canonical");
    return desired;
  }

  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override {
    const Change& change = changes.front();
    stumble("apply");
    steps.intend("write", change.key);
    std::ofstream(file_, std::ios::app) << change.key << '\n';
    stumble("written");
    steps.done("write", change.key);
    return {{change.key, to_account(change.key), {}}};
  }

  [[nodiscard]] std::vector<Finding> probe() override {
    stumble("probe");
    return {{true, "stands"}};
  }

 private:
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream stream(file_);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
  }

  static Account to_account(const std::string& line) {
    Account account;
    account.remote_id = account.key = line;
    account.fields.set("email", line);
    return account;
  }

  void stumble(std::string_view where) const {
    if (at_ != where) return;
    if (trouble_ == "exception") throw std::runtime_error("stumbled\x1b[31m over a stone");
    if (trouble_ == "int") throw 42;
    if (trouble_ == "refusal") throw ConnectorError(ErrorKind::kUnauthorized, "who are you?");
    if (trouble_ == "segv") std::raise(SIGSEGV);
    if (trouble_ == "exit") std::exit(0);
    if (trouble_ == "wait") wait();
  }

  /// Says that it waits, until somebody takes that away. Once.
  void wait() const {
    if (std::exchange(has_waited_, true)) return;
    const std::string sign = file_ + ".waits";
    std::ofstream(sign).close();
    while (std::filesystem::exists(sign)) std::this_thread::yield();
  }

  const std::string file_;
  const std::string trouble_;
  const std::string at_;
  mutable bool has_waited_ = false;
};

Capabilities can_do() {
  Capabilities can;
  can.attributes = {{.name = "email", .required = true, .ignores_case = true}};
  can.key = "email";
  can.creation = Action::kCreate;
  can.has_lookup = true;
  can.can_update = false;
  return can;
}

std::vector<SettingSpec> settings() {
  static constexpr std::array<std::string_view, 7> kTroubles{"none", "exception", "int", "refusal",
                                                             "segv", "exit",      "wait"};
  return {
      {.name = "file", .kind = SettingKind::kPath, .required = true},
      {.name = "trouble", .kind = SettingKind::kChoice, .fallback = "none", .choices = kTroubles},
      {.name = "at", .fallback = "list"}};
}

const ConnectorKind& kind() {
  static const ConnectorKind kKind{
      {SHAKY_NAME, settings(), can_do()},
      [](const SettingValues& values, HttpContext&) -> std::unique_ptr<Target> {
        return std::make_unique<ShakyTarget>(values);
      }};
  return kKind;
}

const Capabilities& ShakyTarget::capabilities() const {
  return kind().spec.capabilities;
}

}  // namespace
}  // namespace shaky

USHER_PLUGIN(shaky::kind)
