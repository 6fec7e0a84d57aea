#include "mapping/template_filter.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <memory>

#include "mapping/syntax_error.h"
#include "mapping/text.h"

namespace usher {
namespace {

using Arguments = std::vector<TemplateArgument>;

/// Makes a filter of a function from one text to one text.
template <typename Function>
TemplateFilter each(Function function) {
  return [function = std::move(function)](Texts& values) {
    for (std::string& value : values) value = function(value);
  };
}

const std::string& not_empty(const TemplateArgument& argument, std::string_view what) {
  if (argument.text.empty()) {
    throw SyntaxError(argument.offset, std::string(what) + " must not be empty");
  }
  return argument.text;
}

// --- Filters -----------------------------------------------------------------------------------

TemplateFilter make_lower(const Arguments&) {
  return each(to_lower);
}
TemplateFilter make_upper(const Arguments&) {
  return each(to_upper);
}
TemplateFilter make_ascii(const Arguments&) {
  return each(to_ascii);
}

TemplateFilter make_trim(const Arguments&) {
  return each([](std::string_view text) { return std::string(trim(text)); });
}

TemplateFilter make_default(const Arguments& arguments) {
  return [fallback = arguments[0].text](Texts& values) {
    if (values.empty()) values.push_back(fallback);
  };
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  while (true) {
    const std::size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

TemplateFilter make_replace(const Arguments& arguments) {
  return each([from = not_empty(arguments[0], "the text to replace"), to = arguments[1].text](
                  std::string_view text) { return replace_all(text, from, to); });
}

TemplateFilter make_regex_replace(const Arguments& arguments) {
  const auto regex =
      std::make_shared<const RE2>(not_empty(arguments[0], "the regular expression"), RE2::Quiet);
  if (!regex->ok()) {
    throw SyntaxError(arguments[0].offset,
                      "the regular expression is not usable: " + regex->error());
  }
  std::string problem;
  if (!regex->CheckRewriteString(arguments[1].text, &problem)) {
    throw SyntaxError(arguments[1].offset, "the replacement is not usable: " + problem);
  }
  return each([regex, to = arguments[1].text](std::string text) {
    RE2::GlobalReplace(&text, *regex, to);
    return text;
  });
}

void split_into(Texts& parts, std::string_view text, std::string_view separator) {
  while (true) {
    const std::size_t at = text.find(separator);
    if (const std::string_view part = text.substr(0, at); !part.empty()) parts.emplace_back(part);
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + separator.size());
  }
}

TemplateFilter make_split(const Arguments& arguments) {
  return [separator = not_empty(arguments[0], "the separator")](Texts& values) {
    Texts parts;
    for (const std::string& value : values) split_into(parts, value, separator);
    values = std::move(parts);
  };
}

TemplateFilter make_join(const Arguments& arguments) {
  return [separator = arguments[0].text](Texts& values) {
    for (std::size_t i = 1; i < values.size(); ++i) values[0] += separator + values[i];
    if (!values.empty()) values.resize(1);
  };
}

TemplateFilter make_first(const Arguments&) {
  return [](Texts& values) {
    if (!values.empty()) values.resize(1);
  };
}

TemplateFilter make_last(const Arguments&) {
  return [](Texts& values) {
    if (!values.empty()) values = Texts{std::move(values.back())};
  };
}

std::ptrdiff_t whole_number(const TemplateArgument& argument) {
  std::ptrdiff_t number = 0;
  const char* const end = argument.text.data() + argument.text.size();
  const auto [stop, error] = std::from_chars(argument.text.data(), end, number);
  if (error != std::errc{} || stop != end) {
    throw SyntaxError(argument.offset,
                      "`" + escape_for_display(argument.text) + "` is not a whole number");
  }
  return number;
}

/// Offset of the code point with the given number; the end of the text when there are not as many.
std::size_t offset_of(std::string_view text, std::ptrdiff_t code_point) {
  std::size_t at = 0;
  for (; code_point > 0 && at < text.size(); --code_point) {
    at += 1;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return at;
}

std::string slice(std::string_view text, std::ptrdiff_t from, std::ptrdiff_t to) {
  const auto count = static_cast<std::ptrdiff_t>(count_code_points(text));
  const auto position = [&](std::ptrdiff_t n) {
    return std::clamp(n < 0 ? n + count : n, {}, count);
  };
  const std::size_t begin = offset_of(text, position(from));
  const std::size_t end = offset_of(text, position(to));
  return begin < end ? std::string(text.substr(begin, end - begin)) : std::string();
}

TemplateFilter make_slice(const Arguments& arguments) {
  const std::ptrdiff_t from = whole_number(arguments[0]);
  const std::ptrdiff_t to = arguments.size() > 1 ? whole_number(arguments[1])
                                                 : std::numeric_limits<std::ptrdiff_t>::max();
  return each([from, to](std::string_view text) { return slice(text, from, to); });
}

TemplateFilter make_ensure_domain(const Arguments& arguments) {
  std::string_view domain = arguments[0].text;
  if (domain.starts_with('@')) domain.remove_prefix(1);
  if (domain.empty()) throw SyntaxError(arguments[0].offset, "the domain must not be empty");
  return each([suffix = "@" + std::string(domain)](const std::string& text) {
    return text.empty() || text.find('@') != std::string::npos ? text : text + suffix;
  });
}

TemplateFilter make_local_part(const Arguments&) {
  return each([](const std::string& text) { return text.substr(0, text.rfind('@')); });
}

TemplateFilter make_domain(const Arguments&) {
  return [](Texts& values) {
    std::erase_if(values, [](std::string& value) {
      const std::size_t at = value.rfind('@');
      if (at != std::string::npos) value.erase(0, at + 1);
      return at == std::string::npos;
    });
  };
}

// --- Catalogue ---------------------------------------------------------------------------------

struct Kind {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  std::string_view usage;
  TemplateFilter (*make)(const Arguments& arguments);
};

constexpr std::array kKinds{
    Kind{"lower", 0, 0, "lower", make_lower},
    Kind{"upper", 0, 0, "upper", make_upper},
    Kind{"trim", 0, 0, "trim", make_trim},
    Kind{"default", 1, 1, "default('text')", make_default},
    Kind{"replace", 2, 2, "replace('from', 'to')", make_replace},
    Kind{"regex_replace", 2, 2, "regex_replace('expression', 'to')", make_regex_replace},
    Kind{"split", 1, 1, "split('separator')", make_split},
    Kind{"join", 1, 1, "join('separator')", make_join},
    Kind{"first", 0, 0, "first", make_first},
    Kind{"last", 0, 0, "last", make_last},
    Kind{"slice", 1, 2, "slice(from) or slice(from, to)", make_slice},
    Kind{"ascii", 0, 0, "ascii", make_ascii},
    Kind{"ensure_domain", 1, 1, "ensure_domain('example.com')", make_ensure_domain},
    Kind{"local_part", 0, 0, "local_part", make_local_part},
    Kind{"domain", 0, 0, "domain", make_domain}};

std::string unknown_name(std::string_view name) {
  Texts names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  const std::string near = nearest(name, names);
  return "there is no filter `" + escape_for_display(name) + "`" +
         (near.empty() ? "; there are: " + to_text(names) : "; did you mean `" + near + "`?");
}

}  // namespace

TemplateFilter make_template_filter(std::string_view name, std::size_t offset,
                                    const std::vector<TemplateArgument>& arguments) {
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(),
                                 [&](const Kind& candidate) { return candidate.name == name; });
  if (kind == kKinds.end()) throw SyntaxError(offset, unknown_name(name));
  if (arguments.size() < kind->least || arguments.size() > kind->most) {
    throw SyntaxError(offset, "wrong number of arguments (" + std::to_string(arguments.size()) +
                                  "): write " + std::string(kind->usage));
  }
  return kind->make(arguments);
}

}  // namespace usher
