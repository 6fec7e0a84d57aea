#include "connectors/csv/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "connectors/csv/settings.h"
#include "connectors/error.h"
#include "connectors/source.h"
#include "mapping/text.h"

namespace usher::csv {
namespace {

/// A broken export can have a million bad rows; the first few tell what is wrong with it.
constexpr std::uint64_t kMaxShown = 20;

std::string_view to_text(Flaw flaw) {
  switch (flaw) {
    case Flaw::kStrayQuote:
      return "a quote inside a cell that does not begin with one; quote the whole cell and double "
             "the quotes inside";
    case Flaw::kTextAfterQuote:
      return "text after a closing quote; double the quotes inside a quoted cell";
    case Flaw::kBareReturn:
      return "a carriage return outside quotes; quote the cell or remove it";
    case Flaw::kOpenQuote:
      return "the file ends inside quotes";
    case Flaw::kTooLong:
      return "the row is longer than 1 MiB; is a closing quote missing?";
    case Flaw::kNone:
      break;
  }
  return "";
}

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20U || byte == '\x7F';
}

}  // namespace

Table::Table(const Settings& settings, const std::string& file, PersonSink& sink, Receipt& receipt)
    : settings_(settings), file_(escape_for_display(file)), sink_(sink), receipt_(receipt) {}

void Table::record(const Record& record) {
  if (!header_) {
    read_header(record);
  } else {
    read_row(record);
  }
}

void Table::finish() {
  if (!header_) {
    throw ConnectorError(ErrorKind::kMalformed,
                         file_ + ": the file is empty, it has not even a header; export it again");
  }
  if (!cut_.empty()) receipt_.incomplete(cut_);
  if (notes_ > kMaxShown) {
    receipt_.incomplete(fmt::format("{}: {} more rows like these", file_, notes_ - kMaxShown));
  }
  if (unidentified_ > kMaxShown) {
    sink_.problem(
        {.where = file_,
         .message = fmt::format("{} more rows without a readable id", unidentified_ - kMaxShown)});
  }
}

void Table::read_header(const Record& record) {
  header_ = to_header(record, settings_, file_);
  if (const Problem* error = header_->error()) {
    throw ConnectorError(ErrorKind::kMalformed, error->where + ": " + error->message);
  }
  for (const Problem& problem : header_->problems) sink_.problem(problem);
}

void Table::read_row(const Record& record) {
  ++receipt_.entries;
  cut_.clear();
  const std::optional<Fault> fault = find_fault(record);
  const std::string id_fault = find_id_fault(record);
  if (!id_fault.empty()) {
    read_unidentified(record, id_fault);
  }
  const std::string_view id = id_fault.empty() ? trim(record.field(*header_->id)) : "";
  if (fault) return read_broken(record, *fault, id);
  if (id.empty()) return;

  Person person;
  person.source_id = id;
  person.where = fmt::format("{}:{}:1", file_, record.line);
  fill(person, record);
  sink_.person(std::move(person));
}

/// The first thing that makes the row untrustworthy as a whole.
std::optional<Table::Fault> Table::find_fault(const Record& record) const {
  if (record.flaw != Flaw::kNone) {
    return Fault{record.flaw_at, std::string(to_text(record.flaw))};
  }
  const std::size_t width = header_->names.size();
  if (const std::size_t cells = record.fields.size(); cells != width) {
    return Fault{cells > width ? record.fields[width].begin : record.text.size(),
                 fmt::format("the row has {} cells, the header has {}; add or remove delimiters, "
                             "or quote the cell that contains one",
                             cells, width)};
  }
  if (const std::size_t at = record.text.find('\0'); at != std::string_view::npos) {
    return Fault{at, "a zero byte; export the file again"};
  }
  if (const std::size_t at = find_invalid_utf8(record.text); at != std::string_view::npos) {
    return Fault{at, fmt::format("the byte 0x{:02X} is not UTF-8; save the file as UTF-8",
                                 static_cast<unsigned char>(record.text[at]))};
  }
  return std::nullopt;
}

/// Why the id of the row cannot be read; empty: it can.
std::string Table::find_id_fault(const Record& record) const {
  const std::size_t index = *header_->id;
  if (index >= record.fields.size()) return "the row ends before the column of the id";
  const Field& cell = record.fields[index];
  const std::string_view id = trim(record.field(index));
  if (id.empty()) return "the id is empty";
  if (find_invalid_utf8(id) != std::string_view::npos) return "the id is not UTF-8";
  if (std::ranges::any_of(id, is_control)) return "the id contains a control character";
  const bool inside = record.flaw_at >= cell.begin && record.flaw_at <= cell.end;
  if (record.flaw != Flaw::kNone && inside) return "the id has a quote out of place";
  const bool is_last = index + 1 == record.fields.size();
  if (is_last && !record.ended && record.fields.size() < header_->names.size()) {
    return "the file ends in the id";
  }
  return "";
}

/// A surplus delimiter before the id's cell moves another text into its place.
bool Table::is_id_doubtful(const Record& record) const {
  return *header_->id > 0 && record.fields.size() > header_->names.size();
}

void Table::read_broken(const Record& record, const Fault& fault, std::string_view id) {
  const std::string where = to_where(file_, record, fault.offset);
  const bool ragged = record.fields.size() != header_->names.size();
  const bool misshapen = ragged || record.flaw != Flaw::kNone;
  if (misshapen && record.flaw != Flaw::kOpenQuote && record.lines > 1) {
    note(fmt::format("{}: a broken row of {} lines may have swallowed others: {}", where,
                     record.lines, fault.text));
  } else if (!id.empty() && is_id_doubtful(record)) {
    note(fmt::format("{}: the row has too many cells, so the id may stand in another one", where));
  }
  if (ragged || record.flaw == Flaw::kOpenQuote || record.flaw == Flaw::kTooLong) {
    cut_ = fmt::format("{}: the last row is broken, the file may have been cut: {}", where,
                       fault.text);
  }
  if (id.empty()) return;

  Person person;
  person.source_id = id;
  person.where = where;
  person.fault = fault.text;
  sink_.person(std::move(person));
}

void Table::read_unidentified(const Record& record, const std::string& fault) {
  const std::size_t index = std::min(*header_->id, record.fields.size() - 1);
  const std::string where = to_where(file_, record, record.fields[index].begin);
  note(fmt::format("{}: {}, so the row may be about anybody", where, fault));
  if (++unidentified_ > kMaxShown) return;
  sink_.problem({.where = where,
                 .message = fmt::format("{} (column `{}`); nobody is read from this row and nobody "
                                        "is removed until it is repaired",
                                        fault, escape_for_display(header_->names[*header_->id]))});
}

void Table::fill(Person& person, const Record& record) const {
  for (const Column& column : header_->columns) {
    const std::string_view cell = record.field(column.index);
    if (cell.empty()) continue;
    Texts texts;
    texts.emplace_back(cell);
    person.attributes.set(column.attribute, std::move(texts));
  }
  person.has_groups = header_->groups.has_value();
  if (header_->groups) {
    Texts groups = split_groups(record.field(*header_->groups));
    if (groups.empty()) {
      person.attributes.erase("groups");
    } else {
      person.attributes.set("groups", std::move(groups));
    }
  }
  person.unread = header_->unread;
}

Texts Table::split_groups(std::string_view cell) const {
  const std::string& separator = settings_.groups_separator;
  Texts groups;
  while (!cell.empty()) {
    const std::size_t at = separator.empty() ? std::string_view::npos : cell.find(separator);
    const std::string_view name = trim(cell.substr(0, at));
    if (!name.empty()) groups.emplace_back(name);
    cell.remove_prefix(at == std::string_view::npos ? cell.size() : at + separator.size());
  }
  std::ranges::sort(groups);
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

void Table::note(std::string reason) {
  if (++notes_ <= kMaxShown) receipt_.incomplete(std::move(reason));
}

}  // namespace usher::csv
