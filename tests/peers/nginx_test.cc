// usher and SCIMMY with nginx between them: TLS, HTTP/2, limits, and an edge that answers for a
// service that is down.

#include "tests/peers/nginx.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "tests/e2e/world.h"
#include "tests/peers/peers_test.h"
#include "tests/peers/scimmy.h"

namespace usher::peers {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> people(int count) {
  std::vector<std::string> rows;
  for (int number = 1; number <= count; ++number) {
    rows.push_back("E" + std::to_string(number) + "," + e2e::mail_of(number) + ",Person,P" +
                   std::to_string(number) + ",,Sales,app-all");
  }
  return rows;
}

class NginxTest : public PeersTest {
 protected:
  void SetUp() override {
    PeersTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) peer_.emplace(folder_, true);
  }

  /// nginx before the service, and a target that knows its authority.
  void start(NginxOptions options = {}, const std::string& more = {}) {
    options.upstream = peer_->socket();
    nginx_.emplace(options);
    configure(nginx_->url(), "    ca_file: " + nginx_->certificates().ca +
                                 "\n    leavers: { do: delete, reads: 1 }\n" + more);
  }

  /// Exactly these people and no other, each of them in the group once.
  void expect_served(std::size_t count) const {
    std::multiset<std::string> names;
    for (const auto& user : peer_->users()) names.insert(user.at("userName"));
    EXPECT_EQ(names.size(), count);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), count);
    EXPECT_EQ(peer_->members("app-all"), names);
  }

  std::optional<Scimmy> peer_;
  std::optional<Nginx> nginx_;
};

TEST_F(NginxTest, ARealEdgeWithTls) {
  start();
  set_people(people(3));
  apply_all();
  expect_served(3);
  EXPECT_THAT(nginx_->requests(),
              AllOf(Not(IsEmpty()), Each(Field(&Nginx::Request::tls, StartsWith("TLSv1.")))));
}

TEST_F(NginxTest, AnAuthorityThatIsNotNamedIsNotTrusted) {
  start();
  configure(nginx_->url());
  set_people(people(1));
  const Finished run = usher({"plan"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output, AllOf(HasSubstr("certificate was not accepted"), HasSubstr("ca_file")));
  EXPECT_THAT(nginx_->requests(), IsEmpty());
}

TEST_F(NginxTest, Http2IsOfferedAndNotTaken) {
  start();
  const std::string offer =
      "openssl s_client -alpn h2,http/1.1 -connect 127.0.0.1:" + std::to_string(nginx_->port()) +
      " </dev/null 2>/dev/null | grep -q 'ALPN protocol: h2'";
  ASSERT_EQ(std::system(offer.c_str()), 0) << "this nginx has no HTTP/2 to offer";
  set_people(people(2));
  apply_all();
  EXPECT_THAT(nginx_->requests(),
              AllOf(Not(IsEmpty()), Each(Field(&Nginx::Request::protocol, "HTTP/1.1"))));
}

TEST_F(NginxTest, AnEdgeThatWantsHttp2IsUnderstood) {
  start({.location = "if ($server_protocol != HTTP/2.0) { return 505; }"});
  set_people(people(1));
  const Finished run = usher({"plan"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output, AllOf(HasSubstr("505"), HasSubstr("HTTP Version Not Supported")));
}

TEST_F(NginxTest, AServerThatSpeaksOnlyHttp2IsNotUnderstoodAndSaidSo) {
  start({.listen = "http2"});
  configure("http://127.0.0.1:" + std::to_string(nginx_->port()) + "/scim",
            "    retry: { attempts: 1 }");
  set_people(people(1));
  const Finished run = usher({"plan"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output, HasSubstr("HTTP/2"));
}

TEST_F(NginxTest, AccountsAreChangedInTheWayThatIsConfigured) {
  start({}, "    update: put");
  set_people(people(1));
  apply_all();
  set_people({"E1," + e2e::mail_of(1) + ",Person,P1,Head,Sales,app-all"});
  apply_all();
  EXPECT_THAT(nginx_->requests(), Contains(Field(&Nginx::Request::method, "PUT")).Times(1));
  EXPECT_EQ(peer_->user(e2e::mail_of(1)).at("title"), "Head");
}

TEST_F(NginxTest, ALimitIsMetWithPatience) {
  start({.http = "limit_req_zone $binary_remote_addr zone=all:1m rate=5r/s;\n"
                 "limit_req_status 429;",
         .location = "limit_req zone=all burst=5 nodelay;"});
  constexpr int kPeople = 10;
  set_people(people(kPeople));
  apply_all();
  EXPECT_GT(nginx_->answered(429), 0U) << "the limit was never met";
  expect_served(kPeople);
}

TEST_F(NginxTest, AServiceThatIsDownCostsNobodyAnything) {
  start({}, "    retry: { attempts: 1 }");
  set_people(people(4));
  apply_all();
  peer_->stop();
  set_people(people(3));
  const json failed = service(1, {"apply"});
  EXPECT_EQ(failed.at("status"), "failed");
  EXPECT_THAT(failed.dump(), AllOf(HasSubstr("502"), HasSubstr("HTML page")));
  EXPECT_EQ(e2e::removals_in(failed), 0);

  peer_->start();
  expect_served(4);
  EXPECT_EQ(apply_all().at("counts").at("delete"), 1);
  expect_served(3);
}

TEST_F(NginxTest, WritesThatTheEdgeAnswersAreMadeUpForLater) {
  // As long as that file is there, reads reach the service and writes only find nginx.
  const std::string closed = folder_.write("closed", "");
  start({.location = "set $way $request_method;\n"
                     "if (-f " +
                     closed +
                     ") { set $way closed-$request_method; }\n"
                     "if ($way ~ ^closed-(POST|PUT|PATCH|DELETE)$) { return 502; }"},
        "    retry: { attempts: 1 }");
  set_people(people(3));
  const json failed = service(5, {"apply"});
  EXPECT_EQ(failed.at("status"), "partial") << failed.dump(2);
  EXPECT_THAT(peer_->users(), IsEmpty());

  std::filesystem::remove(closed);
  apply_all();
  expect_served(3);
}

TEST_F(NginxTest, AnEdgeThatDropsTheQueryCostsNobodyAnything) {
  // As long as that file is there, the service hears neither of pages nor of filters: 20 people,
  // again and again.
  const std::string deaf = folder_ / "deaf";
  start({.location = "if (-f " + deaf + ") { set $args ''; }"});
  constexpr int kPeople = 25;
  set_people(people(kPeople));
  apply_all();

  folder_.write("deaf", "");
  auto rows = people(kPeople + 1);
  rows.erase(rows.begin());
  set_people(rows);
  const json partial = service(5, {"apply"});
  EXPECT_FALSE(partial.at("receipt").at("complete")) << partial.dump(2);
  EXPECT_EQ(e2e::removals_in(partial), 0);

  std::filesystem::remove(deaf);
  apply_all();
  expect_served(kPeople);
}

TEST_F(NginxTest, ABodyThatIsTooLargeConcernsOnePerson) {
  start({.location = "client_max_body_size 1k;"});
  auto rows = people(2);
  rows.push_back("E9,long@example.com," + std::string(2000, 'a') + ",Long,,Sales,");
  set_people(rows);
  const json partial = service(5, {"apply"});
  const json change = e2e::change_of(partial, "E9");
  EXPECT_EQ(change.at("status"), "failed");
  EXPECT_THAT(change.at("error").dump(), AllOf(HasSubstr("413"), HasSubstr("Too Large")));
  expect_served(2);
}

}  // namespace
}  // namespace usher::peers
