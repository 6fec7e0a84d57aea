#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace usher::ldap {

/// A search as the server sees it.
struct ScriptedSearch {
  std::string base;
  int scope = 0;  ///< 0: base, 2: subtree
  std::vector<std::string> attributes;
  bool paged = false;
  std::string cookie;
};

/// What it answers.
struct ScriptedAnswer {
  using Values = std::vector<std::string>;
  struct Entry {
    std::string dn;
    std::vector<std::pair<std::string, Values>> attributes;  ///< descriptions, in this order
  };
  std::vector<Entry> entries = {};
  std::vector<std::string> references = {};
  int code = 0;
  std::string words = {};
  std::optional<std::string> cookie = {};  ///< a paging control is sent along when set
  bool hang_up = false;                    ///< close the connection instead of the result
  bool fall_silent = false;                ///< never send the result
};

/// An LDAP server on 127.0.0.1 that accepts every bind and answers searches from a script: what no
/// OpenLDAP can be made to do (range retrieval, odd paging, silence). One connection at a time.
class ScriptedServer {
 public:
  using Script = std::function<ScriptedAnswer(const ScriptedSearch&)>;

  /// `identity`: the answer to Who am I; nothing: the operation is unknown.
  explicit ScriptedServer(Script script, std::optional<std::string> identity = "dn:cn=usher");
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const { return "ldap://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve();
  void serve_connection(int socket);

  const Script script_;
  const std::optional<std::string> identity_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> socket_ = -1;  ///< of the connection being served
  std::thread thread_;
};

}  // namespace usher::ldap
