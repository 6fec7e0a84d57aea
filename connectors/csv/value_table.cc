#include "connectors/csv/value_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/csv/file.h"
#include "connectors/csv/parser.h"
#include "connectors/error.h"
#include "mapping/text.h"
#include "mapping/value.h"

namespace usher::csv {
namespace {

std::string_view describe(Flaw flaw) {
  switch (flaw) {
    case Flaw::kNone:
      return "";
    case Flaw::kStrayQuote:
      return "a quote inside a value without quotes; put the whole value into quotes and double "
             "the quotes inside";
    case Flaw::kTextAfterQuote:
      return "text after the closing quote; put the whole value into quotes and double the quotes "
             "inside";
    case Flaw::kBareReturn:
      return "a carriage return without line feed; save the file with LF or CRLF line ends";
    case Flaw::kOpenQuote:
      return "the file ends inside a quoted value; close the quote";
    case Flaw::kTooLong:
      return "the row is longer than 1 MiB; is a quote left open?";
  }
  return "";
}

/// Takes records in: the first is the header.
class TableSink : public RecordSink {
 public:
  void record(const Record& record) override {
    if (!is_readable(record)) {
      is_first_ = false;
    } else if (is_first_) {
      is_first_ = false;
      read_header(record);
    } else if (!table.header.empty()) {
      read_row(record);
    }
  }

  ValueTable table;

 private:
  void fault(const Record& record, std::size_t offset, std::string message) {
    const Position at = record.position(offset);
    table.faults.push_back(
        {static_cast<int>(at.line), static_cast<int>(at.column), std::move(message)});
  }

  bool is_readable(const Record& record) {
    if (record.flaw != Flaw::kNone) {
      fault(record, record.flaw_at, std::string(describe(record.flaw)));
    } else if (const std::size_t bad = find_invalid_utf8(record.text); bad != std::string::npos) {
      fault(record, bad, "this is not UTF-8; save the file as UTF-8");
    } else {
      return true;
    }
    return false;
  }

  static ValueTable::Row cells_of(const Record& record) {
    ValueTable::Row cells;
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      const Position at = record.position(record.fields[i].begin);
      cells.push_back({std::string(trim(record.field(i))), static_cast<int>(at.line),
                       static_cast<int>(at.column)});
    }
    return cells;
  }

  void read_header(const Record& record) {
    table.header = cells_of(record);
    for (std::size_t i = 0; i < table.header.size(); ++i) {
      const std::string& name = table.header[i].text;
      const auto is_same = [&](const ValueTable::Cell& other) {
        return compare_names(other.text, name) == 0;
      };
      const auto end = table.header.begin() + static_cast<std::ptrdiff_t>(i);
      if (name.empty()) {
        fault(record, record.fields[i].begin,
              fmt::format("column {} has no name in the header; name it or remove it", i + 1));
      } else if (std::find_if(table.header.begin(), end, is_same) != end) {
        fault(record, record.fields[i].begin,
              fmt::format("there are two columns '{}'; rename or remove one",
                          escape_for_display(name)));
      }
    }
  }

  void read_row(const Record& record) {
    if (record.fields.size() == table.header.size()) {
      table.rows.push_back(cells_of(record));
      return;
    }
    fault(record, 0,
          fmt::format("the row has {} values and the header {} names; give every column a value, "
                      "or nothing between two commas, and put values with a comma into quotes",
                      record.fields.size(), table.header.size()));
  }

  bool is_first_ = true;
};

ValueTable finished(TableSink& sink) {
  if (sink.table.header.empty() && sink.table.faults.empty()) {
    sink.table.faults.push_back({0, 0, "the file is empty; its first line must name the columns"});
  }
  return std::move(sink.table);
}

}  // namespace

ValueTable load_value_table(const std::string& path) {
  try {
    File file(path);
    TableSink sink;
    Parser parser(',', sink);
    for (std::string_view bytes = file.read(); !bytes.empty(); bytes = file.read()) {
      parser.feed(bytes);
    }
    parser.finish();
    if (const std::string why = file.find_change(); !why.empty()) {
      sink.table.faults.push_back({0, 0, why + "; try again"});
    }
    return finished(sink);
  } catch (const ConnectorError& error) {
    return {{}, {}, {{0, 0, error.what()}}};
  }
}

ValueTable parse_value_table(std::string_view text) {
  TableSink sink;
  Parser parser(',', sink);
  parser.feed(text);
  parser.finish();
  return finished(sink);
}

}  // namespace usher::csv
