#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mapping/person.h"
#include "mapping/syntax_error.h"
#include "mapping/template.h"
#include "tests/fuzz/require.h"

namespace usher {
namespace {

Person some_person() {
  Person person;
  person.attributes.set("mail", {"Zo\u00eb.Lee@Example.com"});
  person.attributes.set("a", {"x"});
  person.attributes.set("groups", {"staff", "leads"});
  person.attributes.set("empty", {""});
  person.unread = {"u"};
  return person;
}

void check(const Template& parsed, std::string_view text) {
  static const Person person = some_person();
  require(parsed.text() == text, "the text is kept");
  const Template::Result result = parsed.render(person);
  const int answers = static_cast<int>(result.texts.has_value()) +
                      static_cast<int>(!result.missing.empty()) + static_cast<int>(result.unread) +
                      static_cast<int>(!result.fault.empty());
  require(answers == 1, "the result is one of a value, an absence, unread, a fault");
  require(!result.texts || !result.texts->empty(), "no values means absent");
  require(!parsed.variables().empty() || result.texts.has_value(), "plain text is always there");
}

}  // namespace
}  // namespace usher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    usher::check(usher::Template::parse(text), text);
  } catch (const usher::SyntaxError& error) {
    usher::require(error.offset <= size, "an error lies inside the text");
  }
  return 0;
}
