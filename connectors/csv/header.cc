#include "connectors/csv/header.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/csv/parser.h"
#include "connectors/csv/settings.h"
#include "mapping/text.h"

namespace usher::csv {
namespace {

/// Builds a header step by step; the steps share the record and the list of problems.
class HeaderReader {
 public:
  HeaderReader(const Record& record, const Settings& settings, const std::string& file)
      : record_(record), settings_(settings), file_(file) {}

  Header read() {
    if (!check_text()) return std::move(header_);
    read_names();
    drop_duplicates();
    find_id();
    find_groups();
    check_renames();
    std::sort(header_.columns.begin(), header_.columns.end(), [](const Column& a, const Column& b) {
      return compare_names(a.attribute, b.attribute) < 0;
    });
    return std::move(header_);
  }

 private:
  void report(Severity severity, std::size_t offset, std::string message) {
    header_.problems.push_back({.severity = severity,
                                .where = to_where(file_, record_, offset),
                                .message = std::move(message)});
  }

  bool check_text() {
    if (record_.text.starts_with("\xFF\xFE") || record_.text.starts_with("\xFE\xFF")) {
      report(Severity::kError, 0, "the file is UTF-16; save it as UTF-8");
    } else if (const std::size_t bad = find_invalid_utf8(record_.text);
               bad != std::string_view::npos) {
      report(Severity::kError, bad, "the header is not UTF-8; save the file as UTF-8");
    } else if (record_.flaw == Flaw::kBareReturn) {
      report(Severity::kError, record_.flaw_at,
             "a carriage return without line feed in the header; save the file with LF or CRLF "
             "line ends");
    } else if (record_.flaw != Flaw::kNone) {
      report(Severity::kError, record_.flaw_at,
             "a quote out of place in the header; quote whole names and double quotes inside");
    }
    return header_.problems.empty();
  }

  void read_names() {
    for (std::size_t index = 0; index < record_.fields.size(); ++index) {
      const std::string_view name = trim(record_.field(index));
      header_.names.emplace_back(name);
      if (name.empty()) {
        report(Severity::kWarning, record_.fields[index].begin,
               fmt::format("column {} has no name in the header; its cells are not read. Name it "
                           "or remove it",
                           index + 1));
        continue;
      }
      const std::string* renamed = settings_.columns.find(name);
      header_.columns.push_back({renamed != nullptr ? *renamed : std::string(name), index});
    }
  }

  /// An attribute that two columns claim is known from neither.
  void drop_duplicates() {
    std::vector<Column> unique;
    for (const Column& column : header_.columns) {
      const auto same = [&](const Column& other) {
        return compare_names(other.attribute, column.attribute) == 0;
      };
      const auto first = std::ranges::find_if(header_.columns, same);
      if (std::ranges::count_if(header_.columns, same) == 1) {
        unique.push_back(column);
      } else if (first->index == column.index) {
        header_.unread.push_back(column.attribute);
      } else {
        report(
            Severity::kWarning, record_.fields[column.index].begin,
            fmt::format("columns {} and {} are both `{}`; neither is believed. Rename or remove "
                        "one",
                        first->index + 1, column.index + 1, escape_for_display(column.attribute)));
      }
    }
    header_.columns = std::move(unique);
  }

  /// Looks a configured name up: among the attributes, then among the names in the file.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
    for (const Column& column : header_.columns) {
      if (compare_names(column.attribute, name) == 0) return column.index;
    }
    for (const Column& column : header_.columns) {
      if (compare_names(header_.names[column.index], name) == 0) return column.index;
    }
    return std::nullopt;
  }

  void find_id() {
    header_.id = find(settings_.id);
    if (header_.id) return;
    std::string message = fmt::format(
        "the header has no column `{}` (`id` of the source), so no row can be read. It has: {}",
        escape_for_display(settings_.id), shown_names());
    for (const char other : {',', ';', '\t'}) {
      if (header_.names.size() == 1 && record_.text.find(other) != std::string_view::npos) {
        message += fmt::format(". Is `delimiter: {}` meant?",
                               other == '\t' ? "tab" : fmt::format("\"{}\"", other));
      }
    }
    report(Severity::kError, 0, std::move(message));
  }

  void find_groups() {
    const bool configured = !settings_.groups_column.empty();
    header_.groups = find(configured ? settings_.groups_column : "groups");
    if (header_.groups || !configured) return;
    header_.unread.emplace_back("groups");
    report(Severity::kWarning, 0,
           fmt::format("the header has no column `{}` (`groups.column` of the source); the groups "
                       "of its people are unknown. It has: {}",
                       escape_for_display(settings_.groups_column), shown_names()));
  }

  void check_renames() {
    for (const auto& [name, attribute] : settings_.columns) {
      if (find(attribute) || is_unread(attribute)) continue;
      header_.unread.push_back(attribute);
      report(Severity::kWarning, 0,
             fmt::format("the header has no column `{}` (`columns` of the source); `{}` of its "
                         "people is unknown. It has: {}",
                         escape_for_display(name), escape_for_display(attribute), shown_names()));
    }
  }

  [[nodiscard]] bool is_unread(const std::string& attribute) const {
    return std::ranges::any_of(header_.unread, [&](const std::string& other) {
      return compare_names(other, attribute) == 0;
    });
  }

  [[nodiscard]] std::string shown_names() const {
    static constexpr std::size_t kShown = 20;
    std::string shown;
    for (std::size_t i = 0; i < header_.names.size() && i < kShown; ++i) {
      shown += (i == 0 ? "" : ", ") + escape_for_display(header_.names[i].substr(0, 100));
    }
    return header_.names.size() > kShown ? shown + ", …" : shown;
  }

  const Record& record_;
  const Settings& settings_;
  const std::string& file_;
  Header header_;
};

}  // namespace

const Problem* Header::error() const {
  const auto found = std::ranges::find(problems, Severity::kError, &Problem::severity);
  return found != problems.end() ? &*found : nullptr;
}

Header to_header(const Record& record, const Settings& settings, const std::string& file) {
  return HeaderReader(record, settings, file).read();
}

std::string to_where(const std::string& file, const Record& record, std::size_t offset) {
  const Position at = record.position(offset);
  return fmt::format("{}:{}:{}", file, at.line, at.column);
}

}  // namespace usher::csv
