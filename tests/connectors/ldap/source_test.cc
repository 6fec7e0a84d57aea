// Against a real slapd.

#include "connectors/ldap/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "connectors/error.h"
#include "connectors/source.h"
#include "tests/connectors/ldap/outcome.h"
#include "tests/support/slapd.h"
#include "tests/support/tcp_proxy.h"

namespace usher::ldap {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string people(int count) {
  std::string ldif;
  for (int i = 0; i < count; ++i) {
    ldif += ldif_of_person("p" + std::to_string(i), "employeeNumber: E" + std::to_string(i) + "\n");
  }
  return ldif;
}

SettingValues settings_for(const std::string& url) {
  SettingValues values;
  values.set("url", url);
  values.set("bind_dn", std::string(Slapd::kAdmin));
  values.set("bind_password", Secret(std::string(Slapd::kPassword)));
  values.set("base", std::string("ou=people,dc=example,dc=com"));
  values.set("filter", std::string("(objectClass=inetOrgPerson)"));
  values.set("id", std::string("employeeNumber"));
  values.set("page_size", std::int64_t{10});
  values.set("timeout", std::int64_t{10'000});
  return values;
}

ConnectorError error_of(const SettingValues& settings) {
  try {
    (void)read(settings);
  } catch (const ConnectorError& error) {
    return error;
  }
  return ConnectorError(ErrorKind::kMalformed, "no error at all");
}

Texts groups_of(const Outcome& outcome, std::string_view id) {
  const Person* person = outcome.sink.find(id);
  if (person == nullptr) return {"nobody"};
  const Texts* groups = person->find("groups");
  return groups != nullptr ? *groups : Texts{};
}

TEST(LdapSourceTest, ReadsEveryPage) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(25)});
  const Outcome got = read(settings_for(slapd.url()));
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_EQ(got.receipt.pages, 3U);
  EXPECT_EQ(got.receipt.entries, 25U);
  EXPECT_EQ(got.receipt.result, "LDAP 0 Success");
  const Person* person = got.sink.find("E7");
  ASSERT_NE(person, nullptr);
  EXPECT_THAT(*person->find("MAIL"), ElementsAre("p7@example.com"));
  EXPECT_EQ(person->where, "uid=p7,ou=people,dc=example,dc=com");
}

TEST(LdapSourceTest, EntryUuidIsTheIdByDefault) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(1)});
  SettingValues settings = settings_for(slapd.url());
  settings.set("id", std::string("entryUUID"));
  EXPECT_THAT(
      read(settings).sink.people.at(0).source_id,
      testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"));
}

TEST(LdapSourceTest, OnlyTheAttributesAskedForAreRead) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(1)});
  SettingValues settings = settings_for(slapd.url());
  settings.set("attributes", Texts{"mail"});
  const Outcome got = read(settings);
  EXPECT_EQ(got.sink.people.at(0).attributes.size(), 2U) << "mail and the id";
}

TEST(LdapSourceTest, ARefusedBindIsExplained) {
  const Slapd slapd({.ldif = ldif_of_tree()});
  SettingValues settings = settings_for(slapd.url());
  settings.set("bind_password", Secret("wrong-canary"));
  const ConnectorError error = error_of(settings);
  EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("Invalid credentials"), HasSubstr("cn=admin"),
                                  testing::Not(HasSubstr("canary"))));
}

TEST(LdapSourceTest, AnEmptyPasswordIsNotSent) {
  const Slapd slapd({.ldif = ldif_of_tree()});
  SettingValues settings = settings_for(slapd.url());
  settings.set("bind_password", Secret(""));
  EXPECT_THAT(error_of(settings).what(), HasSubstr("not empty"));
}

TEST(LdapSourceTest, AnonymousAndLdapiExternalWork) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(3)});
  SettingValues anonymous = settings_for(slapd.url());
  anonymous.set("bind", std::string("anonymous"));
  EXPECT_TRUE(read(anonymous).receipt.complete());
  SettingValues external = settings_for(slapd.ldapi());
  external.set("bind", std::string("external"));
  EXPECT_TRUE(read(external).receipt.complete());
}

TEST(LdapSourceTest, AMissingBaseCannotBeRead) {
  const Slapd slapd({.ldif = ldif_of_tree()});
  SettingValues settings = settings_for(slapd.url());
  settings.set("base", std::string("ou=nobody,dc=example,dc=com"));
  EXPECT_EQ(error_of(settings).kind, ErrorKind::kNotFound);
}

TEST(LdapSourceTest, ABrokenFilterIsNamed) {
  const Slapd slapd({.ldif = ldif_of_tree()});
  SettingValues settings = settings_for(slapd.url());
  settings.set("filter", std::string("(uid=a"));
  EXPECT_THAT(error_of(settings).what(), HasSubstr("(uid=a"));
}

// never-again 1, 9
TEST(LdapSourceTest, AnEmptyReadSaysSo) {
  const Slapd slapd({.ldif = ldif_of_tree()});
  const Outcome got = read(settings_for(slapd.url()));
  EXPECT_EQ(got.receipt.entries, 0U);
  EXPECT_THAT(got.sink.problems.at(0).message, HasSubstr("no people at all"));
}

TEST(LdapSourceTest, AnIdentityThatMayNotReadPeopleReadsNobody) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(3),
                     .database = "access to dn.children=\"ou=people,dc=example,dc=com\" by * none\n"
                                 "access to * by * read\n"});
  SettingValues settings = settings_for(slapd.url());
  settings.set("bind", std::string("anonymous"));
  EXPECT_EQ(read(settings).receipt.entries, 0U);  // which the engine takes for incomplete
}

// never-again 6, 14
TEST(LdapSourceTest, AServerSizeLimitIsIncompleteAndNamed) {
  const Slapd slapd(
      {.ldif = ldif_of_tree() + people(25), .database = "limits anonymous size.prtotal=15\n"});
  SettingValues settings = settings_for(slapd.url());
  settings.set("bind", std::string("anonymous"));
  const Outcome got = read(settings);
  EXPECT_THAT(got.receipt.reasons,
              ElementsAre(AllOf(HasSubstr("LDAP 4"), HasSubstr("size limit"))));
  EXPECT_LT(got.sink.people.size(), 25U);
}

TEST(LdapSourceTest, APageAboveTheLimitIsIncompleteAndNamed) {
  const Slapd slapd(
      {.ldif = ldif_of_tree() + people(25), .database = "limits anonymous size.pr=5\n"});
  SettingValues settings = settings_for(slapd.url());
  settings.set("bind", std::string("anonymous"));
  EXPECT_THAT(read(settings).receipt.reasons, ElementsAre(HasSubstr("lower `page_size`")));
}

// --- TLS --------------------------------------------------------------------------------------

class LdapTlsTest : public testing::Test {
 protected:
  [[nodiscard]] SettingValues settings(const std::string& url) const {
    SettingValues values = settings_for(url);
    values.set("ca_file", slapd_.certificates().ca);
    return values;
  }

  const Slapd slapd_{{.ldif = ldif_of_tree() + people(3), .tls = true}};
};

TEST_F(LdapTlsTest, LdapsAndStartTlsTrustAPrivateAuthority) {
  EXPECT_TRUE(read(settings(slapd_.ldaps())).receipt.complete());
  SettingValues start_tls = settings(slapd_.url());
  start_tls.set("start_tls", true);
  EXPECT_TRUE(read(start_tls).receipt.complete());
}

// never-again 107
TEST_F(LdapTlsTest, AnUnknownAuthorityIsRefusedWhateverTheEnvironmentSays) {
  ::setenv("LDAPTLS_REQCERT", "never", 1);
  EXPECT_THAT(error_of(settings_for(slapd_.ldaps())).what(), HasSubstr("ca_file"));
  SettingValues start_tls = settings_for(slapd_.url());
  start_tls.set("start_tls", true);
  EXPECT_THAT(error_of(start_tls).what(), HasSubstr("StartTLS failed"));
  ::unsetenv("LDAPTLS_REQCERT");
}

TEST_F(LdapTlsTest, ACertificateForAnotherHostIsRefused) {
  const Slapd other({.ldif = ldif_of_tree() + people(3), .tls = true, .wrong_name = true});
  SettingValues values = settings_for(other.ldaps());
  values.set("ca_file", other.certificates().ca);
  EXPECT_THAT(error_of(values).what(), HasSubstr("names the host"));
}

TEST_F(LdapTlsTest, AClientCertificateBindsExternally) {
  SettingValues values = settings(slapd_.ldaps());
  values.set("bind", std::string("external"));
  values.set("cert_file", slapd_.certificates().client);
  values.set("key_file", slapd_.certificates().client_key);
  ManualClock clock;
  EXPECT_TRUE(read(values).receipt.complete());
  EXPECT_THAT(kind().make("directory", values, clock)->probe(),
              Contains(Field(&Finding::what, HasSubstr("accepted as dn:cn=usher,o=example"))));
}

TEST_F(LdapTlsTest, AServerThatDoesNotSpeakTlsIsRefused) {
  const Slapd plain({.ldif = ldif_of_tree() + people(1)});
  SettingValues values = settings(plain.url());
  values.set("start_tls", true);
  EXPECT_THAT(error_of(values).what(), HasSubstr("Nothing was sent in the clear"));
}

TEST_F(LdapTlsTest, TlsBefore12IsRefused) {
  const auto only = [](const std::string& version) {
    return SlapdOptions{.ldif = ldif_of_tree() + people(1),
                        .global = "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-" + version + "\n",
                        .tls = true};
  };
  const Slapd modern(only("TLS1.2"));
  SettingValues values = settings_for(modern.ldaps());
  values.set("ca_file", modern.certificates().ca);
  EXPECT_TRUE(read(values).receipt.complete());
  const Slapd old(only("TLS1.1"));
  values.set("url", old.ldaps());
  values.set("ca_file", old.certificates().ca);
  EXPECT_THAT(error_of(values).what(), HasSubstr("no connection"));
}

// --- groups -----------------------------------------------------------------------------------

std::string group(const std::string& name, const std::string& rest) {
  return "dn: cn=" + name + ",ou=groups,dc=example,dc=com\ncn: " + name + "\n" + rest + "\n";
}

std::string dn(const std::string& uid) {
  return "uid=" + uid + ",ou=people,dc=example,dc=com";
}

SettingValues with_groups(const Slapd& slapd, const std::string& kind_of_group, bool nested) {
  SettingValues values = settings_for(slapd.url());
  values.set("groups.kind", kind_of_group);
  values.set("groups.base", std::string("ou=groups,dc=example,dc=com"));
  values.set("groups.nested", nested);
  return values;
}

TEST(LdapGroupTest, MembersByDnInBothObjectClasses) {
  const Slapd slapd(
      {.ldif = ldif_of_tree() + people(3) +
               group("sales",
                     "objectClass: groupOfNames\nmember: UID=P0, OU=people,dc=example,"
                     "dc=com\nmember: " +
                         dn("p1") + "\n") +
               group("leads",
                     "objectClass: groupOfUniqueNames\nuniqueMember: " + dn("p0") + "#'0101'B\n")});
  const Outcome got = read(with_groups(slapd, "member", false));
  EXPECT_THAT(groups_of(got, "E0"), ElementsAre("leads", "sales"));
  EXPECT_THAT(groups_of(got, "E1"), ElementsAre("sales"));
  EXPECT_THAT(groups_of(got, "E2"), IsEmpty());
  EXPECT_FALSE(got.sink.find("E2")->is_unread("groups"));
}

TEST(LdapGroupTest, NestedGroupsAndACycle) {
  const Slapd slapd(
      {.ldif = ldif_of_tree() + people(2) +
               group("a", "objectClass: groupOfNames\nmember: cn=b,ou=groups,dc=example,dc=com\n") +
               group("b",
                     "objectClass: groupOfNames\nmember: cn=a,ou=groups,dc=example,dc=com\n"
                     "member: " +
                         dn("p0") + "\n")});
  EXPECT_THAT(groups_of(read(with_groups(slapd, "member", true)), "E0"), ElementsAre("a", "b"));
  EXPECT_THAT(groups_of(read(with_groups(slapd, "member", false)), "E0"), ElementsAre("b"));
}

TEST(LdapGroupTest, MembersByLoginName) {
  const Slapd slapd(
      {.ldif = ldif_of_tree() + people(2) +
               group("unix", "objectClass: posixGroup\ngidNumber: 1\nmemberUid: p1\n")});
  const Outcome got = read(with_groups(slapd, "memberUid", false));
  EXPECT_THAT(groups_of(got, "E1"), ElementsAre("unix"));
  EXPECT_THAT(groups_of(got, "E0"), IsEmpty());
}

class MemberOfTest : public testing::Test {
 protected:
  MemberOfTest() {
    slapd_.modify(
        "dn: cn=sales,ou=groups,dc=example,dc=com\nchangetype: add\ncn: sales\n"
        "objectClass: groupOfNames\nmember: " +
        dn("p0") +
        "\n\n"
        "dn: cn=staff,ou=groups,dc=example,dc=com\nchangetype: add\ncn: staff\n"
        "objectClass: groupOfNames\nmember: cn=sales,ou=groups,dc=example,dc=com\n");
  }
  const Slapd slapd_{{.ldif = ldif_of_tree() + people(2),
                      .global = "moduleload memberof\n",
                      .database = "overlay memberof\n"}};
};

TEST_F(MemberOfTest, NamesComeFromTheGroups) {
  EXPECT_THAT(groups_of(read(with_groups(slapd_, "memberOf", false)), "E0"), ElementsAre("sales"));
  EXPECT_THAT(groups_of(read(with_groups(slapd_, "memberOf", true)), "E0"),
              ElementsAre("sales", "staff"));
}

TEST_F(MemberOfTest, WithoutABaseNamesComeFromTheDns) {
  SettingValues values = settings_for(slapd_.url());
  values.set("groups.kind", std::string("memberOf"));
  const Outcome got = read(values);
  EXPECT_THAT(groups_of(got, "E0"), ElementsAre("sales"));
  EXPECT_FALSE(got.sink.find("E1")->is_unread("groups"));
}

TEST(LdapGroupTest, ADirectoryWithoutMemberOfMakesGroupsUnknown) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(2)});
  SettingValues values = settings_for(slapd.url());
  values.set("groups.kind", std::string("memberOf"));
  const Outcome got = read(values);
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_TRUE(got.sink.find("E0")->is_unread("groups"));
  EXPECT_THAT(got.sink.problems.at(0).message, HasSubstr("nobody has a `memberOf`"));
}

TEST(LdapGroupTest, NoGroupAtAllMakesGroupsUnknown) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(2)});
  EXPECT_TRUE(read(with_groups(slapd, "member", false)).sink.find("E0")->is_unread("groups"));
}

// --- connections that break -------------------------------------------------------------------

// never-again 50, 51
TEST(LdapLossTest, AConnectionCutInTheMiddleIsTakenUpOnce) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(100)});
  const TcpProxy proxy(slapd.port(), {10'000});
  const Outcome got = read(settings_for("ldap://127.0.0.1:" + std::to_string(proxy.port())));
  EXPECT_EQ(proxy.connections(), 2);
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_THAT(got.sink.people, SizeIs(100));
}

TEST(LdapLossTest, AConnectionCutTwiceIsIncomplete) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(100)});
  const TcpProxy proxy(slapd.port(), {10'000, 12'000});
  const Outcome got = read(settings_for("ldap://127.0.0.1:" + std::to_string(proxy.port())));
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr("connection lost")));
  EXPECT_THAT(got.sink.people, testing::Not(IsEmpty()));
}

TEST(LdapLossTest, AServerThatIsNotThereCannotBeRead) {
  const ConnectorError error = error_of(settings_for("ldap://127.0.0.1:1"));
  EXPECT_EQ(error.kind, ErrorKind::kTransient);
  EXPECT_THAT(error.what(), HasSubstr("no connection"));
}

// --- probe ------------------------------------------------------------------------------------

TEST(LdapProbeTest, SaysWhatAReadWouldMeet) {
  const Slapd slapd({.ldif = ldif_of_tree() + people(25) +
                             group("a", "objectClass: groupOfNames\nmember: " + dn("p0") + "\n")});
  ManualClock clock;
  const auto findings =
      kind().make("directory", with_groups(slapd, "member", false), clock)->probe();
  ASSERT_THAT(findings, SizeIs(4));
  EXPECT_THAT(findings[0].what, HasSubstr("accepted as dn:cn=admin,dc=example,dc=com"));
  EXPECT_THAT(findings[1].what, HasSubstr("is readable"));
  EXPECT_THAT(findings[2].what, HasSubstr("10 entries, 10 with a readable `employeeNumber`"));
  EXPECT_THAT(findings[3].what, HasSubstr("1 groups"));
  for (const Finding& finding : findings) EXPECT_TRUE(finding.good) << finding.what;
}

TEST(LdapProbeTest, ARefusedBindIsABadFinding) {
  const Slapd slapd({.ldif = ldif_of_tree()});
  SettingValues settings = settings_for(slapd.url());
  settings.set("bind_password", Secret("wrong"));
  ManualClock clock;
  const auto findings = kind().make("directory", settings, clock)->probe();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_FALSE(findings[0].good);
}

}  // namespace
}  // namespace usher::ldap
