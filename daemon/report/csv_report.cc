#include <fmt/format.h>

#include "daemon/report/formats.h"
#include "daemon/report/view.h"

namespace usher {
namespace {

/// A spreadsheet takes a cell that begins like this for a formula, quoted or not; the apostrophe
/// makes it text.
bool looks_like_formula(std::string_view text) {
  return !text.empty() &&
         std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
}

void append_cell(std::string& csv, std::string_view text) {
  csv += '"';
  if (looks_like_formula(text)) csv += '\'';
  for (const char c : text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

void append_row(std::string& csv, std::initializer_list<std::string_view> cells) {
  std::string_view separator;
  for (const std::string_view cell : cells) {
    csv += separator;
    append_cell(csv, cell);
    separator = ",";
  }
  csv += "\r\n";
}

/// `role=agent; team=Sales`
std::string one_side(const std::vector<Difference>& list, std::string Difference::*side) {
  std::string text;
  for (const Difference& difference : list) {
    if (!text.empty()) text += "; ";
    text += difference.name + "=" + difference.*side;
  }
  return text;
}

void append_change(std::string& csv, const Plan& plan, const Change& change) {
  const std::vector<Difference> list = differences(change);
  append_row(
      csv, {plan.target, plan.connector, to_string(change.status), to_string(change.action),
            to_string(change.cause), change.source_id, change.remote_id, change.key,
            has_before(change) ? one_side(list, &Difference::before) : std::string(),
            one_side(list, &Difference::after), change.reason, std::to_string(change.attempt),
            change.error, change.hold_class ? to_string(*change.hold_class) : std::string_view()});
}

}  // namespace

std::string render_csv(const RunReport& report) {
  std::string csv;
  append_row(csv, {"target", "connector", "status", "action", "cause", "source_id", "remote_id",
                   "key", "before", "after", "reason", "attempt", "error", "hold_class"});
  for (const Plan& plan : report.targets) {
    for (const Change& change : plan.changes) append_change(csv, plan, change);
  }
  return csv;
}

}  // namespace usher
