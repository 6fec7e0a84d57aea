// usher-sandbox: fake providers on loopback, to rehearse against.

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "connectors/clock.h"
#include "connectors/dreadnode/sandbox.h"
#include "connectors/memory/sandbox.h"
#include "connectors/polytomic/sandbox.h"
#include "connectors/sandbox/server.h"
#include "connectors/scim/sandbox.h"
#include "connectors/taskschmiede/sandbox.h"
#include "connectors/timelines/sandbox.h"
#include "connectors/timelines_partner/sandbox.h"

namespace usher::sandbox {
namespace {

struct Arguments {
  ServerOptions server;
  std::string seed_file;
  std::string port_file;
  std::string rate;
  std::vector<std::string> settings;
  bool list_switches = false;
};

std::vector<std::unique_ptr<Api>> make_apis() {
  const auto workspaces = std::make_shared<Workspaces>();
  std::vector<std::unique_ptr<Api>> apis;
  apis.push_back(make_timelines_api(workspaces));
  apis.push_back(make_timelines_partner_api(workspaces));
  apis.push_back(make_dreadnode_api());
  apis.push_back(make_memory_api());
  apis.push_back(make_polytomic_api());
  apis.push_back(make_taskschmiede_api());
  for (auto& api : make_scim_apis()) apis.push_back(std::move(api));
  return apis;
}

std::string load_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw BadRequest("cannot read the seed " + path + ": " + std::strerror(errno));
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

SwitchSettings to_settings(const Arguments& arguments) {
  SwitchSettings result;
  for (const auto& text : arguments.settings) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
      throw BadRequest("--set wants name=value, not `" + text + "`");
    }
    result.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  if (!arguments.rate.empty()) {
    result.emplace_back("rate", arguments.rate);
  }
  return result;
}

// Written beside and renamed: whoever waits for the file finds it complete.
void write_port(const std::string& path, int port) {
  const auto beside = path + ".new";
  std::ofstream out(beside);
  out << port << '\n';
  out.close();
  if (!out || std::rename(beside.c_str(), path.c_str()) != 0) {
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
  }
}

void serve(const Arguments& arguments, const sigset_t& signals) {
  SandboxServer server(make_apis(), arguments.server);
  if (!arguments.port_file.empty()) {
    write_port(arguments.port_file, server.port());
  }
  for (const auto& api : server.sandbox().apis()) {
    std::printf("%s: %s\n", std::string(api->name()).c_str(), server.url(api->name()).c_str());
  }
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
}

void declare(CLI::App& app, Arguments& arguments) {
  app.add_option("--listen", arguments.server.listen,
                 "Loopback address and port; port 0 takes a free one")
      ->capture_default_str();
  app.add_option("--seed", arguments.seed_file, "JSON file with what the fakes hold at the start");
  app.add_option("--port-file", arguments.port_file, "File the port is written to once it is open");
  app.add_option("--cert", arguments.server.cert_file,
                 "PEM certificate; serves TLS instead of plain HTTP");
  app.add_option("--key", arguments.server.key_file, "PEM private key of --cert");
  app.add_option("--rate", arguments.rate, "Requests let through before 429: 30/s, 50/min, 1000/h");
  app.add_option("--set", arguments.settings, "Sets a switch, name=value; may be repeated");
  app.add_option("--threads", arguments.server.threads, "Connections served at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096));
  app.add_flag("--list-switches", arguments.list_switches, "Shows all switches and ends");
}

int run(int argc, char** argv, const sigset_t& signals) {
  Arguments arguments;
  CLI::App app("Fake providers on loopback, to rehearse against. See docs/sandbox.md.",
               "usher-sandbox");
  declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 64;
  }
  try {
    arguments.server.switches = to_settings(arguments);
    if (arguments.list_switches) {
      const auto clock = make_system_clock();
      std::fputs(Sandbox(make_apis(), "", arguments.server.switches, *clock).switch_help().c_str(),
                 stdout);
      return 0;
    }
    if (!arguments.seed_file.empty()) {
      arguments.server.seed = load_file(arguments.seed_file);
    }
    serve(arguments, signals);
    return 0;
  } catch (const BadRequest& error) {
    std::fprintf(stderr, "usher-sandbox: %s\n", error.what());
    return 3;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "usher-sandbox: %s\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace usher::sandbox

int main(int argc, char** argv) {
  // Before any thread is there: all of them inherit the mask, and only sigwait sees the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return usher::sandbox::run(argc, argv, signals);
}
