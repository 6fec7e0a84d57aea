#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "connectors/http/stream.h"

namespace usher {

/// What TLS connections are checked against: one per CA file, made at first use, kept for the life
/// of the process. Thread-safe.
class TlsTrust {
 public:
  TlsTrust();
  ~TlsTrust();
  TlsTrust(const TlsTrust&) = delete;
  TlsTrust& operator=(const TlsTrust&) = delete;

  struct Context;
  /// `ca_file` empty: the system's authorities. Throws ConnectorError `kRejected` when it cannot be
  /// used.
  [[nodiscard]] const Context& for_file(const std::string& ca_file);

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Context>> contexts_;  ///< guarded by mutex_
};

/// A certificate that was not believed, or a peer that does not speak TLS 1.2 or newer: another
/// try will end the same way.
class TlsError : public StreamError {
 public:
  using StreamError::StreamError;
};

/// Speaks TLS over `lower` and checks that the peer's certificate is valid for `host` (a name, or
/// an address as IP SAN). There is no way to leave the check out. Throws TlsError, StreamError.
///
/// Poco's SecureStreamSocket is not used: it works on a socket only, and a proxy that is itself
/// reached through TLS needs TLS inside TLS; it does not take deadlines during the handshake; and
/// its own name check has an exception for loopback addresses.
[[nodiscard]] std::unique_ptr<ByteStream> start_tls(std::unique_ptr<ByteStream> lower,
                                                    const TlsTrust::Context& trust,
                                                    const std::string& host,
                                                    const Deadline& deadline);

}  // namespace usher
