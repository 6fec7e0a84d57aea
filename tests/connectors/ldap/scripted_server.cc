#include "tests/connectors/ldap/scripted_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <lber.h>
#include <ldap.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

namespace usher::ldap {
namespace {

struct FreeBer {
  void operator()(BerElement* ber) const { ber_free(ber, 1); }
};
using Ber = std::unique_ptr<BerElement, FreeBer>;

std::string to_string(const berval& value) {
  return value.bv_val != nullptr ? std::string(value.bv_val, value.bv_len) : "";
}

/// Sends what was printed into `ber` whole.
void send(int socket, Ber ber) {
  berval bytes{};
  ber_flatten2(ber.get(), &bytes, 0);
  for (std::size_t sent = 0; sent < bytes.bv_len;) {
    const ssize_t some = ::send(socket, bytes.bv_val + sent, bytes.bv_len - sent, MSG_NOSIGNAL);
    if (some <= 0) return;
    sent += static_cast<std::size_t>(some);
  }
}

Ber new_ber() {
  return Ber(ber_alloc_t(LBER_USE_DER));
}

void send_result(int socket, int id, ber_tag_t operation, int code, const std::string& words) {
  Ber ber = new_ber();
  ber_printf(ber.get(), "{it{ess}}", id, operation, code, "", words.c_str());
  send(socket, std::move(ber));
}

void send_entry(int socket, int id, const ScriptedAnswer::Entry& entry) {
  Ber ber = new_ber();
  ber_printf(ber.get(), "{it{s{", id, ber_tag_t{LDAP_RES_SEARCH_ENTRY}, entry.dn.c_str());
  for (const auto& [description, values] : entry.attributes) {
    ber_printf(ber.get(), "{s[", description.c_str());
    for (const std::string& value : values) {
      ber_printf(ber.get(), "o", value.data(), static_cast<ber_len_t>(value.size()));
    }
    ber_printf(ber.get(), "]}");
  }
  ber_printf(ber.get(), "}}}");
  send(socket, std::move(ber));
}

void send_reference(int socket, int id, const std::string& url) {
  Ber ber = new_ber();
  ber_printf(ber.get(), "{it{s}}", id, ber_tag_t{LDAP_RES_SEARCH_REFERENCE}, url.c_str());
  send(socket, std::move(ber));
}

void send_search_result(int socket, int id, const ScriptedAnswer& answer) {
  if (!answer.cookie) {
    return send_result(socket, id, LDAP_RES_SEARCH_RESULT, answer.code, answer.words);
  }
  Ber control = new_ber();
  ber_printf(control.get(), "{io}", 0, answer.cookie->data(),
             static_cast<ber_len_t>(answer.cookie->size()));
  berval value{};
  ber_flatten2(control.get(), &value, 0);
  Ber ber = new_ber();
  ber_printf(ber.get(), "{it{ess}t{{sO}}}", id, ber_tag_t{LDAP_RES_SEARCH_RESULT}, answer.code, "",
             answer.words.c_str(), ber_tag_t{LDAP_TAG_CONTROLS}, LDAP_CONTROL_PAGEDRESULTS, &value);
  send(socket, std::move(ber));
}

void read_paging(BerElement* ber, ScriptedSearch& search) {
  ber_len_t length = 0;
  if (ber_peek_tag(ber, &length) != LDAP_TAG_CONTROLS) return;
  berval type{};
  berval value{};
  ber_scanf(ber, "{{m", &type);
  if (ber_peek_tag(ber, &length) == LBER_BOOLEAN) {
    ber_int_t critical = 0;
    ber_scanf(ber, "b", &critical);
  }
  ber_scanf(ber, "m", &value);
  if (to_string(type) != LDAP_CONTROL_PAGEDRESULTS) return;
  Ber control(ber_init(&value));
  ber_int_t size = 0;
  berval cookie{};
  ber_scanf(control.get(), "{im}", &size, &cookie);
  search.paged = true;
  search.cookie = to_string(cookie);
}

ScriptedSearch read_search(BerElement* ber) {
  ScriptedSearch search;
  berval base{};
  berval filter{};
  ber_int_t number = 0;
  ber_int_t scope = 0;
  char** attributes = nullptr;
  ber_scanf(ber, "{meeiib", &base, &scope, &number, &number, &number, &number);
  ber_skip_element(ber, &filter);
  ber_scanf(ber, "{v}}", &attributes);
  search.base = to_string(base);
  search.scope = scope;
  for (char** name = attributes; name != nullptr && *name != nullptr; ++name) {
    search.attributes.emplace_back(*name);
  }
  ber_memvfree(reinterpret_cast<void**>(attributes));
  read_paging(ber, search);
  return search;
}

}  // namespace

ScriptedServer::ScriptedServer(Script script, std::optional<std::string> identity)
    : script_(std::move(script)), identity_(std::move(identity)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no listener on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  if (const int socket = socket_; socket >= 0) ::shutdown(socket, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void ScriptedServer::serve() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    const int now = 1;  // a result must not wait for the acknowledgement of the entries before it
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &now, sizeof(now));
    socket_ = socket;
    serve_connection(socket);
    socket_ = -1;
    ::close(socket);
  }
}

void ScriptedServer::serve_connection(int socket) {
  Sockbuf* buffer = ber_sockbuf_alloc();
  int own = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);  // the buffer closes its descriptor
  ber_sockbuf_add_io(buffer, &ber_sockbuf_io_fd, LBER_SBIOD_LEVEL_PROVIDER, &own);
  for (bool open = true; open;) {
    const Ber ber(ber_alloc_t(LBER_USE_DER));
    ber_len_t length = 0;
    if (ber_get_next(buffer, &length, ber.get()) != LDAP_TAG_MESSAGE) break;
    ber_int_t id = 0;
    ber_scanf(ber.get(), "i", &id);
    const ber_tag_t operation = ber_peek_tag(ber.get(), &length);
    if (operation == LDAP_REQ_BIND) {
      send_result(socket, id, LDAP_RES_BIND, 0, "");
    } else if (operation == LDAP_REQ_EXTENDED && identity_) {
      Ber answer = new_ber();
      ber_printf(answer.get(), "{it{essts}}", id, ber_tag_t{LDAP_RES_EXTENDED}, 0, "", "",
                 ber_tag_t{LDAP_TAG_EXOP_RES_VALUE}, identity_->c_str());
      send(socket, std::move(answer));
    } else if (operation == LDAP_REQ_EXTENDED) {
      send_result(socket, id, LDAP_RES_EXTENDED, LDAP_PROTOCOL_ERROR, "unknown operation");
    } else if (operation == LDAP_REQ_SEARCH) {
      const ScriptedAnswer answer = script_(read_search(ber.get()));
      for (const auto& entry : answer.entries) send_entry(socket, id, entry);
      for (const std::string& url : answer.references) send_reference(socket, id, url);
      open = !answer.hang_up;
      if (open && !answer.fall_silent) send_search_result(socket, id, answer);
    } else {
      open = false;
    }
  }
  ber_sockbuf_free(buffer);
}

}  // namespace usher::ldap
