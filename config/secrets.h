#pragma once

#include <optional>
#include <string>

#include "mapping/secret.h"

namespace usher {

/// A secret, or why there is none: a sentence with its cure that never shows the secret itself.
struct ResolvedSecret {
  Secret secret;
  std::string problem;  ///< empty: resolved
};

/// The value of an environment variable.
[[nodiscard]] ResolvedSecret load_secret_from_env(const std::string& name);

/// The content of a file, without the newline that ends it. A file that its group or others can
/// read is refused, also when an access control list is what lets them.
[[nodiscard]] ResolvedSecret load_secret_from_file(const std::string& path);

/// The file of a credential: in $CREDENTIALS_DIRECTORY where systemd set it, else in
/// /etc/usher/credentials.
[[nodiscard]] std::string credential_path(const std::string& name);

}  // namespace usher
