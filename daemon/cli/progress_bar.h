#pragma once

#include "daemon/engine/apply.h"

namespace usher {

/// A progress bar with rate and time left on standard error; a sink that does nothing where that
/// is no terminal.
[[nodiscard]] ProgressSink make_progress_bar();

}  // namespace usher
