#pragma once

#include <string>
#include <string_view>

namespace usher {

// Contents of assets/report.css and assets/report.js.
extern const std::string_view kReportStyle;
extern const std::string_view kReportScript;

/// A foreign text for HTML, in an element or a quoted attribute: control and bidirectional
/// characters made visible, `& < > " '` as entities.
[[nodiscard]] std::string escape_html(std::string_view text);

/// A whole self-contained document around `body`, which is HTML. Its policy allows nothing but our
/// own style and script, named by their SHA-256: markup that slipped through could do nothing.
[[nodiscard]] std::string html_page(std::string_view title, std::string_view body);

}  // namespace usher
