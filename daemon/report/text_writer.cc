#include "daemon/report/text_writer.h"

#include <algorithm>

#include "mapping/text.h"

namespace usher {
namespace {

/// Wrapping into less than this would only make a mess.
constexpr std::size_t kNarrowest = 20;

}  // namespace

void TextWriter::line(std::size_t indent, std::string_view text) {
  const auto width = static_cast<std::size_t>(std::max(style_.width, 0));
  const std::size_t room =
      width == 0 ? 0 : std::max(width - std::min(width, indent + 2), kNarrowest);
  std::size_t lead = indent;
  for (const std::string& part : wrap(text, room)) {
    verbatim(lead, part);
    lead = indent + 2;
  }
}

void TextWriter::verbatim(std::size_t indent, std::string_view text) {
  out_.append(indent, ' ').append(text).append(1, '\n');
}

void TextWriter::blank() {
  if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
}

std::string shown(std::string_view foreign) {
  return escape_for_display(foreign);
}

}  // namespace usher
