#include "tests/daemon/service/http_get.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

namespace usher {

Page http_get(const std::string& address, const std::string& path, const std::string& method) {
  Poco::Net::HTTPClientSession session{Poco::Net::SocketAddress(address)};
  Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
  session.sendRequest(request);
  Poco::Net::HTTPResponse response;
  Page page;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), page.body);
  page.status = response.getStatus();
  page.content_type = response.getContentType();
  return page;
}

}  // namespace usher
