#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mapping/filter_node.h"

namespace usher {

/// `eq` and its like, in any case; nothing for other words.
[[nodiscard]] std::optional<FilterOperator> find_filter_operator(std::string_view word);

/// What a word or sign of another language is called here: `==` is `eq`, `&&` is `and`. Empty when
/// it is not known.
[[nodiscard]] std::string_view native_filter_word(std::string_view foreign);

/// Why `word` is no operator for `path`, and what to write instead. `word` may be empty.
[[nodiscard]] std::string filter_operator_problem(std::string_view path, std::string_view word);

/// Why `word` is nothing `path` could be compared with. `word` may be empty.
[[nodiscard]] std::string filter_literal_problem(std::string_view path, std::string_view word);

}  // namespace usher
