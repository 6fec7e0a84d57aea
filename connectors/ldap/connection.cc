#include "connectors/ldap/connection.h"

#include <fmt/format.h>
#include <ldap.h>

#include <utility>

#include "connectors/ldap/convert.h"
#include "connectors/ldap/settings.h"
#include "mapping/text.h"

namespace usher::ldap {
namespace {

/// Some servers hand out empty pages now and then; so many in a row are an endless loop.
constexpr std::uint64_t kMaxEmptyPages = 1000;

/// Debian's ca-certificates. libldap has no default of its own, and ldap.conf is not asked.
constexpr const char* kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
constexpr const char* kGnutlsPriorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

struct FreeControl {
  void operator()(LDAPControl* control) const { ldap_control_free(control); }
};

timeval to_timeval(std::chrono::milliseconds time) {
  return {.tv_sec = time.count() / 1000, .tv_usec = time.count() % 1000 * 1000};
}

std::string to_string(const berval& value) {
  return {value.bv_val, value.bv_len};
}

/// Takes an LDAP string over and frees it.
std::string take(char* text) {
  std::string out = text != nullptr ? text : "";
  ldap_memfree(text);
  return out;
}

/// True when the connection itself failed, as against a server that said no.
bool is_lost(int code) {
  return code == LDAP_SERVER_DOWN || code == LDAP_CONNECT_ERROR || code == LDAP_TIMEOUT ||
         code == LDAP_DECODING_ERROR || code == LDAP_UNAVAILABLE;
}

Attribute decode_attribute(const berval& description, const berval* values) {
  Attribute attribute = parse_description({description.bv_val, description.bv_len});
  for (; values != nullptr && values->bv_val != nullptr; ++values) {
    attribute.values.push_back(to_string(*values));
  }
  return attribute;
}

Entry decode_entry(LDAP* handle, LDAPMessage* message) {
  Entry entry;
  BerElement* ber = nullptr;
  berval dn{};
  if (ldap_get_dn_ber(handle, message, &ber, &dn) != LDAP_SUCCESS) {
    throw ConnectionLost("the server sent an entry that cannot be decoded");
  }
  entry.dn = to_string(dn);
  berval name{};
  berval* values = nullptr;
  int code = ldap_get_attribute_ber(handle, message, ber, &name, &values);
  while (code == LDAP_SUCCESS && name.bv_val != nullptr) {
    entry.attributes.push_back(decode_attribute(name, values));
    ber_memfree(values);
    values = nullptr;
    code = ldap_get_attribute_ber(handle, message, ber, &name, &values);
  }
  ber_free(ber, 0);
  if (code != LDAP_SUCCESS) {
    throw ConnectionLost("the server sent an entry that cannot be decoded");
  }
  return entry;
}

ConnectorError refused(int code, const std::string& words) {
  const bool credential = code == LDAP_INVALID_CREDENTIALS || code == LDAP_INAPPROPRIATE_AUTH ||
                          code == LDAP_NO_SUCH_OBJECT || code == LDAP_INVALID_DN_SYNTAX ||
                          code == LDAP_UNWILLING_TO_PERFORM ||
                          code == LDAP_AUTH_METHOD_NOT_SUPPORTED;
  const bool rule = code == LDAP_INSUFFICIENT_ACCESS || code == LDAP_STRONG_AUTH_REQUIRED ||
                    code == LDAP_CONFIDENTIALITY_REQUIRED;
  const ErrorKind kind = credential ? ErrorKind::kUnauthorized
                         : rule     ? ErrorKind::kForbidden
                                    : ErrorKind::kTransient;
  return ConnectorError(kind, words, fmt::format("LDAP {}", code));
}

}  // namespace

void Connection::Unbind::operator()(struct ldap* handle) const {
  ldap_unbind_ext(handle, nullptr, nullptr);
}

Connection::Connection(const Settings& settings) : settings_(settings) {
  LDAP* handle = nullptr;
  if (const int code = ldap_initialize(&handle, settings_.url.c_str()); code != LDAP_SUCCESS) {
    throw ConnectorError(ErrorKind::kRejected,
                         fmt::format("`url: {}` is not understood: {}",
                                     escape_for_display(settings_.url), ldap_err2string(code)));
  }
  handle_.reset(handle);
  set_options();
  encrypt();
  bind();
}

Connection::~Connection() = default;

// Everything that ldap.conf, .ldaprc or the environment could turn is set here.
void Connection::set_options() {
  LDAP* handle = handle_.get();
  const int version = LDAP_VERSION3;
  const int none = 0;
  const int never = LDAP_DEREF_NEVER;
  const timeval timeout = to_timeval(settings_.timeout);
  ldap_set_option(handle, LDAP_OPT_PROTOCOL_VERSION, &version);
  ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  ldap_set_option(handle, LDAP_OPT_RESTART, LDAP_OPT_ON);
  ldap_set_option(handle, LDAP_OPT_SIZELIMIT, &none);
  ldap_set_option(handle, LDAP_OPT_TIMELIMIT, &none);
  ldap_set_option(handle, LDAP_OPT_DEREF, &never);
  ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &timeout);
  ldap_set_option(handle, LDAP_OPT_TIMEOUT, &timeout);
  if (settings_.start_tls || settings_.url.starts_with("ldaps://")) set_tls_options();
}

void Connection::set_tls_options() {
  LDAP* handle = handle_.get();
  const auto set = [&](int option, const void* value, std::string_view setting) {
    if (ldap_set_option(handle, option, value) == LDAP_OPT_SUCCESS) return;
    throw ConnectorError(ErrorKind::kRejected,
                         fmt::format("TLS cannot be set up: check {} of the source", setting));
  };
  char* package = nullptr;
  ldap_get_option(handle, LDAP_OPT_X_TLS_PACKAGE, &package);
  const bool is_gnutls = take(package) == "GnuTLS";
  const int demand = LDAP_OPT_X_TLS_DEMAND;
  const int minimum = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  const int client = 0;
  set(LDAP_OPT_X_TLS_REQUIRE_CERT, &demand, "the LDAP library");
  set(LDAP_OPT_X_TLS_PROTOCOL_MIN, &minimum, "the LDAP library");
  // libldap 2.5 on GnuTLS accepts the minimum and offers TLS 1.0 all the same.
  if (is_gnutls) set(LDAP_OPT_X_TLS_CIPHER_SUITE, kGnutlsPriorities, "the LDAP library");
  set(LDAP_OPT_X_TLS_CACERTFILE,
      settings_.ca_file.empty() ? kSystemAuthorities : settings_.ca_file.c_str(), "`ca_file`");
  if (!settings_.cert_file.empty()) {
    set(LDAP_OPT_X_TLS_CERTFILE, settings_.cert_file.c_str(), "`cert_file`");
    set(LDAP_OPT_X_TLS_KEYFILE, settings_.key_file.c_str(), "`key_file`");
  }
  set(LDAP_OPT_X_TLS_NEWCTX, &client, "`ca_file`, `cert_file` and `key_file`");
}

void Connection::encrypt() {
  if (!settings_.start_tls) return;
  const int code = ldap_start_tls_s(handle_.get(), nullptr, nullptr);
  if (code == LDAP_SUCCESS) return;
  throw ConnectorError(
      ErrorKind::kTransient,
      fmt::format("{}: StartTLS failed: {}{}; check `url` and `ca_file`, and that the certificate "
                  "names the host. Nothing was sent in the clear",
                  escape_for_display(settings_.url), ldap_err2string(code), diagnostic()),
      fmt::format("LDAP {}", code));
}

void Connection::bind() {
  LDAP* handle = handle_.get();
  berval password{.bv_len = settings_.bind_password.reveal().size(),
                  .bv_val = const_cast<char*>(settings_.bind_password.reveal().c_str())};
  berval empty{.bv_len = 0, .bv_val = const_cast<char*>("")};
  const bool simple = settings_.bind == Bind::kSimple;
  const bool external = settings_.bind == Bind::kExternal;
  const int code = ldap_sasl_bind_s(handle, simple ? settings_.bind_dn.c_str() : "",
                                    external ? "EXTERNAL" : LDAP_SASL_SIMPLE,
                                    simple ? &password : &empty, nullptr, nullptr, nullptr);
  if (code == LDAP_SUCCESS) return;

  const std::string url = escape_for_display(settings_.url);
  if (is_lost(code)) {
    throw ConnectorError(
        ErrorKind::kTransient,
        fmt::format("{}: no connection: {}{}; check `url`, `ca_file` and that the certificate "
                    "names the host",
                    url, ldap_err2string(code), diagnostic()),
        fmt::format("LDAP {}", code));
  }
  const std::string who = simple ? escape_for_display(settings_.bind_dn)
                                 : std::string(external ? "the client certificate" : "anonymous");
  throw refused(code, fmt::format("{}: bind as {} refused: {}{}; check `bind`, `bind_dn` and "
                                  "`bind_password`",
                                  url, who, ldap_err2string(code), diagnostic()));
}

std::optional<std::string> Connection::who_am_i() {
  berval* identity = nullptr;
  const int code = ldap_whoami_s(handle_.get(), &identity, nullptr, nullptr);
  if (is_lost(code)) throw_lost("asking who we are");
  if (code != LDAP_SUCCESS) return std::nullopt;
  std::string text = identity != nullptr && identity->bv_val != nullptr ? to_string(*identity) : "";
  ber_bvfree(identity);
  return text;
}

SearchOutcome Connection::search(const SearchRequest& request,
                                 const std::function<void(Entry)>& sink) {
  SearchOutcome outcome;
  std::string cookie;
  std::uint64_t empty_pages = 0;
  do {
    const std::uint64_t before = outcome.entries;
    cookie = read_page(begin_page(request, cookie), sink, outcome);
    ++outcome.pages;
    empty_pages = outcome.entries == before ? empty_pages + 1 : 0;
    if (empty_pages > kMaxEmptyPages) {
      outcome.reason = "the server keeps sending empty pages; try another `page_size`";
    } else if (!cookie.empty() && outcome.pages == request.max_pages) {
      outcome.reason = "the search was stopped on purpose";
    }
  } while (!cookie.empty() && outcome.ok());
  return outcome;
}

int Connection::begin_page(const SearchRequest& request, const std::string& cookie) {
  LDAP* handle = handle_.get();
  std::vector<char*> attributes;
  for (const std::string& name : request.attributes) {
    attributes.push_back(const_cast<char*>(name.c_str()));
  }
  attributes.push_back(nullptr);

  std::unique_ptr<LDAPControl, FreeControl> paging;
  if (request.page_size > 0) {
    berval state{.bv_len = cookie.size(), .bv_val = const_cast<char*>(cookie.data())};
    LDAPControl* control = nullptr;
    // Not critical: a server without paging answers in one go, and its result code says how.
    ldap_create_page_control(handle, request.page_size, &state, 0, &control);
    paging.reset(control);
  }
  LDAPControl* controls[] = {paging.get(), nullptr};
  const int scope = request.scope == Scope::kBase ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE;
  int id = 0;
  const int code =
      ldap_search_ext(handle, request.base.c_str(), scope, request.filter.c_str(),
                      attributes.data(), 0, controls, nullptr, nullptr, LDAP_NO_LIMIT, &id);
  if (code == LDAP_FILTER_ERROR) {
    throw ConnectorError(ErrorKind::kRejected,
                         fmt::format("the filter {} is not one (RFC 4515); check its parentheses",
                                     escape_for_display(request.filter)));
  }
  if (code != LDAP_SUCCESS) throw_lost("searching");
  return id;
}

/// Reads one page and returns the cookie of the next; empty: there is none.
std::string Connection::read_page(int message_id, const std::function<void(Entry)>& sink,
                                  SearchOutcome& outcome) {
  LDAP* handle = handle_.get();
  for (;;) {
    timeval timeout = to_timeval(settings_.timeout);
    LDAPMessage* received = nullptr;
    const int type = ldap_result(handle, message_id, LDAP_MSG_ONE, &timeout, &received);
    const Message message(received);
    switch (type) {
      case -1:
        throw_lost("searching");
      case 0:
        throw ConnectionLost(fmt::format("{}: no answer for {} ms (`timeout`)",
                                         escape_for_display(settings_.url),
                                         settings_.timeout.count()));
      case LDAP_RES_SEARCH_ENTRY:
        ++outcome.entries;
        sink(decode_entry(handle, message.get()));
        break;
      case LDAP_RES_SEARCH_REFERENCE:
        ++outcome.references;
        break;
      case LDAP_RES_SEARCH_RESULT:
        return read_result(message.get(), outcome);
      default:
        break;  // intermediate responses that nobody asked for
    }
  }
}

std::string Connection::read_result(struct ldapmsg* message, SearchOutcome& outcome) {
  LDAP* handle = handle_.get();
  char* words = nullptr;
  LDAPControl** controls = nullptr;
  const int parsed =
      ldap_parse_result(handle, message, &outcome.code, nullptr, &words, nullptr, &controls, 0);
  const std::string said = take(words);
  if (parsed != LDAP_SUCCESS || outcome.code == LDAP_UNAVAILABLE) {
    ldap_controls_free(controls);
    throw_lost("searching");
  }
  outcome.text = fmt::format("LDAP {} {}", outcome.code, ldap_err2string(outcome.code));
  if (!said.empty()) outcome.text += " (" + escape_for_display(said) + ")";

  std::string cookie;
  LDAPControl* paging = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
  if (outcome.code != LDAP_SUCCESS) {
    outcome.reason = outcome.text + ": " + explain_result(outcome.code, outcome.entries);
  } else if (paging != nullptr) {
    ber_int_t estimate = 0;
    berval next{};
    if (ldap_parse_pageresponse_control(handle, paging, &estimate, &next) == LDAP_SUCCESS) {
      cookie = to_string(next);
      ber_memfree(next.bv_val);
    } else {
      outcome.reason = "the server's paging control cannot be decoded";
    }
  }
  ldap_controls_free(controls);
  return cookie;
}

void Connection::throw_lost(const std::string& doing) {
  int code = LDAP_SERVER_DOWN;
  ldap_get_option(handle_.get(), LDAP_OPT_RESULT_CODE, &code);
  throw ConnectionLost(fmt::format("{}: connection lost while {}: {}{}",
                                   escape_for_display(settings_.url), doing, ldap_err2string(code),
                                   diagnostic()));
}

std::string Connection::diagnostic() const {
  char* words = nullptr;
  ldap_get_option(handle_.get(), LDAP_OPT_DIAGNOSTIC_MESSAGE, &words);
  const std::string said = take(words);
  return said.empty() ? "" : " (" + escape_for_display(said) + ")";
}

std::string explain_result(int code, std::uint64_t entries) {
  switch (code) {
    case LDAP_SIZELIMIT_EXCEEDED:
      return fmt::format(
          "the server's size limit ended the search after {} entries; raise it for "
          "the bind identity (OpenLDAP: `limits … size.prtotal=unlimited`)",
          entries);
    case LDAP_TIMELIMIT_EXCEEDED:
      return fmt::format(
          "the server's time limit ended the search after {} entries; raise it for "
          "the bind identity, or index the attributes of the filter",
          entries);
    case LDAP_ADMINLIMIT_EXCEEDED:
      return "an administrative limit of the server ended the search; lower `page_size`, or raise "
             "the limit for the bind identity";
    case LDAP_INSUFFICIENT_ACCESS:
      return "the bind identity may not read here; grant it read access";
    case LDAP_NO_SUCH_OBJECT:
      return "the base does not exist, or the bind identity may not see it; check `base`";
    case LDAP_REFERRAL:
      return "the base is kept on another server, and referrals are not followed; point `url` at "
             "that server";
    case LDAP_BUSY:
      return "the server is busy; try again later";
    default:
      return fmt::format("the search failed after {} entries", entries);
  }
}

}  // namespace usher::ldap
