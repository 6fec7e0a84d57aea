#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace usher {

// A plug-in that crashes takes the whole process with it, and would again at the next start. So
// before each call it is written down which call it is, and afterwards that it is over. What says
// after a process's death that a call goes on is why it died.
//
// There is one small file for each target, `<state>.plugins/<target>`, open and locked while the
// target's calls go on and removed afterwards; a call costs two writes into it. The lock tells a
// living process from a dead one.

/// Whose calls they are. Constant.
struct CallRecords {
  std::string folder;  ///< `<state>.plugins`; made when needed, removed when empty
  std::string target;
  std::string plugin;     ///< path of the shared object
  std::string sha256;     ///< of the object
  bool required = false;  ///< false: where nothing can be written, calls are made all the same
};

/// From before one call until after it. A thread makes one call at a time.
class PluginCall {
 public:
  enum class Durable {
    kProcess,  ///< survives the death of the process: what only computes, once for each account
    kMachine,  ///< also that of the machine: what may reach the provider
  };
  /// Throws ConnectorError when the call must be recorded and cannot be. `records` must outlive the
  /// object, and `name` is at most 12 letters.
  PluginCall(const CallRecords& records, std::string_view name, Durable durable);
  ~PluginCall();
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;
};

/// No further calls of this target will be made by this thread: its file goes.
void end_calls(const CallRecords& records);

/// A call in which a process died.
struct FatalCall {
  std::string file;  ///< that says so
  std::string plugin;
  std::string name;  ///< of the call: `list`
  std::string time;  ///< when it began
};

/// Looks for one. What living processes write is left alone; what was left by another build of the
/// plug-in, or between two calls, is removed. Throws ConnectorError where that cannot be read.
[[nodiscard]] std::optional<FatalCall> find_fatal_call(const CallRecords& records);

/// For a process that is about to end because it was told to: no call is why. Async-signal-safe.
void forget_calls() noexcept;

}  // namespace usher
