#pragma once

#include <string>

#include "daemon/report/text_style.h"

namespace usher {

struct RunReport;

// One function per format, each in a file of its own. Pure.
[[nodiscard]] std::string render_text(const RunReport& report, const TextStyle& style);
[[nodiscard]] std::string render_json(const RunReport& report);
[[nodiscard]] std::string render_html(const RunReport& report);
[[nodiscard]] std::string render_markdown(const RunReport& report);
[[nodiscard]] std::string render_csv(const RunReport& report);

}  // namespace usher
