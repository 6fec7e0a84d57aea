#pragma once

#include <Poco/ClassLibrary.h>
#include <Poco/Version.h>

#include "connectors/kind.h"
#include "usher_interface.h"

namespace usher {

/// What a shared object hands out: one connector. Made once, when the object is loaded; neither is
/// ever unloaded.
class ConnectorPlugin {
 public:
  virtual ~ConnectorPlugin() = default;

  /// What the catalogue lists. Its name must be one that usher does not have yet. Must stay as it
  /// is until the process ends.
  [[nodiscard]] virtual const ConnectorKind& kind() const = 0;
};

}  // namespace usher

#define USHER_PLUGIN_TEXT_OF(tokens) #tokens
#define USHER_PLUGIN_TEXT(macro) USHER_PLUGIN_TEXT_OF(macro)

#ifdef _GLIBCXX_DEBUG
#define USHER_PLUGIN_CONTAINERS ", debug containers"
#else
#define USHER_PLUGIN_CONTAINERS ""
#endif

#if defined(__SANITIZE_ADDRESS__)
#define USHER_PLUGIN_SANITIZER ", AddressSanitizer"
#elif defined(__SANITIZE_THREAD__)
#define USHER_PLUGIN_SANITIZER ", ThreadSanitizer"
#else
#define USHER_PLUGIN_SANITIZER ""
#endif

/// Everything that must be the same on both sides for a C++ object to mean the same on both:
/// usher's version with a digest of its headers, language, compiler, standard library and Poco.
#define USHER_PLUGIN_ABI                                                                                                  \
  "usher " USHER_INTERFACE                                                                                                \
  ", C++ " USHER_PLUGIN_TEXT(__cplusplus) ", compiler ABI " USHER_PLUGIN_TEXT(                                            \
      __GXX_ABI_VERSION) ", libstdc++ " USHER_PLUGIN_TEXT(_GLIBCXX_RELEASE) "." USHER_PLUGIN_TEXT(_GLIBCXX_USE_CXX11_ABI) \
      USHER_PLUGIN_CONTAINERS ", Poco " USHER_PLUGIN_TEXT(POCO_VERSION) USHER_PLUGIN_SANITIZER

extern "C" {
/// Read, as plain bytes, before any code of the plug-in is called.
// NOLINTNEXTLINE(readability-identifier-naming): the name of a symbol, which C has too
extern __attribute__((visibility("default"))) const char usher_plugin_abi[];
}

/// Makes a plug-in of the connector that `function` returns: a `const ConnectorKind& ()`. Stands
/// once in a plug-in, outside every namespace: `USHER_PLUGIN(acme::kind)`.
#define USHER_PLUGIN(function)                                                 \
  const char usher_plugin_abi[] = USHER_PLUGIN_ABI;                            \
  namespace {                                                                  \
  class UsherPlugin final : public usher::ConnectorPlugin {                    \
   public:                                                                     \
    const usher::ConnectorKind& kind() const override { return (function)(); } \
  };                                                                           \
  }                                                                            \
  POCO_BEGIN_MANIFEST(usher::ConnectorPlugin)                                  \
  POCO_EXPORT_CLASS(UsherPlugin)                                               \
  POCO_END_MANIFEST
