#include "connectors/csv/parser.h"

#include <algorithm>
#include <cstring>

namespace usher::csv {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Moves `at` over `byte` as an editor would.
void advance(Position& at, char byte) {
  if (byte == '\n') {
    at = {at.line + 1, 1};
  } else if (!is_continuation(byte)) {
    ++at.column;
  }
}

}  // namespace

Position Record::position(std::size_t offset) const {
  Position at{line, 1};
  for (const Field& field : fields) {
    if (field.quoted) ++at.column;  // the opening quote
    for (std::size_t i = field.begin; i < field.end; ++i) {
      if (i >= offset) return at;
      advance(at, text[i]);
      if (field.quoted && text[i] == '"') ++at.column;  // it was doubled
    }
    if (field.end >= offset) return at;
    at.column += field.quoted ? 2 : 1;  // the closing quote, the delimiter
  }
  return at;
}

Parser::Parser(char delimiter, RecordSink& sink) : delimiter_(delimiter), sink_(sink) {}

void Parser::feed(std::string_view bytes) {
  if (started_) return parse(bytes);
  start_.append(bytes);
  if (start_.size() < kByteOrderMark.size()) return;
  started_ = true;
  const std::size_t skip = start_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  parse(std::string_view(start_).substr(skip));
  start_ = {};
}

void Parser::finish() {
  if (!started_) {
    started_ = true;
    parse(start_);
  }
  if (state_ == State::kQuoted) flaw(Flaw::kOpenQuote);
  if (state_ == State::kReturn) {
    end_record(true);  // a last line that ends in CR: as good as a line end
  } else if (state_ != State::kFieldStart || !fields_.empty()) {
    end_record(false);
  }
}

void Parser::parse(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    switch (state_) {
      case State::kFieldStart:
        if (*at == '"') {
          field_quoted_ = true;
          state_ = State::kQuoted;
          ++at;
          break;
        }
        state_ = State::kPlain;
        [[fallthrough]];
      case State::kPlain:
        at = plain(at, end);
        break;
      case State::kQuoted:
        at = quoted(at, end);
        break;
      case State::kQuoteInQuoted:
        at = after_quote(at);
        break;
      case State::kReturn:
        at = after_return(at);
        break;
    }
  }
}

/// Takes unquoted text up to the next byte that means something, and that byte.
const char* Parser::plain(const char* at, const char* end) {
  const char* stop = at;
  while (stop != end && *stop != delimiter_ && *stop != '\n' && *stop != '\r' && *stop != '"') {
    ++stop;
  }
  append(at, stop);
  if (stop == end) return stop;
  if (*stop == '"') {
    flaw(field_quoted_ ? Flaw::kTextAfterQuote : Flaw::kStrayQuote);
    append(stop, stop + 1);
  } else if (*stop == '\r') {
    state_ = State::kReturn;
  } else if (*stop == '\n') {
    end_line();
  } else {
    end_field();
  }
  return stop + 1;
}

const char* Parser::quoted(const char* at, const char* end) {
  const void* found = std::memchr(at, '"', static_cast<std::size_t>(end - at));
  const char* stop = found != nullptr ? static_cast<const char*>(found) : end;
  append(at, stop);
  line_ += static_cast<std::uint64_t>(std::count(at, stop, '\n'));
  if (stop == end) return stop;
  state_ = State::kQuoteInQuoted;
  return stop + 1;
}

/// A quote inside quotes was seen: half of a doubled one, or the end of the quoted text.
const char* Parser::after_quote(const char* at) {
  if (*at == '"') {
    append(at, at + 1);
    state_ = State::kQuoted;
    return at + 1;
  }
  state_ = State::kPlain;
  if (*at != delimiter_ && *at != '\n' && *at != '\r') flaw(Flaw::kTextAfterQuote);
  return at;
}

const char* Parser::after_return(const char* at) {
  if (*at == '\n') {
    end_line();
    return at + 1;
  }
  flaw(Flaw::kBareReturn);
  static constexpr char kReturnByte = '\r';
  append(&kReturnByte, &kReturnByte + 1);
  state_ = State::kPlain;
  return at;
}

void Parser::append(const char* from, const char* to) {
  const auto size = static_cast<std::size_t>(to - from);
  if (text_.size() + size <= kMaxRecordBytes) {
    text_.append(from, size);
  } else {
    flaw(Flaw::kTooLong);
  }
}

void Parser::flaw(Flaw what) {
  if (flaw_ != Flaw::kNone) return;
  flaw_ = what;
  flaw_at_ = text_.size();
}

void Parser::end_field() {
  state_ = State::kFieldStart;
  if (text_.size() >= kMaxRecordBytes) return flaw(Flaw::kTooLong);
  fields_.push_back({field_begin_, static_cast<std::uint32_t>(text_.size()), field_quoted_});
  text_.push_back(delimiter_);
  field_begin_ = static_cast<std::uint32_t>(text_.size());
  field_quoted_ = false;
}

void Parser::end_line() {
  ++line_;
  end_record(true);
}

void Parser::end_record(bool by_line_end) {
  fields_.push_back({field_begin_, static_cast<std::uint32_t>(text_.size()), field_quoted_});
  if (!text_.empty() || field_quoted_) {
    const std::uint64_t lines = line_ - record_line_ + (by_line_end ? 0 : 1);
    sink_.record({.text = text_,
                  .fields = fields_,
                  .line = record_line_,
                  .lines = std::max<std::uint64_t>(lines, 1),
                  .flaw = flaw_,
                  .flaw_at = flaw_at_,
                  .ended = by_line_end});
  }
  text_.clear();
  fields_.clear();
  field_begin_ = 0;
  field_quoted_ = false;
  flaw_ = Flaw::kNone;
  state_ = State::kFieldStart;
  record_line_ = line_;
}

}  // namespace usher::csv
