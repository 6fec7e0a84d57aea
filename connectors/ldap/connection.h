#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/error.h"
#include "connectors/ldap/entry.h"
#include "connectors/ldap/sigpipe_shield.h"

struct ldap;
struct ldapmsg;

namespace usher::ldap {

struct Settings;

/// The connection broke or fell silent; another one may do better.
class ConnectionLost : public ConnectorError {
 public:
  explicit ConnectionLost(const std::string& message)
      : ConnectorError(ErrorKind::kTransient, message) {}
};

enum class Scope { kBase, kSubtree };

struct SearchRequest {
  std::string base;
  Scope scope = Scope::kSubtree;
  std::string filter = "(objectClass=*)";
  Texts attributes = {};
  int page_size = 0;            ///< 0: not paged
  std::uint64_t max_pages = 0;  ///< stop after as many; 0: read to the end
};

/// How a search ended. Only `ok` proves that every entry was handed over.
struct SearchOutcome {
  int code = 0;        ///< LDAP result code of the last answer
  std::string text;    ///< `LDAP 4 Size limit exceeded (server's own words)`
  std::string reason;  ///< why entries may be missing, and what to do; empty: none are
  std::uint64_t pages = 0;
  std::uint64_t entries = 0;
  std::uint64_t references = 0;  ///< pointers to other servers, which are not followed

  [[nodiscard]] bool ok() const { return reason.empty(); }
};

/// One bound connection to a directory. One thread at a time; every wait ends after the timeout of
/// the settings. Messages hold no password.
class Connection {
 public:
  /// Connects, encrypts and binds. Certificates are always verified; the user's and the system's
  /// LDAP defaults (ldap.conf, LDAPTLS_REQCERT) have no say. Throws ConnectorError. `settings`
  /// must outlive the connection.
  explicit Connection(const Settings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Who the server takes us for (RFC 4532): `dn:uid=usher,…`, empty for nobody; nothing when the
  /// server does not know the operation. Throws ConnectionLost.
  [[nodiscard]] std::optional<std::string> who_am_i();

  /// Hands every entry to `sink`, page by page. Another search may run inside `sink`. What the
  /// server answers is in the outcome; only a broken connection throws (ConnectionLost).
  SearchOutcome search(const SearchRequest& request, const std::function<void(Entry)>& sink);

 private:
  struct Unbind {
    void operator()(struct ldap* handle) const;
  };

  void set_options();
  void set_tls_options();
  void encrypt();
  void bind();
  int begin_page(const SearchRequest& request, const std::string& cookie);
  std::string read_page(int message_id, const std::function<void(Entry)>& sink,
                        SearchOutcome& outcome);
  std::string read_result(struct ldapmsg* message, SearchOutcome& outcome);
  [[noreturn]] void throw_lost(const std::string& doing);
  [[nodiscard]] std::string diagnostic() const;

  const Settings& settings_;
  const SigpipeShield shield_;  ///< outlives the handle, whose end writes a last message
  std::unique_ptr<struct ldap, Unbind> handle_;
};

/// What a result code means for who reads people, and what to do about it.
[[nodiscard]] std::string explain_result(int code, std::uint64_t entries);

}  // namespace usher::ldap
