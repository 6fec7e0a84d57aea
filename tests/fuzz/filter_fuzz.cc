#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mapping/filter.h"
#include "mapping/mapper.h"
#include "mapping/syntax_error.h"
#include "tests/fuzz/require.h"

namespace usher {
namespace {

Person some_person() {
  Person person;
  person.attributes.set("a", {"x"});
  person.attributes.set("department", {"Sales"});
  person.attributes.set("groups", {"staff", "leads", "Zo\u00eb"});
  person.attributes.set("level", {"10"});
  person.attributes.set("active", {"TRUE"});
  person.attributes.set("hired", {"2024-03-01T09:00:00+01:00"});
  person.unread = {"u"};
  return person;
}

void check(const Filter& filter, std::string_view text) {
  static const Person person = some_person();
  const PersonSubject subject(person);
  const Truth truth = filter.evaluate(subject);
  require(filter.text() == text, "the text is kept");
  require(!filter.attributes().empty(), "a filter looks at something");
  require(!filter.false_by_absence(subject) || truth == Truth::kFalse,
          "only what is false can be false by absence");
  for (const Filter::Step& step : filter.explain(subject)) {
    const Filter alone = Filter::parse(step.text);
    require(alone.evaluate(subject) == step.truth, "each step is a filter that says the same");
  }
}

}  // namespace
}  // namespace usher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    usher::check(usher::Filter::parse(text), text);
  } catch (const usher::SyntaxError& error) {
    usher::require(error.offset <= size, "an error lies inside the text");
  }
  return 0;
}
