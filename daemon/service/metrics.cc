#include "daemon/service/metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include "config/member_name.h"
#include "config/settings.h"
#include "daemon/engine/identity.h"
#include "usher_version.h"

namespace usher {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Labels;

constexpr std::array kHoldClasses{HoldClass::kRemovals,      HoldClass::kUpdates,
                                  HoldClass::kCreates,       HoldClass::kAdoptions,
                                  HoldClass::kConfiguration, HoldClass::kSeats};
constexpr std::size_t kDigestShown = 6;

/// `https://api.example.com#1f2e3d` for a scope that continues after `#` with something derived
/// from a credential; others as they are.
std::string label_of(std::string_view scope) {
  const std::size_t hash = scope.find('#');
  if (hash == std::string_view::npos) return std::string(scope);
  const std::string digest = sha256(scope).substr(std::string_view("sha256:").size(), kDigestShown);
  return fmt::format("{}#{}", scope.substr(0, hash), digest);
}

bool is_whole(const Plan& plan) {
  return !plan.failed && plan.receipt.complete() && plan.source_complete;
}

bool has_been_tried(ChangeStatus status) {
  return status == ChangeStatus::kApplied || status == ChangeStatus::kFailed ||
         status == ChangeStatus::kSkipped || status == ChangeStatus::kUnknown;
}

}  // namespace

struct Metrics::Impl {
  /// One metric with all its series, which can be dropped again.
  template <typename Metric>
  class Series {
   public:
    explicit Series(prometheus::Family<Metric>& family) : family_(family) {}

    Metric& at(const Labels& labels) {
      Metric*& metric = known_[labels];
      if (metric == nullptr) metric = &family_.Add(labels);
      return *metric;
    }

    /// Keeps the series whose label `name`, where they have it, is one that `keep` likes.
    template <typename Keep>
    void keep(const std::string& name, const Keep& keep) {
      std::erase_if(known_, [&](const auto& entry) {
        const auto label = entry.first.find(name);
        const bool is_gone = label != entry.first.end() && !keep(label->second);
        if (is_gone) family_.Remove(entry.second);
        return is_gone;
      });
    }

   private:
    prometheus::Family<Metric>& family_;
    std::map<Labels, Metric*> known_;
  };

  Series<Counter> counter(const char* name, const char* help) {
    return Series<Counter>(prometheus::BuildCounter().Name(name).Help(help).Register(registry));
  }
  Series<Gauge> gauge(const char* name, const char* help) {
    return Series<Gauge>(prometheus::BuildGauge().Name(name).Help(help).Register(registry));
  }

  void record_source(const SourceReport& source) {
    receipt_complete.at({{"source", source.name}}).Set(!source.failed && source.receipt.complete());
    if (!source.failed)
      people.at({{"source", source.name}}).Set(static_cast<double>(source.people));
  }

  void record_target(const Plan& plan, const std::map<std::string, std::int64_t>& left_at,
                     std::int64_t now) {
    const Labels target{{"target", plan.target}};
    runs.at({{"target", plan.target}, {"status", std::string(to_string(plan.status))}}).Increment();
    receipt_complete.at(target).Set(!plan.failed && plan.receipt.complete());
    for (const Change& change : plan.changes) {
      if (change.action == Action::kManual || !has_been_tried(change.status)) continue;
      changes
          .at({{"target", plan.target},
               {"action", std::string(to_string(change.action))},
               {"result", std::string(to_string(change.status))}})
          .Increment();
    }
    if (is_whole(plan)) last_good.at(target).Set(static_cast<double>(now));
    if (plan.failed) return;  // what was seen last still is the best that is known
    accounts.at(target).Set(static_cast<double>(plan.accounts));
    record_holds(plan);
    record_leavers(plan, left_at, now);
  }

  void record_holds(const Plan& plan) {
    for (const HoldClass hold_class : kHoldClasses) {
      const auto held = std::ranges::count_if(plan.changes, [&](const Change& change) {
        return change.status == ChangeStatus::kHeld && change.hold_class == hold_class;
      });
      held_changes.at({{"target", plan.target}, {"class", std::string(to_string(hold_class))}})
          .Set(static_cast<double>(held));
    }
  }

  /// Whoever left and is not proven gone: planned, waiting, held, failed, or a task for a human.
  void record_leavers(const Plan& plan, const std::map<std::string, std::int64_t>& left_at,
                      std::int64_t now) {
    std::map<std::string, std::int64_t>& known = open_leavers[plan.target];
    std::map<std::string, std::int64_t> open;
    for (const Change& change : plan.changes) {
      if (change.cause != Cause::kLeaver || change.status == ChangeStatus::kApplied) continue;
      // Who leaves the scope by a value is never counted as absent: then it is since we noticed.
      std::int64_t since = now;
      if (const auto at = left_at.find(change.source_id); at != left_at.end()) since = at->second;
      if (const auto at = known.find(change.source_id); at != known.end())
        since = std::min(since, at->second);
      open[change.source_id] = since;
    }
    known = std::move(open);
    leavers.at({{"target", plan.target}}).Set(static_cast<double>(known.size()));
  }

  void show_leaver_ages(std::int64_t now) {
    for (const auto& [target, open] : open_leavers) {
      std::int64_t oldest = now;
      for (const auto& [source_id, since] : open) oldest = std::min(oldest, since);
      oldest_leaver.at({{"target", target}}).Set(static_cast<double>(now - oldest));
    }
  }

  template <typename Keep>
  void keep_targets(const Keep& keep) {
    for (Series<Counter>* series : {&runs, &changes}) series->keep("target", keep);
    for (Series<Gauge>* series :
         {&last_good, &held_changes, &leavers, &oldest_leaver, &receipt_complete, &accounts}) {
      series->keep("target", keep);
    }
    std::erase_if(open_leavers, [&](const auto& entry) { return !keep(entry.first); });
  }

  prometheus::Registry registry;
  std::mutex mutex;
  // Guarded by mutex:
  Series<Counter> runs =
      counter("usher_runs_total", "Runs, by the status they left the target in.");
  Series<Counter> changes =
      counter("usher_changes_total", "Changes that were tried, by what came of them.");
  Series<Counter> requests =
      counter("usher_http_requests_total",
              "Requests to providers, by the rate limit they share; status 0: no answer.");
  Series<Counter> waits =
      counter("usher_rate_limit_wait_seconds_total", "Time requests waited for a rate limit.");
  Series<Gauge> last_good = gauge(
      "usher_last_good_run_timestamp_seconds",
      "When a run last read source and target completely; only such a run notices who has left.");
  Series<Gauge> held_changes = gauge("usher_held_changes", "Changes kept back by a guard.");
  Series<Gauge> leavers =
      gauge("usher_leavers_open", "People who left and are not proven to be without access.");
  Series<Gauge> oldest_leaver = gauge("usher_leavers_oldest_seconds",
                                      "How long the first of them has been known to be gone.");
  Series<Gauge> receipt_complete =
      gauge("usher_receipt_complete",
            "Whether the last read of a source or target was complete (1) or not (0).");
  Series<Gauge> people = gauge("usher_people", "Usable people of a source at its last read.");
  Series<Gauge> accounts = gauge("usher_accounts", "Accounts of a target at its last read.");
  Series<Gauge> build = gauge("usher_build_info", "Always 1; the version is a label.");
  std::map<std::string, std::map<std::string, std::int64_t>>
      open_leavers;  ///< target → source id → since
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  impl_->build.at({{"version", kVersion}}).Set(1);
}

Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view scope, std::string_view method, int status,
                            double seconds_waited) {
  const std::string label = label_of(scope);
  const std::scoped_lock lock(impl_->mutex);
  impl_->requests
      .at({{"scope", label}, {"method", std::string(method)}, {"status", std::to_string(status)}})
      .Increment();
  impl_->waits.at({{"scope", label}}).Increment(std::max(0.0, seconds_waited));
}

void Metrics::record(const RunReport& report, const LeftAt& left_at, std::int64_t now) {
  static const std::map<std::string, std::int64_t> kNobody;
  const std::scoped_lock lock(impl_->mutex);
  for (const SourceReport& source : report.sources) impl_->record_source(source);
  for (const Plan& plan : report.targets) {
    const auto at = left_at.find(plan.target);
    impl_->record_target(plan, at != left_at.end() ? at->second : kNobody, now);
  }
}

void Metrics::keep_only(const Config& config) {
  const auto is_source = [&](const std::string& name) {
    return config.find_source(name) != nullptr;
  };
  const std::scoped_lock lock(impl_->mutex);
  impl_->keep_targets([&](const std::string& name) { return config.has_target(name); });
  for (Impl::Series<Gauge>* series : {&impl_->receipt_complete, &impl_->people})
    series->keep("source", is_source);
}

void Metrics::keep_members(const std::string& family, const RunReport& report) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->keep_targets([&](const std::string& name) {
    return family_of(name) != family ||
           std::ranges::find(report.targets, name, &Plan::target) != report.targets.end();
  });
}

std::string Metrics::render(std::int64_t now) {
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->show_leaver_ages(now);
  }
  return prometheus::TextSerializer().prometheus::Serializer::Serialize(impl_->registry.Collect());
}

}  // namespace usher
