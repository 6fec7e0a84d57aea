#include "config/member_name.h"

#include <fmt/format.h>

#include "mapping/text.h"

namespace usher {

std::string member_name_problem(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > kLongestMemberName) {
    return fmt::format("it is {} bytes long, more than {}", name.size(), kLongestMemberName);
  }
  if (name.find('/') != name.npos) return "it holds a '/', which ends the name of the family";
  if (trim(name).size() != name.size()) return "it begins or ends with a blank";
  return key_problem(name);
}

std::string member_name(std::string_view family, std::string_view member) {
  return fmt::format("{}/{}", family, member);
}

std::string_view family_of(std::string_view target) {
  return target.substr(0, target.find('/'));
}

}  // namespace usher
