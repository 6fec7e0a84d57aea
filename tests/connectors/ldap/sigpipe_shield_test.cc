#include "connectors/ldap/sigpipe_shield.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace usher::ldap {
namespace {

TEST(SigpipeShieldTest, WritingToNobodyIsAnErrorAndNotTheEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  {
    const SigpipeShield shield;
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
  }
  ::close(ends[1]);
}

}  // namespace
}  // namespace usher::ldap
