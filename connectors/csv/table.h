#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/csv/header.h"
#include "connectors/csv/parser.h"

namespace usher {
class PersonSink;
struct Person;
struct Receipt;
}  // namespace usher

namespace usher::csv {

/// Turns the records of one file into people: the first record is the header, every other one is a
/// person. Does no I/O.
///
/// What a broken row costs:
///
///     the id can be read, anything else is wrong   the person, with a fault; the receipt stays
///     the id cannot be read                        the receipt: the row may be about anybody
///     broken and more than one line long           the receipt too: an unclosed quote swallows
///     rows the last row is ragged or in an open quote   the receipt too: the file may have been
///     cut
class Table : public RecordSink {
 public:
  /// All must outlive the table. `file` is the file's name for messages.
  Table(const Settings& settings, const std::string& file, PersonSink& sink, Receipt& receipt);

  /// Throws ConnectorError when the header cannot be used.
  void record(const Record& record) override;

  /// After the last record. Throws ConnectorError when there was not even a header.
  void finish();

 private:
  /// Something wrong with a row, and where in it.
  struct Fault {
    std::size_t offset = 0;
    std::string text;
  };

  void read_header(const Record& record);
  void read_row(const Record& record);
  [[nodiscard]] std::optional<Fault> find_fault(const Record& record) const;
  [[nodiscard]] std::string find_id_fault(const Record& record) const;
  [[nodiscard]] bool is_id_doubtful(const Record& record) const;
  void read_broken(const Record& record, const Fault& fault, std::string_view id);
  void read_unidentified(const Record& record, const std::string& fault);
  void fill(Person& person, const Record& record) const;
  [[nodiscard]] Texts split_groups(std::string_view cell) const;
  void note(std::string reason);

  const Settings& settings_;
  const std::string file_;
  PersonSink& sink_;
  Receipt& receipt_;
  std::optional<Header> header_;
  std::string cut_;  ///< why the last row so far looks cut; empty: it does not
  std::uint64_t unidentified_ = 0;
  std::uint64_t notes_ = 0;
};

}  // namespace usher::csv
