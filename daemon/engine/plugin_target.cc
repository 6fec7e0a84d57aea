#include "daemon/engine/plugin_target.h"

#include <fmt/format.h>

#include <exception>
#include <stdexcept>
#include <utility>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr auto kComputes = PluginCall::Durable::kProcess;
constexpr auto kReachesOut = PluginCall::Durable::kMachine;

[[noreturn]] void quarantine(const CallRecords& records, const FatalCall& call) {
  throw ConnectorError(
      ErrorKind::kUnsupported,
      fmt::format(
          "quarantined: usher died in '{}' of the plug-in {}, a call that began at {}. This "
          "target is not called until another build of the plug-in is installed, or, if "
          "the process was killed and the plug-in is not to blame, {} is removed",
          call.name, escape_for_display(records.plugin), call.time, escape_for_display(call.file)));
}

}  // namespace

// ── what usher itself throws while a plug-in calls it ──────────────────────────────────────────

/// A full disk under the journal must end the run, whatever the plug-in makes of the exception.
class PluginTarget::OwnErrors {
 public:
  template <typename Work>
  auto keep(const Work& work) {
    try {
      return work();
    } catch (...) {
      if (!error_) error_ = std::current_exception();
      throw;
    }
  }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::exception_ptr error_;
};

class PluginTarget::OwnSink final : public AccountSink {
 public:
  OwnSink(AccountSink& sink, OwnErrors& own) : sink_(sink), own_(own) {}
  void account(Account account) override {
    own_.keep([&] { sink_.account(std::move(account)); });
  }
  void problem(Problem problem) override {
    own_.keep([&] { sink_.problem(std::move(problem)); });
  }

 private:
  AccountSink& sink_;
  OwnErrors& own_;
};

class PluginTarget::OwnSteps final : public Steps {
 public:
  OwnSteps(Steps& steps, OwnErrors& own) : steps_(steps), own_(own) {}
  [[nodiscard]] bool is_done(std::string_view step) const override {
    return own_.keep([&] { return steps_.is_done(step); });
  }
  void intend(std::string_view step, std::string_view context) override {
    own_.keep([&] { steps_.intend(step, context); });
    is_open_ = true;
  }
  void done(std::string_view step, std::string_view remote_id) override {
    own_.keep([&] { steps_.done(step, remote_id); });
    is_open_ = false;
  }
  /// Whether something may have been sent whose outcome was not told.
  [[nodiscard]] bool is_open() const { return is_open_; }

 private:
  Steps& steps_;
  OwnErrors& own_;
  bool is_open_ = false;
};

// ── calls ──────────────────────────────────────────────────────────────────────────────────────

template <typename Call>
auto PluginTarget::enter(std::string_view name, PluginCall::Durable durable, const OwnErrors& own,
                         const Call& call) const {
  const PluginCall record(records_, name, durable);
  try {
    auto result = call();
    own.rethrow();
    return result;
  } catch (const ConnectorError&) {
    own.rethrow();
    throw;
  } catch (...) {
    own.rethrow();
    throw ConnectorError(ErrorKind::kTransient, complaint(name));
  }
}

/// About the exception that is being handled, which is none of ours.
std::string PluginTarget::complaint(std::string_view name) const {
  std::string what = "something that is no std::exception";
  try {
    throw;
  } catch (const std::exception& error) {
    what = escape_for_display(error.what());
  } catch (...) {
  }
  return fmt::format("the plug-in {} threw an exception in '{}': {}; its author should know",
                     escape_for_display(records_.plugin), name, what);
}

PluginTarget::PluginTarget(CallRecords records,
                           const std::function<std::unique_ptr<Target>()>& make)
    : records_(std::move(records)) {
  if (const auto call = find_fatal_call(records_)) quarantine(records_, *call);
  try {
    plugin_ = enter("make", kComputes, {}, [&] {
      auto made = make();
      if (made == nullptr) throw std::logic_error("no target was made");
      capabilities_ = made->capabilities();
      return made;
    });
  } catch (const ConnectorError&) {
    end_calls(records_);
    throw;
  }
}

PluginTarget::~PluginTarget() {
  try {
    const PluginCall record(records_, "destroy", kComputes);
    plugin_.reset();
  } catch (const ConnectorError&) {
    plugin_.reset();  // off the record
  }
  end_calls(records_);
}

Listing PluginTarget::list(AccountSink& sink) {
  OwnErrors own;
  OwnSink through(sink, own);
  return enter("list", kReachesOut, own, [&] { return plugin_->list(through); });
}

Lookup PluginTarget::find(const AccountRef& ref) {
  return enter("find", kReachesOut, {}, [&] { return plugin_->find(ref); });
}

Account PluginTarget::canonical(Account desired) const {
  return enter("canonical", kComputes, {}, [&] { return plugin_->canonical(std::move(desired)); });
}

std::vector<Applied> PluginTarget::apply(std::span<const Change> changes, Steps& steps) {
  OwnErrors own;
  OwnSteps through(steps, own);
  const auto carry_out = [&] {
    std::vector<Applied> applied;
    try {
      applied = plugin_->apply(changes, through);
    } catch (const ConnectorError&) {
      throw;
    } catch (...) {
      own.rethrow();
      throw ConnectorError(through.is_open() ? ErrorKind::kUnknownOutcome : ErrorKind::kTransient,
                           complaint("apply"));
    }
    if (applied.size() == changes.size()) return applied;
    throw ConnectorError(
        ErrorKind::kUnknownOutcome,
        fmt::format("the plug-in {} told of {} of {} changes; its author should "
                    "know",
                    escape_for_display(records_.plugin), applied.size(), changes.size()));
  };
  return enter("apply", kReachesOut, own, carry_out);
}

std::vector<Lookup> PluginTarget::recover(const Unsettled& operation) {
  return enter("recover", kReachesOut, {}, [&] { return plugin_->recover(operation); });
}

std::vector<Finding> PluginTarget::probe() {
  return enter("probe", kReachesOut, {}, [&] { return plugin_->probe(); });
}

}  // namespace usher
