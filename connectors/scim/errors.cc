#include "connectors/scim/errors.h"

#include "connectors/http/classify.h"
#include "mapping/text.h"

namespace usher::scim {

ProviderError read_error(const HttpResponse& response) {
  ProviderError error = read_common_error(response);
  const bool is_page = trim(response.body).starts_with('<');
  if (response.status == 404 && is_page) {
    error.kind = ErrorKind::kMalformed;
    error.message += " (a web page: it comes from a proxy, or `url` is not a SCIM base)";
  }
  if (response.status == 400 && compare_names(error.code, "uniqueness") == 0) {
    error.kind = ErrorKind::kConflict;
  }
  return error;
}

}  // namespace usher::scim
