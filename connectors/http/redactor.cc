#include "connectors/http/redactor.h"

#include <algorithm>
#include <cctype>

#include "connectors/http/base64.h"
#include "connectors/http/client.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::string_view kBlot = "[secret]";
// Shorter ones would turn messages into riddles and could be guessed from the gaps.
constexpr std::size_t kShortest = 4;
constexpr std::size_t kRemembered = 16;

void replace_all(std::string& text, std::string_view what) {
  if (what.size() < kShortest) return;
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + kBlot.size())) {
    text.replace(at, what.size(), kBlot);
  }
}

bool is_token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

std::size_t token_end(std::string_view text, std::size_t begin) {
  while (begin < text.size() && is_token_char(text[begin])) ++begin;
  return begin;
}

/// `Bearer abc` → `Bearer [secret]`
void blot_after(std::string& text, std::string_view scheme) {
  const std::string lower = ascii_lower(text);
  for (std::size_t at = lower.rfind(scheme); at != std::string::npos;
       at = at == 0 ? std::string::npos : lower.rfind(scheme, at - 1)) {
    constexpr std::size_t kShortestToken = 16;  // `Basic authentication` is no credential
    const std::size_t begin = at + scheme.size();
    const std::size_t end = token_end(text, begin);
    if (end - begin >= kShortestToken) text.replace(begin, end - begin, kBlot);
  }
}

/// A JSON web token: base64 of `{"…`, and two dots.
void blot_web_tokens(std::string& text) {
  for (std::size_t at = text.find("eyJ"); at != std::string::npos; at = text.find("eyJ", at + 1)) {
    const std::size_t end = token_end(text, at);
    if (std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                   text.begin() + static_cast<std::ptrdiff_t>(end), '.') >= 2) {
      text.replace(at, end - at, kBlot);
    }
  }
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortest) continue;
    forms_.push_back(secret);
    forms_.push_back(encode_segment(secret));
    forms_.push_back(encode_base64(secret));
  }
  // The longest first: a secret may be part of another.
  std::ranges::sort(forms_, std::greater(), &std::string::size);
}

void Redactor::remember(std::string_view secret) {
  if (secret.size() < kShortest) return;
  const std::scoped_lock lock(mutex_);
  if (std::ranges::find(recent_, secret) != recent_.end()) return;
  recent_.emplace_back(secret);
  if (recent_.size() > kRemembered) recent_.pop_front();
}

std::string Redactor::scrub(std::string text) const {
  for (const std::string& form : forms_) replace_all(text, form);
  {
    const std::scoped_lock lock(mutex_);
    for (const std::string& secret : recent_) replace_all(text, secret);
  }
  blot_after(text, "bearer ");
  blot_after(text, "basic ");
  blot_web_tokens(text);
  return text;
}

}  // namespace usher
