#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace usher::csv {

/// A place in a file as an editor counts: both from 1, columns in characters.
struct Position {
  std::uint64_t line = 1;
  std::uint64_t column = 1;
};

/// How a record breaks RFC 4180.
enum class Flaw {
  kNone,
  kStrayQuote,      ///< a quote inside an unquoted field
  kTextAfterQuote,  ///< text between a closing quote and the next delimiter
  kBareReturn,      ///< a carriage return without line feed outside quotes
  kOpenQuote,       ///< the file ended inside quotes
  kTooLong,         ///< longer than kMaxRecordBytes; the rest of the record was dropped
};

/// A record may not grow beyond this: an unclosed quote would otherwise take the whole file into
/// memory.
inline constexpr std::size_t kMaxRecordBytes = 1 << 20;

/// One field of a record: a range of the record's text, quotes removed.
struct Field {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool quoted = false;
};

/// One record, valid only during the call that hands it over.
struct Record {
  std::string_view text;          ///< all fields, one byte (the delimiter) between two of them
  std::span<const Field> fields;  ///< at least one
  std::uint64_t line = 1;         ///< of its first byte
  std::uint64_t lines = 1;        ///< how many lines of the file it covers
  Flaw flaw = Flaw::kNone;        ///< the first one
  std::size_t flaw_at = 0;        ///< offset in `text`
  bool ended = true;              ///< by a line end; false: the file ended first

  [[nodiscard]] std::string_view field(std::size_t index) const {
    return text.substr(fields[index].begin, fields[index].end - fields[index].begin);
  }

  /// Where the byte at `offset` of `text` stands in the file. Exact for records without a flaw;
  /// walks the record, so it is for messages only.
  [[nodiscard]] Position position(std::size_t offset) const;
};

class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void record(const Record& record) = 0;
};

/// Splits bytes into records as RFC 4180 says: quoted fields with doubled quotes, embedded
/// delimiters and line ends; records end in LF or CRLF. A UTF-8 byte order mark is skipped, so are
/// empty lines. Broken records are handed over with their flaw: a parser never drops anything.
/// Pushed to, so that who reads the bytes decides how; memory is one record.
class Parser {
 public:
  /// `sink` must outlive the parser. What it throws passes through `feed` and ends the parse.
  Parser(char delimiter, RecordSink& sink);

  void feed(std::string_view bytes);

  /// Says that there are no more bytes: hands over a last record without line end.
  void finish();

 private:
  enum class State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted, kReturn };

  void parse(std::string_view bytes);
  const char* plain(const char* at, const char* end);
  const char* quoted(const char* at, const char* end);
  const char* after_quote(const char* at);
  const char* after_return(const char* at);
  void append(const char* from, const char* to);
  void flaw(Flaw what);
  void end_field();
  void end_line();
  void end_record(bool by_line_end);

  const char delimiter_;
  RecordSink& sink_;
  State state_ = State::kFieldStart;
  std::string start_;  ///< the first bytes, until it is known whether they are a byte order mark
  bool started_ = false;
  std::string text_;
  std::vector<Field> fields_;
  std::uint32_t field_begin_ = 0;
  bool field_quoted_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t record_line_ = 1;
  Flaw flaw_ = Flaw::kNone;
  std::size_t flaw_at_ = 0;
};

}  // namespace usher::csv
