#include "connectors/csv/source.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "connectors/csv/check.h"
#include "connectors/csv/file.h"
#include "connectors/csv/parser.h"
#include "connectors/csv/settings.h"
#include "connectors/csv/table.h"
#include "connectors/error.h"
#include "connectors/source.h"
#include "mapping/text.h"

namespace usher::csv {
namespace {

class CsvSource : public Source {
 public:
  explicit CsvSource(SettingValues values)
      : values_(std::move(values)), settings_(to_settings(values_)) {}

  Receipt read(PersonSink& sink) override;
  std::vector<Finding> probe() override;

 private:
  void read_file(const std::string& path, PersonSink& sink, Receipt& receipt) const;
  void check_directory(const Files& before, Receipt& receipt) const;

  const SettingValues values_;
  const Settings settings_;
};

Receipt CsvSource::read(PersonSink& sink) {
  Receipt receipt;
  const Files files = list_files(settings_.path);
  for (const std::string& name : files.ignored) {
    sink.problem({.where = shown(settings_, files.prefix + name),
                  .message =
                      "is not read: only names that end in `.csv` are. Rename it, or move it "
                      "away"});
  }
  for (const std::string& name : files.names) {
    try {
      read_file(files.prefix + name, sink, receipt);
      receipt.parts.push_back(name);
    } catch (const ConnectorError& error) {
      // One file of a directory does not stop the others, but then nobody is proven absent.
      if (!files.is_directory) throw;
      receipt.incomplete(error.what());
    }
  }
  if (!files.names.empty() && receipt.parts.empty()) {
    throw ConnectorError(ErrorKind::kMalformed, receipt.reasons.front());
  }
  if (files.is_directory) check_directory(files, receipt);
  if (receipt.entries == 0) {
    sink.problem(
        {.where = escape_for_display(settings_.shown_path),
         .message = files.names.empty() ? "there is no *.csv file here" : "no people at all"});
  }
  receipt.pages = receipt.parts.size();
  receipt.result = "end of file";
  return receipt;
}

void CsvSource::read_file(const std::string& path, PersonSink& sink, Receipt& receipt) const {
  File file(path);
  Table table(settings_, shown(settings_, path), sink, receipt);
  Parser parser(settings_.delimiter, table);
  for (std::string_view bytes = file.read(); !bytes.empty(); bytes = file.read()) {
    parser.feed(bytes);
  }
  parser.finish();
  table.finish();
  if (std::string change = file.find_change(); !change.empty()) {
    receipt.incomplete(std::move(change));
  }
}

/// A row that moves from one file to another during the read can be missed in both.
void CsvSource::check_directory(const Files& before, Receipt& receipt) const {
  try {
    if (list_files(settings_.path).names == before.names) return;
    receipt.incomplete(escape_for_display(settings_.shown_path) +
                       ": files came or went while the directory was read");
  } catch (const ConnectorError& error) {
    receipt.incomplete(error.what());
  }
}

std::vector<Finding> CsvSource::probe() {
  std::vector<Finding> findings;
  try {
    const Files files = list_files(settings_.path);
    findings.push_back(
        {!files.names.empty(),
         fmt::format("{}: {} file{} to read", escape_for_display(settings_.shown_path),
                     files.names.size(), files.names.size() == 1 ? "" : "s")});
  } catch (const ConnectorError& error) {
    return {{false, error.what()}};
  }
  const HeaderCheck check = check_headers(values_);
  for (const Problem& problem : check.problems) {
    findings.push_back(
        {false, problem.where.empty() ? problem.message : problem.where + ": " + problem.message});
  }
  if (!check.attributes.empty()) {
    findings.push_back(
        {true, fmt::format("attributes: {}", escape_for_display(fmt::format(
                                                 "{}", fmt::join(check.attributes, ", "))))});
  }
  return findings;
}

}  // namespace

const SourceKind& kind() {
  static const SourceKind kKind{.spec = {.name = "csv", .settings = setting_specs()},
                                .make = [](const std::string&, const SettingValues& settings,
                                           Clock&) -> std::unique_ptr<Source> {
                                  return std::make_unique<CsvSource>(settings);
                                }};
  return kKind;
}

}  // namespace usher::csv
