#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/target.h"

namespace usher {

/// What `look` finds. Its ConnectorError becomes an answer too: `not_found` is absent, everything
/// else unknown. Only what stops the target is thrown.
[[nodiscard]] Lookup look_up(const std::function<Lookup()>& look);

/// What `look` says as a good finding of `probe`; its ConnectorError is a bad one.
[[nodiscard]] std::vector<Finding> find_out(const std::function<std::string()>& look);

/// A change whose answer showed the account as it is now.
[[nodiscard]] Applied confirmed(Account now);

/// Makes changes that are one request each, one after the other: the step is noted before `send`
/// sends it and after its answer was understood. What `can` does not declare is refused as
/// `unsupported` before anything is sent; `provider` names who cannot do it. A removal that is
/// answered by `not_found` is one that somebody else made. A success that cannot be read says that
/// something was done, not what, and is thrown as `unknown_outcome`.
[[nodiscard]] std::vector<Applied> apply_each(std::span<const Change> changes, Steps& steps,
                                              const Capabilities& can, std::string_view provider,
                                              const std::function<Applied(const Change&)>& send);

}  // namespace usher
