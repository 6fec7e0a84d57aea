#include "mapping/template.h"

#include <algorithm>
#include <utility>

#include "mapping/syntax_error.h"
#include "mapping/template_filter.h"
#include "mapping/text.h"

namespace usher {

/// A piece of plain text, or a variable with its filters.
struct Template::Part {
  std::string text;  ///< the plain text, or the name of the variable
  bool is_variable = false;
  std::vector<TemplateFilter> filters;
};

namespace {

using Part = Template::Part;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_filter_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<Part> parse() {
    if (const std::size_t at = find_invalid_utf8(text_); at != std::string_view::npos) {
      throw SyntaxError(at, "the template is not well-formed UTF-8 here: save the file as UTF-8");
    }
    while (at_ < text_.size()) {
      if (rest().starts_with("$${")) {
        add_plain("${");
        at_ += 3;
      } else if (rest().starts_with("${")) {
        parts_.push_back(parse_variable());
      } else {
        add_plain(text_.substr(at_++, 1));
      }
    }
    return std::move(parts_);
  }

 private:
  void add_plain(std::string_view text) {
    if (parts_.empty() || parts_.back().is_variable) parts_.emplace_back();
    parts_.back().text += text;
  }

  Part parse_variable() {
    open_ = at_;
    at_ += 2;
    Part part;
    part.is_variable = true;
    part.text = take_name();
    while (take('|')) part.filters.push_back(parse_filter_call());
    if (!take('}')) {
      throw SyntaxError(at_, peek_shown() +
                                 " cannot stand here: the next filter begins with `|`, "
                                 "and `}` ends the variable");
    }
    return part;
  }

  /// Everything up to `|` or `}`: a column may be called `First Name`.
  std::string take_name() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of("|}{\n'\"", begin), text_.size());
    if (at_ == text_.size() || text_[at_] == '{' || text_[at_] == '\n') throw_open();
    if (text_[at_] == '\'' || text_[at_] == '"') {
      throw SyntaxError(at_, "the name of an attribute stands without quotes");
    }
    const std::string_view name = trim(text_.substr(begin, at_ - begin));
    if (name.empty()) {
      throw SyntaxError(open_, "`${` without the name of an attribute: write ${mail}");
    }
    return std::string(name);
  }

  TemplateFilter parse_filter_call() {
    skip_spaces();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_filter_char(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (at_ == text_.size()) throw_open();
    if (name.empty()) throw SyntaxError(begin, "the name of a filter is missing after `|`");
    return make_template_filter(name, begin, take('(') ? take_arguments() : Arguments{});
  }

  using Arguments = std::vector<TemplateArgument>;

  /// What follows the opening parenthesis, the closing one included.
  Arguments take_arguments() {
    Arguments arguments;
    if (take(')')) return arguments;
    do {
      arguments.push_back(take_argument());
    } while (take(','));
    if (!take(')')) {
      throw SyntaxError(at_, peek_shown() +
                                 " cannot stand here: arguments are separated by `,` and "
                                 "closed by `)`");
    }
    return arguments;
  }

  TemplateArgument take_argument() {
    skip_spaces();
    if (at_ == text_.size()) throw_open();
    const std::size_t begin = at_;
    if (text_[at_] == '\'' || text_[at_] == '"') return {take_quoted(text_[at_]), begin};
    while (at_ < text_.size() && (is_filter_char(text_[at_]))) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    const std::size_t digits = word.starts_with('-') ? 1 : 0;
    if (word.size() == digits ||
        word.find_first_not_of("0123456789", digits) != std::string_view::npos) {
      throw SyntaxError(begin, "texts stand in quotes: default('none')");
    }
    return {std::string(word), begin};
  }

  /// A doubled quote stands for one.
  std::string take_quoted(char quote) {
    const std::size_t begin = at_++;
    std::string out;
    while (true) {
      const std::size_t end = text_.find(quote, at_);
      if (end == std::string_view::npos) throw SyntaxError(begin, "this quote is never closed");
      out += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (at_ == text_.size() || text_[at_] != quote) return out;
      out += quote;
      ++at_;
    }
  }

  bool take(char wanted) {
    skip_spaces();
    if (at_ == text_.size()) throw_open();
    if (text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] std::string peek_shown() const {
    return "`" + escape_for_display(rest().substr(0, 1)) + "`";
  }

  [[noreturn]] void throw_open() const {
    throw SyntaxError(open_,
                      "this `${` is never closed: end it with `}`, or write `$${` for the two "
                      "characters themselves");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t open_ = 0;  ///< where the variable begins that is being read
  std::vector<Part> parts_;
};

Texts names_of(const std::vector<Part>& parts) {
  Texts names;
  for (const Part& part : parts) {
    if (part.is_variable && !contains_name(names, part.text)) names.push_back(part.text);
  }
  return names;
}

/// The values of a variable after its filters; none: absent.
Texts values_of(const Part& part, const Person& person) {
  const Texts* found = person.find(part.text);
  Texts values = found != nullptr ? *found : Texts{};
  for (const TemplateFilter& filter : part.filters) filter(values);
  return values;
}

std::string several_values(const std::string& name, std::size_t count) {
  return "`" + escape_for_display(name) + "` has " + std::to_string(count) +
         " values where one text is made of it: add a filter, " + "${" + escape_for_display(name) +
         " | join(', ')} or ${" + escape_for_display(name) + " | first}";
}

}  // namespace

Template::Template(std::string text, std::shared_ptr<const std::vector<Part>> parts,
                   Texts variables)
    : text_(std::move(text)), parts_(std::move(parts)), variables_(std::move(variables)) {}

Template Template::parse(std::string_view text) {
  auto parts = std::make_shared<const std::vector<Part>>(Parser(text).parse());
  Texts variables = names_of(*parts);
  return Template(std::string(text), std::move(parts), std::move(variables));
}

Template::Result Template::render(const Person& person, Encode encode) const {
  Result result;
  for (const std::string& variable : variables_) result.unread |= person.is_unread(variable);
  if (result.unread) return result;
  const bool alone = parts_->size() == 1;
  std::string text;
  for (const Part& part : *parts_) {
    if (!part.is_variable) {
      text += part.text;
      continue;
    }
    Texts values = values_of(part, person);
    if (encode != nullptr) std::ranges::transform(values, values.begin(), encode);
    if (values.empty()) {
      result.missing = part.text;
      return result;
    }
    if (alone) {
      result.texts = std::move(values);
      return result;
    }
    if (values.size() > 1) {
      result.fault = several_values(part.text, values.size());
      return result;
    }
    text += values.front();
  }
  result.texts.emplace(1, std::move(text));
  return result;
}

bool Template::is_alone(std::string_view variable) const {
  return parts_->size() == 1 && parts_->front().is_variable &&
         compare_names(parts_->front().text, variable) == 0;
}

const Texts& Template::variables() const {
  return variables_;
}

const std::string& Template::text() const {
  return text_;
}

}  // namespace usher
