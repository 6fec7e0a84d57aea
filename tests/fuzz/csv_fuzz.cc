// Feeds arbitrary bytes to the CSV reader. Beyond not crashing: however the bytes are cut into
// chunks, the same people and the same reasons must come out.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "connectors/csv/parser.h"
#include "connectors/csv/settings.h"
#include "connectors/csv/table.h"
#include "connectors/error.h"
#include "connectors/source.h"

namespace {

using namespace usher;

/// Folds everything that a read says into one number.
class Digest : public PersonSink {
 public:
  void person(Person person) override {
    add(person.source_id);
    add(person.where);
    add(person.fault);
    for (const auto& [name, texts] : person.attributes) {
      add(name);
      for (const std::string& text : texts) add(text);
    }
  }
  void problem(Problem problem) override { add(problem.where + problem.message); }

  void add(std::string_view text) {
    for (const char byte : text)
      value_ = (value_ ^ static_cast<unsigned char>(byte)) * 1099511628211U;
    value_ = (value_ ^ 0xFFU) * 1099511628211U;
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037U;
};

std::uint64_t read(std::string_view bytes, std::size_t chunk) {
  csv::Settings settings;
  settings.id = "id";
  settings.columns.set("No", "id");
  Digest digest;
  Receipt receipt;
  try {
    csv::Table table(settings, "fuzz.csv", digest, receipt);
    csv::Parser parser(settings.delimiter, table);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
      parser.feed(bytes.substr(0, chunk));
    }
    parser.finish();
    table.finish();
  } catch (const ConnectorError& error) {
    digest.add(error.what());
  }
  for (const std::string& reason : receipt.reasons) digest.add(reason);
  return digest.value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (read(bytes, size + 1) != read(bytes, 3)) std::abort();
  return 0;
}
