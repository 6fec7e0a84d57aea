// A plug-in for some other usher. None of its code may ever run.

#include <cstdlib>

// NOLINTBEGIN(readability-identifier-naming): as the loaders look for them
extern "C" {
extern __attribute__((visibility("default"))) const char usher_plugin_abi[];
const char usher_plugin_abi[] = "usher 0.0.1 (interface of long ago), Poco \x1b[31m0";

__attribute__((visibility("default"))) void pocoInitializeLibrary() {
  std::abort();
}
__attribute__((visibility("default"))) bool pocoBuildManifest(void*) {
  std::abort();
}
}
// NOLINTEND(readability-identifier-naming)
