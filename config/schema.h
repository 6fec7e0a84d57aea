#pragma once

#include <string>

#include "config/settings.h"

namespace usher {

/// The JSON Schema (draft 7) of the configuration file, made from the same tables as the parser, so
/// that editors complete and check the file while it is written. Ends with a newline. What only the
/// parser can know it lets pass: filters, templates, references and secrets.
[[nodiscard]] std::string json_schema(const Catalogue& catalogue);

}  // namespace usher
