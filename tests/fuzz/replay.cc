// Stands in for libFuzzer where that is not built: feeds every file of the corpus to the target,
// and every beginning of it, since input that was cut is the commonest kind of broken input.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kLongestBeginning = 4096;

void replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string input{std::istreambuf_iterator<char>(file), {}};
  std::printf("%s\n", path.filename().c_str());
  std::fflush(stdout);  // the last line names the input of a crash
  // Each in a buffer of its own, so that a sanitizer sees a read beyond the end.
  const auto feed = [&](std::size_t size) {
    const std::basic_string<std::uint8_t> exact(input.begin(),
                                                input.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
  };
  for (std::size_t size = 0; size < std::min(input.size(), kLongestBeginning); ++size) feed(size);
  feed(input.size());
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      replay(entry.path());
      ++files;
    }
  }
  if (files == 0) std::fprintf(stderr, "no corpus: name a folder with input files\n");
  return files == 0 ? 1 : 0;
}
