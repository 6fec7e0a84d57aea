#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/value.h"

namespace usher {

/// One filter of a template, with its arguments bound. Changes the values in place; no values
/// means absent, which every filter but `default` leaves as it is.
using TemplateFilter = std::function<void(Texts&)>;

struct TemplateArgument {
  std::string text;
  std::size_t offset = 0;  ///< where it stands, for errors
};

/// `offset` is where the name stands. Throws SyntaxError for an unknown name, a wrong number of
/// arguments, and arguments the filter cannot use.
[[nodiscard]] TemplateFilter make_template_filter(std::string_view name, std::size_t offset,
                                                  const std::vector<TemplateArgument>& arguments);

}  // namespace usher
