#include "mapping/value.h"

namespace usher {
namespace {

constexpr unsigned char lower(char c) {
  return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

struct AsText {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(const Texts& texts) const {
    std::string joined;
    for (const std::string& text : texts) {
      if (!joined.empty()) joined += ", ";
      joined += text;
    }
    return joined;
  }
};

}  // namespace

std::string to_text(const Value& value) {
  return std::visit(AsText{}, value);
}

Texts texts_of(const Value* value) {
  if (value == nullptr) return {};
  if (const auto* texts = std::get_if<Texts>(value)) return *texts;
  std::string text = to_text(*value);
  return text.empty() ? Texts{} : Texts{std::move(text)};
}

bool is_empty(const Value* value) {
  if (value == nullptr) return true;
  if (const auto* texts = std::get_if<Texts>(value)) return texts->empty();
  const auto* text = std::get_if<std::string>(value);
  return text != nullptr && text->empty();
}

int compare_names(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const int difference = lower(a[i]) - lower(b[i])) return difference;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

}  // namespace usher
