#include "connectors/taskschmiede/mcp_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "connectors/error.h"

namespace usher::taskschmiede {
namespace {

HttpResponse stream(std::string body) {
  return {200, {{"Content-Type", "text/event-stream; charset=utf-8"}}, std::move(body)};
}

TEST(McpMessageTest, ACallNamesItsIdMethodAndParameters) {
  EXPECT_EQ(render_call(7, "tools/call", {{"name", "ts.usr.get"}}),
            R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ts.usr.get"}})");
  EXPECT_EQ(render_notification("notifications/initialized"),
            R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

TEST(McpMessageTest, TextThatIsNotUtf8DoesNotLeave) {
  EXPECT_THROW((void)render_call(1, "tools/call", {{"name", "\xFF"}}), ConnectorError);
}

TEST(McpMessageTest, TheAnswerIsFoundInEveryFraming) {
  const std::string answer = R"({"id":1,"result":{}})";
  struct Case {
    const char* name;
    HttpResponse response;
  };
  for (const Case& each :
       {Case{"plain", {200, {{"Content-Type", "application/json"}}, answer}},
        Case{"as seen", stream("event: message\ndata: " + answer + "\n\n")},
        Case{"no space, CR LF", stream("event: message\r\ndata:" + answer + "\r\n\r\n")},
        Case{"no blank line at the end", stream("data: " + answer)},
        Case{"an id and a comment", stream(": hello\nid: 5\ndata: " + answer + "\n\n")},
        Case{"in two lines", stream("data: {\"id\":1,\ndata: \"result\":{}}\n\n")},
        Case{"after a notification",
             stream("data: {\"method\":\"notifications/message\"}\n\ndata: " + answer + "\n\n")},
        Case{"before another event",
             stream("data: " + answer + "\n\ndata: {\"method\":\"x\"}\n\n")}}) {
    SCOPED_TRACE(each.name);
    const auto document = JsonDocument::try_parse(find_message(each.response));
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().get("id").as_int(), 1);
  }
}

TEST(McpMessageTest, AnEmptyStreamHoldsNoAnswer) {
  EXPECT_EQ(find_message(stream("")), "");
  EXPECT_EQ(find_message(stream(": ping\n\n")), "");
}

TEST(McpMessageTest, TheTextOfAResultIsItsFirstTextPart) {
  const JsonDocument result(R"({"content":[{"type":"image"},{"type":"text","text":"{}"}]})", "x");
  EXPECT_EQ(tool_text(result.root()), "{}");
  const JsonDocument empty(R"({"content":{}})", "x");
  EXPECT_EQ(tool_text(empty.root()), "");
}

TEST(McpMessageTest, AFailureIsAnErrorOrAResultThatSaysSo) {
  const auto fails = [](const char* text) { return is_failure(JsonDocument(text, "x").root()); };
  EXPECT_TRUE(fails(R"({"error":{"code":-32602,"message":"m"}})"));
  EXPECT_TRUE(fails(R"({"result":{"isError":true}})"));
  EXPECT_FALSE(fails(R"({"result":{"isError":false}})"));
  EXPECT_FALSE(fails(R"({"result":{"content":[]}})"));
}

}  // namespace
}  // namespace usher::taskschmiede
