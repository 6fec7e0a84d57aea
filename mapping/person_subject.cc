#include "mapping/mapper.h"

namespace usher {
namespace {

/// One plain value of a multi-valued attribute, seen as an element with the sub-attribute `value`.
class PlainElement : public FilterSubject {
 public:
  explicit PlainElement(std::string text) : texts_{std::move(text)} {}

  [[nodiscard]] const Texts* values(std::string_view path) const override {
    return compare_names(path, "value") == 0 ? &texts_ : nullptr;
  }
  [[nodiscard]] bool is_unknown(std::string_view) const override { return false; }
  [[nodiscard]] std::vector<std::unique_ptr<FilterSubject>> elements(
      std::string_view) const override {
    return {};
  }

 private:
  Texts texts_;
};

}  // namespace

const Texts* PersonSubject::values(std::string_view path) const {
  return person_.find(path);
}

bool PersonSubject::is_unknown(std::string_view path) const {
  return person_.is_unread(path);
}

std::vector<std::unique_ptr<FilterSubject>> PersonSubject::elements(std::string_view path) const {
  std::vector<std::unique_ptr<FilterSubject>> elements;
  if (const Texts* texts = person_.find(path)) {
    for (const std::string& text : *texts) elements.push_back(std::make_unique<PlainElement>(text));
  }
  return elements;
}

}  // namespace usher
