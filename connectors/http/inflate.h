#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace usher {

/// Unpacks a gzip body piece by piece.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class Result { kMore, kTooLarge, kBroken };

  /// Appends what `packed` holds to `out`, and stops as soon as `out` would be longer than
  /// `limit`: a few KiB of gzip can hold gigabytes.
  [[nodiscard]] Result append(std::string_view packed, std::string& out, std::uint64_t limit);

  /// Whether the end of the gzip data, with its checksum, has been seen.
  [[nodiscard]] bool is_done() const { return done_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  bool done_ = false;
};

}  // namespace usher
