#pragma once

#include <string>
#include <utility>

namespace usher {

/// A text that must never be shown. It has no print operator and no conversion; who needs the
/// bytes says so with `reveal`, which is easy to find.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace usher
