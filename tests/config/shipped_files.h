#pragma once

#include <gtest/gtest.h>

#include "config/settings.h"

namespace usher::test {

/// What the project ships must agree with what the program understands. These take the program's
/// own catalogue, so the tests that call them stand where that is.

/// config/usher.schema.json is what `json_schema` makes. With USHER_UPDATE_GOLDEN=1 in the
/// environment it is written anew instead.
[[nodiscard]] ::testing::AssertionResult schema_is_current(const Catalogue& catalogue);

/// docs/configuration.md has a table row for each key, which names its default.
[[nodiscard]] ::testing::AssertionResult every_key_is_documented(const Catalogue& catalogue);

/// config/usher.yaml and every YAML file below config/examples are fine but for secrets that are
/// not there.
[[nodiscard]] ::testing::AssertionResult samples_are_accepted(const Catalogue& catalogue);

}  // namespace usher::test
