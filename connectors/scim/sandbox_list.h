#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "connectors/scim/sandbox_query.h"
#include "connectors/scim/sandbox_render.h"

namespace usher::sandbox {

/// Answers list requests: filter, order, page.
///
/// A page without filter and order costs what is on the page. What a filter or an order found by
/// looking at everybody is kept until something changes, so that walking its pages looks once.
class ScimLists {
 public:
  /// The ListResponse. Throws ScimError.
  [[nodiscard]] std::string list(const ScimScene& scene, const ScimDirectory& directory,
                                 ScimKind kind, const ScimQuery& query);

 private:
  using Row = ScimResource* const;
  struct Found {
    std::string key;
    std::shared_ptr<const std::vector<ScimResource*>> rows;
  };
  /// Rows of an answer; `owner` keeps them alive where they are not the directory's own.
  struct Rows {
    std::span<Row> span;
    std::shared_ptr<const std::vector<ScimResource*>> owner;
  };

  [[nodiscard]] Rows find(const ScimScene& scene, const ScimDirectory& directory, ScimKind kind,
                          const ScimQuery& query);
  void keep(std::string key, std::shared_ptr<const std::vector<ScimResource*>> rows);

  std::array<Found, 8> kept_;
  std::size_t next_ = 0;
};

}  // namespace usher::sandbox
