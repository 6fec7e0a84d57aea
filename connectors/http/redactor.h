#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace usher {

/// Blots secrets out of texts that people will see. Thread-safe.
///
/// Known secrets are found as they are, percent-encoded and in base64. What merely looks like a
/// credential goes too: `Bearer …`, `Basic …` and JSON web tokens.
class Redactor {
 public:
  explicit Redactor(const std::vector<std::string>& secrets);

  /// A credential that was made on the way (a token per request). The last few are remembered.
  void remember(std::string_view secret);

  [[nodiscard]] std::string scrub(std::string text) const;

 private:
  std::vector<std::string> forms_;  ///< constant
  mutable std::mutex mutex_;
  std::deque<std::string> recent_;  ///< guarded by mutex_
};

}  // namespace usher
