#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/report/text_style.h"
#include "mapping/plan.h"

namespace usher {

enum class Format { kText, kJson, kHtml, kMarkdown, kCsv };

/// `text`, `json`, `html`, `markdown` or `csv`; nothing for anything else.
[[nodiscard]] std::optional<Format> parse_format(std::string_view word);

/// What a run found and did, in one of the formats; ends in a newline. Pure.
///
/// * text: for people; the worst first; long lists are shortened and say so. `style` counts here
/// only.
/// * json: stable and complete.
/// * html: one self-contained file for a mail or the printer; runs and fetches nothing foreign.
/// * markdown: a comment on a pull request, at most about 60,000 bytes long.
/// * csv: one row per change (RFC 4180); spreadsheets find no formula in it.
///
/// Values of sources and targets are shown so that they cannot act: neither on a terminal, in a
/// browser, in Markdown nor in a spreadsheet.
[[nodiscard]] std::string render(const RunReport& report, Format format,
                                 const TextStyle& style = {});

/// Writes `content` to a new file beside `path` (mode 0600), brings it to disk and renames it, so
/// that `path` is the old file or the whole new one. Throws std::runtime_error naming path, reason
/// and cure; also where `path` is something else than a regular file.
void write_file(const std::string& path, std::string_view content);

}  // namespace usher
