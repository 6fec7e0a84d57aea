#include "connectors/csv/check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "connectors/csv/file.h"
#include "connectors/csv/header.h"
#include "connectors/csv/parser.h"
#include "connectors/csv/settings.h"
#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::csv {
namespace {

/// Keeps the header and forgets the rest of the chunk.
class HeaderSink : public RecordSink {
 public:
  HeaderSink(const Settings& settings, std::string file)
      : settings_(settings), file_(std::move(file)) {}

  void record(const Record& record) override {
    if (!header) header = to_header(record, settings_, file_);
  }

  std::optional<Header> header;

 private:
  const Settings& settings_;
  const std::string file_;
};

std::optional<Header> load_header(const Settings& settings, const std::string& path) {
  File file(path);
  HeaderSink sink(settings, shown(settings, path));
  Parser parser(settings.delimiter, sink);
  while (!sink.header) {
    const std::string_view bytes = file.read();
    if (bytes.empty()) {
      parser.finish();
      break;
    }
    parser.feed(bytes);
  }
  return std::move(sink.header);
}

void add_attributes(Texts& attributes, const Header& header) {
  const auto add = [&](const std::string& name) {
    const auto same = [&](const std::string& other) { return compare_names(other, name) == 0; };
    if (std::ranges::none_of(attributes, same)) attributes.push_back(name);
  };
  for (const Column& column : header.columns) add(column.attribute);
  if (header.groups) add("groups");
}

void check_file(const Settings& settings, const std::string& path, HeaderCheck& check) {
  const std::optional<Header> header = load_header(settings, path);
  if (!header) {
    check.problems.push_back({.severity = Severity::kError,
                              .where = shown(settings, path),
                              .message = "the file is empty, it has not even a header"});
    return;
  }
  add_attributes(check.attributes, *header);
  check.problems.insert(check.problems.end(), header->problems.begin(), header->problems.end());
}

}  // namespace

HeaderCheck check_headers(const SettingValues& values) {
  const Settings settings = to_settings(values);
  HeaderCheck check;
  try {
    const Files files = list_files(settings.path);
    for (const std::string& name : files.names) check_file(settings, files.prefix + name, check);
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) {
      check.problems.push_back({.severity = Severity::kWarning, .message = error.what()});
    }
  }
  return check;
}

}  // namespace usher::csv
