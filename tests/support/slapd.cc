#include "tests/support/slapd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/free_port.h"

namespace usher {
namespace {

constexpr int kStartTimeoutMs = 30'000;
constexpr int kAttempts = 5;  ///< another process may take the port between finding and using it

/// Knocks until somebody opens. Only called for a port that slapd is about to listen on.
void wait_until_listening(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  for (int waited_ms = 0; waited_ms < kStartTimeoutMs; ++waited_ms) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool open =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    ::close(socket);
    if (open) return;
    ::poll(nullptr, 0, 1);
  }
  throw std::runtime_error("slapd does not listen");
}

std::string percent_encode_slashes(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == '/') {
      out += "%2F";
    } else {
      out += c;
    }
  }
  return out;
}

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

std::vector<char*> to_argv(std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return argv;
}

}  // namespace

Slapd::Slapd(SlapdOptions options) {
  if (options.tls) certificates_ = make_certificates(dir_.path());
  write_configuration(options);
  load(options.ldif);
  for (int attempt = 1; !start(options.tls); ++attempt) {
    stop();
    if (attempt == kAttempts) throw std::runtime_error("slapd did not start: " + said_);
  }
}

Slapd::~Slapd() {
  stop();
}

std::string Slapd::url() const {
  return "ldap://127.0.0.1:" + std::to_string(port_);
}
std::string Slapd::ldaps() const {
  return "ldaps://127.0.0.1:" + std::to_string(ldaps_port_);
}
std::string Slapd::ldapi() const {
  return "ldapi://" + percent_encode_slashes(dir_ / "ldapi");
}

void Slapd::write_configuration(const SlapdOptions& options) const {
  std::string text;
  for (const char* schema : {"core", "cosine", "inetorgperson", "nis"}) {
    text += "include /etc/ldap/schema/" + std::string(schema) + ".schema\n";
  }
  text += "modulepath /usr/lib/ldap\nmoduleload back_mdb\n";
  text += "pidfile " + (dir_ / "slapd.pid") + "\nargsfile " + (dir_ / "slapd.args") + "\n";
  if (options.tls) {
    text += "TLSCACertificateFile " + certificates_.ca + "\n";
    text += "TLSCertificateFile " +
            (options.wrong_name ? certificates_.wrong_server : certificates_.server) + "\n";
    text += "TLSCertificateKeyFile " +
            (options.wrong_name ? certificates_.wrong_server_key : certificates_.server_key) + "\n";
    text += "TLSVerifyClient try\n";
  }
  text += options.global + "\n";
  text += "database mdb\nmaxsize 268435456\nsuffix \"" + std::string(kSuffix) + "\"\n";
  text += "rootdn \"" + std::string(kAdmin) + "\"\nrootpw " + std::string(kPassword) + "\n";
  text += "directory " + (dir_ / "db") + "\nindex objectClass eq\n";
  text += options.database + "\n";
  dir_.write("slapd.conf", text);
  dir_.write("db/.keep", "");
}

void Slapd::load(const std::string& ldif) const {
  const std::string file = dir_.write("load.ldif", ldif);
  run("/usr/sbin/slapadd -q -f '" + (dir_ / "slapd.conf") + "' -l '" + file + "' >'" +
      (dir_ / "slapadd.log") + "' 2>&1");
}

bool Slapd::start(bool tls) {
  port_ = find_free_port();
  ldaps_port_ = tls ? find_free_port() : 0;
  std::string listen = ldapi() + " " + url();
  if (tls) listen += " " + ldaps();
  std::vector<std::string> words = {"/usr/sbin/slapd",  "-d", "none", "-h", listen, "-f",
                                    dir_ / "slapd.conf"};
  const std::vector<char*> argv = to_argv(words);

  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  output_ = pipe[0];
  if (process_ < 0 || !wait_until_up()) return false;
  for (const int port : {port_, ldaps_port_}) {
    if (port != 0) wait_until_listening(port);
  }
  drain_ = std::thread([this] {
    std::array<char, 4096> bytes{};
    while (::read(output_, bytes.data(), bytes.size()) > 0) {
    }
  });
  return true;
}

/// slapd says `slapd starting` once its sockets are bound; it listens on them a moment later.
bool Slapd::wait_until_up() {
  said_.clear();
  while (said_.find("slapd starting") == std::string::npos) {
    pollfd wait{.fd = output_, .events = POLLIN, .revents = 0};
    std::array<char, 4096> bytes{};
    if (::poll(&wait, 1, kStartTimeoutMs) <= 0) return false;
    const ssize_t got = ::read(output_, bytes.data(), bytes.size());
    if (got <= 0) return false;
    said_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return true;
}

void Slapd::stop() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  if (drain_.joinable()) drain_.join();
  if (output_ >= 0) ::close(std::exchange(output_, -1));
}

void Slapd::modify(std::string_view ldif) const {
  const std::string file = dir_.write("modify.ldif", ldif);
  run("ldapmodify -x -H '" + url() + "' -D '" + std::string(kAdmin) + "' -w '" +
      std::string(kPassword) + "' -f '" + file + "' >'" + (dir_ / "modify.log") + "' 2>&1");
}

std::string ldif_of_tree() {
  std::string ldif =
      "dn: dc=example,dc=com\nobjectClass: dcObject\nobjectClass: organization\n"
      "dc: example\no: Example\n\n";
  for (const char* unit : {"people", "groups", "services"}) {
    ldif += "dn: ou=" + std::string(unit) +
            ",dc=example,dc=com\nobjectClass: organizationalUnit\nou: " + unit + "\n\n";
  }
  return ldif;
}

std::string ldif_of_person(std::string_view uid, std::string_view more) {
  const std::string name(uid);
  return "dn: uid=" + name +
         ",ou=people,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: " + name +
         "\ncn: " + name + " Example\nsn: Example\ngivenName: " + name + "\nmail: " + name +
         "@example.com\n" + std::string(more) + "\n";
}

}  // namespace usher
