#include "daemon/report/html_page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "mapping/text.h"

namespace usher {
namespace {

/// The source expression of CSP for an inline element with this content: `'sha256-…'`.
std::string csp_hash(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256, so no HTML report can be made");
  }
  std::array<unsigned char, 4 * (EVP_MAX_MD_SIZE / 3 + 1) + 1> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(length));
  return fmt::format("'sha256-{}'", reinterpret_cast<const char*>(base64.data()));
}

constexpr std::string_view kPage = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src {style_hash}; script-src {script_hash}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div class="page">
{body}</div>
<script>{script}</script>
</body>
</html>
)";

}  // namespace

std::string escape_html(std::string_view text) {
  std::string html;
  for (const char c : escape_for_display(text)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(kPage, fmt::arg("style_hash", csp_hash(kReportStyle)),
                     fmt::arg("script_hash", csp_hash(kReportScript)),
                     fmt::arg("title", escape_html(title)), fmt::arg("style", kReportStyle),
                     fmt::arg("body", body), fmt::arg("script", kReportScript));
}

}  // namespace usher
