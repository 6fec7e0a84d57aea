#include "connectors/http/proxy.h"

#include <gtest/gtest.h>

#include <map>

#include "connectors/error.h"

namespace usher {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(Variables variables) {
  return [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

TEST(ProxyTest, IsChosenFromSettingAndEnvironment) {
  const struct {
    const char* name;
    std::string setting;
    Variables variables;
    std::string host;
    bool tls;
    std::string want;
  } cases[] = {
      {"nothing set", "", {}, "api.example.com", true, ""},
      {"setting", "http://p:3128", {}, "api.example.com", true, "p:3128"},
      {"setting before environment",
       "http://p:3128",
       {{"https_proxy", "http://q:1"}},
       "api.example.com",
       true,
       "p:3128"},
      {"setting holds for loopback", "http://p:3128", {}, "127.0.0.1", true, "p:3128"},
      {"off", "off", {{"https_proxy", "http://q:1"}}, "api.example.com", true, ""},
      {"upper case", "", {{"HTTPS_PROXY", "http://q:1"}}, "api.example.com", true, "q:1"},
      {"lower case first",
       "",
       {{"HTTPS_PROXY", "http://q:1"}, {"https_proxy", "http://r:2"}},
       "a.com",
       true,
       "r:2"},
      {"by scheme", "", {{"HTTPS_PROXY", "http://q:1"}}, "api.example.com", false, ""},
      {"plain", "", {{"HTTP_PROXY", "http://q:1"}}, "api.example.com", false, "q:1"},
      {"without scheme", "", {{"https_proxy", "q:1"}}, "api.example.com", true, "q:1"},
      {"no_proxy",
       "",
       {{"https_proxy", "http://q:1"}, {"NO_PROXY", "x, example.com"}},
       "api.example.com",
       true,
       ""},
      {"loopback", "", {{"https_proxy", "http://q:1"}}, "127.0.0.5", true, ""},
      {"localhost", "", {{"https_proxy", "http://q:1"}}, "localhost", true, ""},
  };
  for (const auto& row : cases) {
    const auto proxy =
        choose_proxy(row.setting, row.tls, row.host, 443, environment(row.variables));
    EXPECT_EQ(proxy ? proxy->host + ":" + std::to_string(proxy->port) : "", row.want) << row.name;
  }
}

TEST(ProxyTest, TakesCredentialsOutOfTheUrl) {
  const auto proxy =
      choose_proxy("https://ann:p%40ss@p.example.com:8443", true, "h", 443, environment({}));
  ASSERT_TRUE(proxy);
  EXPECT_TRUE(proxy->tls);
  EXPECT_EQ(proxy->authorization, "Basic YW5uOnBAc3M=");
}

TEST(ProxyTest, RefusesWhatIsNoProxyWithoutShowingIt) {
  for (const char* text : {"socks5://ann:canary@p:1", "http://", "http://ann:canary@:1"}) {
    try {
      (void)choose_proxy(text, true, "h", 443, environment({}));
      ADD_FAILURE() << text;
    } catch (const ConnectorError& error) {
      EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos);
    }
  }
}

TEST(NoProxyTest, NamesHostsDomainsNetworksAndPorts) {
  const struct {
    std::string list, host;
    bool want;
  } cases[] = {
      {"*", "a.example.com", true},
      {"example.com", "example.com", true},
      {"example.com", "API.Example.com", true},
      {"example.com", "badexample.com", false},
      {".example.com", "api.example.com", true},
      {"*.example.com", "api.example.com", true},
      {"a.com,b.com", "b.com", true},
      {"a.com , b.com", "c.com", false},
      {"example.com:443", "example.com", true},
      {"example.com:8443", "example.com", false},
      {"10.0.0.0/8", "10.1.2.3", true},
      {"10.0.0.0/8", "11.1.2.3", false},
      {"10.0.0.0/99", "10.1.2.3", false},
      {"fd00::/8", "fd12::1", true},
      {"10.1.2.3", "10.1.2.3", true},
      {"", "a.com", false},
      {",", "a.com", false},
  };
  for (const auto& row : cases)
    EXPECT_EQ(is_excluded(row.list, row.host, 443), row.want) << row.list << " " << row.host;
}

}  // namespace
}  // namespace usher
