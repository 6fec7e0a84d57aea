#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/store.h"
#include "mapping/account.h"
#include "mapping/capabilities.h"
#include "mapping/change.h"

namespace usher {

/// So many read-backs that differ from what was written park an attribute.
inline constexpr int kRewritesThatPark = 2;

/// Whether the attribute is not written for the time being: for a day after the last time.
[[nodiscard]] bool is_parked(const Rewrite& rewrite, std::int64_t now);

/// Whether the attribute must be what is wanted, not nearly so.
[[nodiscard]] bool gives_power(const Capabilities& can, const std::string& attribute);

/// `'agent'`, or `nothing`: a value of a rewrite, for the middle of a sentence.
[[nodiscard]] std::string quote_rewrite(const std::string& text);

/// Why a parked attribute that nothing shows to have been written is left alone, and what to do.
[[nodiscard]] std::string describe_parked(const Rewrite& rewrite, bool has_power);

/// Of the people who have the same trouble with an attribute the first few are named, and the
/// others are counted: a service that drops an attribute drops everybody's.
class Crowd {
 public:
  /// Counts one more; whether to name them.
  [[nodiscard]] bool names(const std::string& attribute) { return ++people_[attribute] <= kNamed; }
  /// A line for each attribute with people who were not named.
  [[nodiscard]] std::vector<std::string> others() const;

 private:
  static constexpr std::size_t kNamed = 5;
  std::map<std::string, std::size_t> people_;  ///< by attribute
};

/// What one target made of earlier writes, for whoever plans the next ones. A pure value.
///
/// An attribute that the target keeps in a form of its own is equal while both sides stay. One that
/// nothing shows to have been written is written once more and then parked. One that gives power is
/// never equal to anything but itself: parked it is an error, and the person is not served. What
/// was sent of it counts as there until it was taken away, and to set somebody inactive is never
/// parked.
class Rewrites {
 public:
  /// `can` must outlive the object.
  Rewrites(std::vector<Rewrite> rows, const Capabilities& can, std::int64_t now);

  /// An account as it is to be compared with what is wanted.
  struct View {
    std::optional<Account> account;               ///< absent: as it stands
    std::map<std::string, std::string> warnings;  ///< by attribute: why it is left alone
    std::vector<std::string> errors;              ///< the same, where it gives power
  };
  [[nodiscard]] View view(const std::string& source_id, const Account& desired,
                          const Account& account) const;

  /// When `change` does nothing but write once more what was written before and never seen since:
  /// the first of these. Null: it does something new.
  [[nodiscard]] const Rewrite* find_repeated(const Change& change) const;

  /// Whether the account of this creation is there already, but not for our credential to see, and
  /// the provider was asked within the last day.
  [[nodiscard]] bool is_hidden(const Change& creation) const;

 private:
  [[nodiscard]] bool takes_power(const std::string& attribute, const Value* from,
                                 const Value* to) const;
  [[nodiscard]] bool may_have_kept(const Rewrite& rewrite, const Value& wanted,
                                   const Value* actual) const;
  void look_at(const Rewrite& rewrite, const Account& desired, const Account& account,
               View& view) const;
  [[nodiscard]] const Rewrite* find(const std::string& source_id,
                                    const std::string& attribute) const;

  std::map<std::string, std::vector<Rewrite>> rows_;  ///< by source_id
  const Capabilities& can_;
  std::int64_t now_;
};

}  // namespace usher
