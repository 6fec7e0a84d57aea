#include "connectors/http/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace usher {

struct Inflater::State {
  z_stream stream{};
};

Inflater::Inflater() : state_(std::make_unique<State>()) {
  constexpr int kGzipOnly = 16;
  if (inflateInit2(&state_->stream, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&state_->stream);
}

Inflater::Result Inflater::append(std::string_view packed, std::string& out, std::uint64_t limit) {
  z_stream& stream = state_->stream;
  std::array<char, 32 * 1024> buffer;
  // zlib's interface is older than const; it only reads.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  while (stream.avail_in > 0) {
    if (done_) {  // RFC 1952 2.2: a file may have several members
      if (inflateReset(&stream) != Z_OK) return Result::kBroken;
      done_ = false;
    }
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      const int code = inflate(&stream, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Result::kBroken;
      const std::size_t got = buffer.size() - stream.avail_out;
      if (out.size() + got > limit) return Result::kTooLarge;
      out.append(buffer.data(), got);
      done_ = code == Z_STREAM_END;
    } while (!done_ && stream.avail_out == 0);
  }
  return Result::kMore;
}

}  // namespace usher
