// Five thousand people from a real directory server, twice.

#include <gtest/gtest.h>

#include "tests/e2e/world.h"
#include "tests/support/slapd.h"

namespace usher::e2e {
namespace {

TEST(LargeTorture, FiveThousandPeopleFromLdapAndASecondRunWithoutAWrite) {
  constexpr int kPeople = 5000;
  std::string ldif = ldif_of_tree();
  for (int number = 1; number <= kPeople; ++number) {
    ldif += ldif_of_person("p" + std::to_string(number),
                           "employeeNumber: E" + std::to_string(number) + "\n");
  }
  const Slapd slapd({.ldif = ldif, .database = "limits anonymous size=unlimited\n"});
  World world(0);
  world.sandbox().post("edit", {{"workspace", "northwind-eu"}, {"seats", kPeople + 1}});
  world.configure(
      replaced(world.inbox_config(),
               "type: csv, path: people.csv, id: id, groups: { column: groups, separator: \";\" }",
               "type: ldap, url: \"" + slapd.url() +
                   "\", bind: anonymous, id: employeeNumber, "
                   "base: \"ou=people,dc=example,dc=com\", filter: (objectClass=inetOrgPerson)"));
  world.must(0, {"init"});
  const nlohmann::json first = world.report({"apply"});
  EXPECT_EQ(first.at("exit_code"), 0);
  EXPECT_EQ(target_of(first, "inbox").at("counts").at("applied"), kPeople);
  const std::size_t writes = world.sandbox().writes();
  EXPECT_EQ(writes, std::size_t{kPeople});

  const nlohmann::json second = world.report({"apply"});
  EXPECT_EQ(second.at("exit_code"), 0);
  EXPECT_EQ(target_of(second, "inbox").at("counts").at("unchanged"), kPeople);
  EXPECT_EQ(world.sandbox().writes(), writes);
}

}  // namespace
}  // namespace usher::e2e
