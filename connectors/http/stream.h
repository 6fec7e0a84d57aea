#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace usher {

/// A connection that could not be made, broke, or took too long. Stays inside this folder.
class StreamError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Until when something on a connection must be over. Real time, not the Clock's: the other side
/// of a socket does not jump.
struct Deadline {
  std::chrono::steady_clock::time_point end;  ///< for all of it
  std::chrono::milliseconds pause{0};         ///< longest silence between two bytes

  [[nodiscard]] static Deadline in(std::chrono::milliseconds total,
                                   std::chrono::milliseconds pause) {
    return {std::chrono::steady_clock::now() + total, pause};
  }
};

/// Bytes to and from a peer. One thread at a time.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Waits for at least one byte and returns how many were read; 0 when the peer ended the stream
  /// in order (for TLS: said so). Throws StreamError.
  [[nodiscard]] virtual std::size_t read(std::span<char> into, const Deadline& deadline) = 0;

  /// Sends everything. Throws StreamError.
  virtual void write(std::string_view bytes, const Deadline& deadline) = 0;

  /// Whether an idle stream is of no use any more: closed by the peer, or with bytes that nobody
  /// asked for. Does not block.
  [[nodiscard]] virtual bool is_stale() = 0;

  /// Whether an end that `read` reports as 0 is proof that the peer had nothing more to say.
  [[nodiscard]] virtual bool proves_end() const = 0;
};

/// Connects to `host`, trying its addresses in turn. Throws StreamError.
[[nodiscard]] std::unique_ptr<ByteStream> connect_tcp(const std::string& host, std::uint16_t port,
                                                      std::chrono::milliseconds timeout);

}  // namespace usher
