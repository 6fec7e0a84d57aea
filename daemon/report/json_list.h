#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace usher {

/// An array with what `to_json` makes of each value.
template <typename T>
nlohmann::ordered_json list_of(const std::vector<T>& values,
                               nlohmann::ordered_json (*to_json)(const T&)) {
  auto list = nlohmann::ordered_json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

}  // namespace usher
