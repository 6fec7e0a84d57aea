#pragma once

namespace usher {

/// The program: reads the command line, runs one command, returns its exit code.
[[nodiscard]] int run_cli(int argc, char** argv);

}  // namespace usher
