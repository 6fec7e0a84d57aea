#include "mapping/setting.h"

#include <stdexcept>

namespace usher {

const SettingValues::Stored& SettingValues::throw_missing(std::string_view name) {
  throw std::out_of_range("the setting '" + std::string(name) + "' has no value and no fallback");
}

}  // namespace usher
