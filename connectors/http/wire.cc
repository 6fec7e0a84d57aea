#include "connectors/http/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "connectors/http/inflate.h"
#include "mapping/text.h"

namespace usher {
namespace {

using Kind = WireError::Kind;

constexpr std::size_t kMaxHeadBytes = 256 * 1024;
constexpr std::size_t kMaxLineBytes = 64 * 1024;
constexpr std::size_t kReadBytes = 32 * 1024;
constexpr std::uint64_t kMaxReserve = 64 << 20;
constexpr std::uint64_t kParserRoom = 64;  // see JsonDocument: saves a copy of a long body

/// Hands bytes of a stream out by lines and by counts.
class Reader {
 public:
  Reader(ByteStream& stream, const Deadline& deadline) : stream_(stream), deadline_(deadline) {}

  /// Some bytes, at most `limit`; empty at the end of the stream.
  std::string_view take(std::uint64_t limit) {
    if (begin_ == end_) fill(kReadBytes);
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(limit, end_ - begin_));
    const std::string_view bytes(buffer_.data() + begin_, count);
    begin_ += count;
    return bytes;
  }

  /// A line without its end.
  std::string line() {
    std::string text;
    for (;;) {
      const std::string_view byte = take(1);
      if (byte.empty()) throw WireError(Kind::kCut, "it was cut in the middle of a line");
      if (byte == "\n") break;
      text += byte;
      if (text.size() > kMaxLineBytes) throw WireError(Kind::kNotHttp, "it has a line over 64 KiB");
    }
    if (text.ends_with('\r')) text.pop_back();
    return text;
  }

  /// Whether the other side opens with a SETTINGS frame, as HTTP/2 has it (RFC 9113, 3.4).
  bool begins_http2() {
    if (begin_ == end_) fill(kReadBytes);
    constexpr char kSettings = 4;  // the type follows a length of three bytes
    return end_ - begin_ > 3 && buffer_[begin_] == '\0' && buffer_[begin_ + 3] == kSettings;
  }

  /// Takes no more than asked for from the stream, byte by byte: what follows belongs to somebody
  /// else.
  void leave_the_rest() { fill_limit_ = 1; }
  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] bool has_rest() const { return begin_ != end_; }

 private:
  void fill(std::size_t limit) {
    begin_ = 0;
    end_ = stream_.read(std::span(buffer_).first(std::min(limit, fill_limit_)), deadline_);
    begun_ = begun_ || end_ > 0;
  }

  ByteStream& stream_;
  const Deadline& deadline_;
  std::array<char, kReadBytes> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t fill_limit_ = kReadBytes;
  bool begun_ = false;
};

template <typename T>
std::optional<T> parse_whole(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

int parse_status(std::string_view line) {
  const bool http = line.starts_with("HTTP/1.") && line.size() >= 12 && line[8] == ' ';
  const auto status = http ? parse_whole<int>(line.substr(9, 3)) : std::nullopt;
  if (!status || *status < 100) {
    throw WireError(Kind::kNotHttp, "it is not HTTP/1.1 but begins with `" +
                                        escape_for_display(line.substr(0, 40)) + "`");
  }
  return *status;
}

struct Head {
  HttpResponse response;
  bool http_1_0 = false;
};

Head parse_head(Reader& reader) {
  if (reader.begins_http2()) {
    throw WireError(Kind::kNotHttp,
                    "it is HTTP/2, which nobody asked for; have the server offer HTTP/1.1 too");
  }
  Head head;
  const std::string status_line = reader.line();
  head.response.status = parse_status(status_line);
  head.http_1_0 = status_line.starts_with("HTTP/1.0");
  std::size_t bytes = status_line.size();
  for (std::string line = reader.line(); !line.empty(); line = reader.line()) {
    bytes += line.size();
    if (bytes > kMaxHeadBytes) throw WireError(Kind::kNotHttp, "its headers are over 256 KiB");
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0) {
      throw WireError(Kind::kNotHttp, "it has a header line without a name");
    }
    head.response.headers.emplace_back(line.substr(0, colon),
                                       std::string(trim(std::string_view(line).substr(colon + 1))));
  }
  return head;
}

Head read_final_head(Reader& reader) {
  for (;;) {
    Head head = parse_head(reader);
    if (head.response.status == 101) {
      throw WireError(Kind::kNotHttp, "it changes the protocol (101), which nobody asked for");
    }
    if (head.response.status >= 200) return head;  // 1xx are interim answers
  }
}

/// Collects a body, unpacking it and watching its size.
class BodySink {
 public:
  BodySink(std::string& out, std::uint64_t limit, std::string_view encoding)
      : out_(out), limit_(limit) {
    const std::string name = ascii_lower(encoding);
    if (name == "gzip" || name == "x-gzip") {
      inflater_.emplace();
    } else if (!name.empty() && name != "identity") {
      throw WireError(Kind::kNotHttp, "its Content-Encoding `" + escape_for_display(encoding) +
                                          "` was not asked for");
    }
  }

  void expect(std::uint64_t bytes) {
    if (bytes > limit_) too_large();
    // Not more than a server can be believed before it has sent anything.
    if (!inflater_) out_.reserve(std::min(bytes, kMaxReserve) + kParserRoom);
  }

  void append(std::string_view bytes) {
    packed_ += bytes.size();
    if (!inflater_) {
      if (out_.size() + bytes.size() > limit_) too_large();
      out_ += bytes;
      return;
    }
    switch (inflater_->append(bytes, out_, limit_)) {
      case Inflater::Result::kMore:
        return;
      case Inflater::Result::kTooLarge:
        too_large();
      case Inflater::Result::kBroken:
        throw WireError(Kind::kCut, "its gzip data is damaged");
    }
  }

  void finish() const {
    if (inflater_ && packed_ > 0 && !inflater_->is_done()) {
      throw WireError(Kind::kCut, "its gzip data ends too early");
    }
  }

 private:
  [[noreturn]] void too_large() const {
    throw WireError(Kind::kTooLarge,
                    fmt::format("its body is larger than max_response ({} bytes)", limit_));
  }

  std::string& out_;
  std::uint64_t limit_;
  std::uint64_t packed_ = 0;
  std::optional<Inflater> inflater_;
};

void read_counted(Reader& reader, BodySink& body, std::uint64_t length) {
  for (std::uint64_t left = length; left > 0;) {
    const std::string_view bytes = reader.take(left);
    if (bytes.empty()) {
      throw WireError(Kind::kCut,
                      fmt::format("its body was cut after {} of {} bytes", length - left, length));
    }
    body.append(bytes);
    left -= bytes.size();
  }
}

void read_chunked(Reader& reader, BodySink& body) {
  for (;;) {
    const std::string line = reader.line();
    const auto size =
        parse_whole<std::uint64_t>(trim(std::string_view(line).substr(0, line.find(';'))), 16);
    if (!size) throw WireError(Kind::kNotHttp, "it has a chunk without a size");
    if (*size == 0) break;
    read_counted(reader, body, *size);
    if (!reader.line().empty())
      throw WireError(Kind::kNotHttp, "it has a chunk longer than its size");
  }
  while (!reader.line().empty()) {
  }  // trailers say nothing that we need
}

void read_to_the_end(Reader& reader, BodySink& body, bool end_is_proof) {
  for (;;) {
    const std::string_view bytes = reader.take(kReadBytes);
    if (bytes.empty()) break;
    body.append(bytes);
  }
  if (!end_is_proof) {
    throw WireError(
        Kind::kCut,
        "it has neither Content-Length nor chunks, so nobody can tell whether it is whole");
  }
}

std::optional<std::uint64_t> content_length(const HttpResponse& response) {
  std::optional<std::uint64_t> length;
  for (const auto& [name, value] : response.headers) {
    if (ascii_lower(name) != "content-length") continue;
    const auto parsed = parse_whole<std::uint64_t>(value);
    if (!parsed || (length && *length != *parsed)) {
      throw WireError(Kind::kNotHttp, "its Content-Length is no number, or there are two of them");
    }
    length = parsed;
  }
  return length;
}

std::optional<std::chrono::seconds> idle_limit(std::string_view keep_alive) {
  constexpr std::string_view kName = "timeout=";
  const std::string text = ascii_lower(keep_alive);
  const std::size_t at = text.find(kName);
  if (at == std::string::npos) return {};
  const std::string_view rest = std::string_view(text).substr(at + kName.size());
  const auto seconds = parse_whole<int>(rest.substr(0, rest.find_first_not_of("0123456789")));
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

void refuse_control_characters(std::string_view text, std::string_view what) {
  const bool bad = std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  if (bad) {
    throw ConnectorError(
        ErrorKind::kRejected,
        fmt::format("the {} holds a control character; the request was not sent", what));
  }
}

}  // namespace

std::string render_request(const HttpRequest& request, std::string_view target,
                           std::string_view host) {
  refuse_control_characters(target, "path");
  if (target.find(' ') != std::string_view::npos) {
    throw ConnectorError(ErrorKind::kRejected, "the path holds a space; the request was not sent");
  }
  std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, target, host);
  for (const auto& [name, value] : request.headers) {
    refuse_control_characters(name, "name of a header");
    refuse_control_characters(value, "header " + name);
    out += fmt::format("{}: {}\r\n", name, value);
  }
  const bool writes =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.empty()) out += fmt::format("Content-Type: {}\r\n", request.content_type);
  if (!request.body.empty() || writes)
    out += fmt::format("Content-Length: {}\r\n", request.body.size());
  return out + "\r\n" + request.body;
}

WireResponse read_response(ByteStream& stream, std::string_view method, const ReadLimits& limits,
                           bool& begun) {
  Reader reader(stream, limits.deadline);
  struct Note {
    Reader& reader;
    bool& begun;
    ~Note() { begun = reader.begun(); }
  } const note{reader, begun};

  Head head = read_final_head(reader);
  WireResponse result{std::move(head.response), false, {}};
  HttpResponse& response = result.response;
  const std::string connection = ascii_lower(response.header("Connection"));
  result.keep_alive =
      head.http_1_0 ? connection == "keep-alive" : connection.find("close") == std::string::npos;
  result.idle_limit = idle_limit(response.header("Keep-Alive"));
  if (method == "HEAD" || response.status == 204 || response.status == 304) return result;

  BodySink body(response.body, limits.body_bytes, response.header("Content-Encoding"));
  const std::string transfer = ascii_lower(response.header("Transfer-Encoding"));
  const auto length = content_length(response);
  if (!transfer.empty() && transfer != "identity") {
    if (transfer != "chunked")
      throw WireError(Kind::kNotHttp, "its Transfer-Encoding is not `chunked`");
    read_chunked(reader, body);
    if (length) result.keep_alive = false;  // RFC 9112 6.3: may be an attempt at smuggling
  } else if (length) {
    body.expect(*length);
    read_counted(reader, body, *length);
  } else {
    // What an error page says is read as far as it goes; only a success must be whole. A server
    // that announced the close ends its body that way (RFC 9112 6.3); a cut one is no JSON then.
    const bool announced = !result.keep_alive;
    read_to_the_end(reader, body, announced || stream.proves_end() || !response.ok());
    result.keep_alive = false;
  }
  body.finish();
  if (reader.has_rest()) result.keep_alive = false;
  return result;
}

HttpResponse read_head(ByteStream& stream, const Deadline& deadline) {
  Reader reader(stream, deadline);
  reader.leave_the_rest();
  return read_final_head(reader).response;
}

}  // namespace usher
