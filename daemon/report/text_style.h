#pragma once

namespace usher {

/// How text for people is laid out. The default suits a file or a pipe.
struct TextStyle {
  bool colour = false;  ///< ANSI colours; for terminals only
  int width = 0;        ///< columns at which sentences wrap; 0: never
};

}  // namespace usher
