#include "connectors/http/tls_stream.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/IPAddress.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher {

struct TlsTrust::Context {
  Poco::Net::Context::Ptr poco;
};

namespace {

using Poco::Net::Context;

constexpr std::size_t kRecordBytes = 16 * 1024;

Context::Ptr make_context(const std::string& ca_file) {
  Context::Params params;
  params.caLocation = ca_file;
  params.loadDefaultCAs = ca_file.empty();
  params.verificationMode = Context::VERIFY_STRICT;
  params.cipherList = "HIGH:!aNULL:!eNULL:!MD5:!3DES";
  Context::Ptr context(new Context(Context::TLS_CLIENT_USE, params));
  context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
  return context;
}

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// OpenSSL works on two memory buffers; this class carries the bytes between them and the stream
/// below, which is where waiting and deadlines live.
class TlsStream : public ByteStream {
 public:
  TlsStream(std::unique_ptr<ByteStream> lower, const TlsTrust::Context& trust)
      : lower_(std::move(lower)), ssl_(SSL_new(trust.poco->sslContext())) {
    incoming_ = BIO_new(BIO_s_mem());
    outgoing_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), incoming_, outgoing_);  // takes them over
  }

  ~TlsStream() override {
    if (!established_ || broken_) return;
    SSL_shutdown(ssl_.get());
    try {
      flush({});  // as far as it goes without waiting: the peer may be gone
    } catch (const StreamError&) {
    }
  }

  void handshake(const std::string& host, const Deadline& deadline) {
    expect_peer(host);
    for (;;) {
      ERR_clear_error();
      const int done = SSL_connect(ssl_.get());
      const int error = SSL_get_error(ssl_.get(), done);
      flush(deadline);  // an alert to the peer too
      if (done == 1) break;
      if (error != SSL_ERROR_WANT_READ) throw TlsError(handshake_fault());
      if (!fetch(deadline))
        throw StreamError("the peer ended the connection during the TLS handshake");
    }
    established_ = true;
  }

  std::size_t read(std::span<char> into, const Deadline& deadline) override {
    for (;;) {
      ERR_clear_error();
      std::size_t got = 0;
      const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
      const int error = SSL_get_error(ssl_.get(), done);
      flush(deadline);  // answers to key updates
      if (done == 1) return got;
      if (error == SSL_ERROR_ZERO_RETURN) return 0;
      if (error != SSL_ERROR_WANT_READ) fail("TLS: " + last_fault());
      if (!fetch(deadline)) fail("the connection ended without the end of TLS");
    }
  }

  void write(std::string_view bytes, const Deadline& deadline) override {
    while (!bytes.empty()) {
      ERR_clear_error();
      std::size_t sent = 0;
      const std::string_view piece = bytes.substr(0, kRecordBytes);
      const int done = SSL_write_ex(ssl_.get(), piece.data(), piece.size(), &sent);
      const int error = SSL_get_error(ssl_.get(), done);
      flush(deadline);
      if (done == 1) {
        bytes.remove_prefix(sent);
      } else if (error != SSL_ERROR_WANT_READ) {
        fail("TLS: " + last_fault());
      } else if (!fetch(deadline)) {
        fail("the connection ended without the end of TLS");
      }
    }
  }

  /// A server may send session tickets at any time: only what is left after those counts.
  bool is_stale() override {
    while (lower_->is_stale()) {
      try {
        if (!fetch({})) return true;
      } catch (const StreamError&) {
        return true;
      }
      char byte = 0;
      ERR_clear_error();
      const int got = SSL_peek(ssl_.get(), &byte, 1);
      if (got > 0 || SSL_get_error(ssl_.get(), got) != SSL_ERROR_WANT_READ) return true;
    }
    return false;
  }

  bool proves_end() const override { return true; }

 private:
  /// The name that the certificate must carry. Poco's own callback, which could forgive an error,
  /// is left out of it.
  void expect_peer(const std::string& host) {
    SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
    Poco::Net::IPAddress address;
    const bool literal = Poco::Net::IPAddress::tryParse(host, address);
    const int set = literal ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()),
                                                            address.toString().c_str())
                            : SSL_set1_host(ssl_.get(), host.c_str());
    if (set != 1) throw TlsError("`" + host + "` cannot be checked against a certificate");
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!literal) SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
  }

  std::string handshake_fault() const {
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK) {
      return std::string("the server's certificate was not accepted: ") +
             X509_verify_cert_error_string(verdict) + cure_of(verdict);
    }
    return "TLS handshake: " + last_fault();
  }

  static const char* cure_of(long verdict) {
    switch (verdict) {
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "; if it is right, set `ca_file` to the authority that signed it";
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "; write the name that it carries into `url`";
      default:
        return "";
    }
  }

  static std::string last_fault() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : "protocol error";
  }

  [[noreturn]] void fail(const std::string& reason) {
    broken_ = true;
    throw StreamError(reason);
  }

  /// Sends what OpenSSL has made ready.
  void flush(const Deadline& deadline) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(outgoing_, &data);
    if (size <= 0) return;
    lower_->write({data, static_cast<std::size_t>(size)}, deadline);
    (void)BIO_reset(outgoing_);
  }

  /// Gives OpenSSL what the peer has sent; false at its end.
  bool fetch(const Deadline& deadline) {
    const std::size_t got = lower_->read(buffer_, deadline);
    if (got == 0) return false;
    BIO_write(incoming_, buffer_.data(), static_cast<int>(got));
    return true;
  }

  std::unique_ptr<ByteStream> lower_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  BIO* incoming_ = nullptr;  ///< owned by ssl_
  BIO* outgoing_ = nullptr;  ///< owned by ssl_
  std::array<char, kRecordBytes> buffer_{};
  bool established_ = false;
  bool broken_ = false;
};

}  // namespace

TlsTrust::TlsTrust() = default;
TlsTrust::~TlsTrust() = default;

const TlsTrust::Context& TlsTrust::for_file(const std::string& ca_file) {
  const std::scoped_lock lock(mutex_);
  auto& context = contexts_[ca_file];
  if (context) return *context;
  try {
    context = std::make_unique<Context>(Context{make_context(ca_file)});
  } catch (const Poco::Exception&) {
    contexts_.erase(ca_file);
    throw ConnectorError(
        ErrorKind::kRejected,
        ca_file.empty()
            ? "the system's certificate authorities cannot be loaded; install ca-certificates or "
              "set ca_file"
            : "ca_file `" + escape_for_display(ca_file) +
                  "` cannot be used: it is missing, cannot be read, or holds no PEM certificate");
  }
  return *context;
}

std::unique_ptr<ByteStream> start_tls(std::unique_ptr<ByteStream> lower,
                                      const TlsTrust::Context& trust, const std::string& host,
                                      const Deadline& deadline) {
  auto stream = std::make_unique<TlsStream>(std::move(lower), trust);
  stream->handshake(host, deadline);
  return stream;
}

}  // namespace usher
