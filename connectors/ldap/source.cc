#include "connectors/ldap/source.h"

#include "connectors/error.h"
#include "connectors/ldap/people_reader.h"
#include "connectors/ldap/probe.h"
#include "connectors/ldap/settings.h"
#include "connectors/source.h"

namespace usher::ldap {
namespace {

class LdapSource : public Source {
 public:
  explicit LdapSource(SettingValues values) : values_(std::move(values)) {}

  Receipt read(PersonSink& sink) override {
    const Settings settings = to_settings(values_);
    return PeopleReader(settings, sink).read();
  }

  std::vector<Finding> probe() override {
    try {
      return probe_directory(to_settings(values_));
    } catch (const ConnectorError& error) {
      return {{false, error.what()}};
    }
  }

 private:
  const SettingValues values_;
};

}  // namespace

const SourceKind& kind() {
  static const SourceKind kKind{
      .spec = {.name = "ldap", .settings = setting_specs(), .check = check_settings},
      .make = [](const std::string&, const SettingValues& settings, Clock&)
          -> std::unique_ptr<Source> { return std::make_unique<LdapSource>(settings); }};
  return kKind;
}

}  // namespace usher::ldap
