#include "daemon/report/report.h"

#include <array>
#include <utility>

#include "daemon/report/formats.h"

namespace usher {

std::optional<Format> parse_format(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, Format>, 5> kWords{
      {{"text", Format::kText},
       {"json", Format::kJson},
       {"html", Format::kHtml},
       {"markdown", Format::kMarkdown},
       {"csv", Format::kCsv}}};
  for (const auto& [name, format] : kWords) {
    if (name == word) return format;
  }
  return std::nullopt;
}

std::string render(const RunReport& report, Format format, const TextStyle& style) {
  switch (format) {
    case Format::kText:
      return render_text(report, style);
    case Format::kJson:
      return render_json(report);
    case Format::kHtml:
      return render_html(report);
    case Format::kMarkdown:
      return render_markdown(report);
    case Format::kCsv:
      return render_csv(report);
  }
  return {};
}

}  // namespace usher
