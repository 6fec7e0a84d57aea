#pragma once

#include <string>

namespace usher {

struct Page {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// Asks `HOST:PORT` for a page.
[[nodiscard]] Page http_get(const std::string& address, const std::string& path,
                            const std::string& method = "GET");

}  // namespace usher
