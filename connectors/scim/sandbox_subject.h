#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/scim/sandbox_directory.h"
#include "mapping/filter.h"

namespace usher::sandbox {

/// One element of a multi-valued attribute, for the filter in `emails[type eq "work"]`. The
/// element must outlive it.
class ScimElement final : public FilterSubject {
 public:
  explicit ScimElement(const nlohmann::json& element) : element_(element) {}

  [[nodiscard]] const Texts* values(std::string_view path) const override;
  [[nodiscard]] bool is_unknown(std::string_view) const override { return false; }
  [[nodiscard]] std::vector<std::unique_ptr<FilterSubject>> elements(
      std::string_view) const override {
    return {};
  }

 private:
  const nlohmann::json& element_;
  mutable std::map<std::string, Texts, std::less<>> texts_;
};

/// A user or group as a filter or a sort sees it at a moment. Members and groups are looked at only
/// when asked for. Resource and shape must outlive it.
class ScimSubject final : public FilterSubject {
 public:
  ScimSubject(const ScimResource& resource, const ScimShape& shape, std::int64_t now);

  [[nodiscard]] const Texts* values(std::string_view path) const override;
  [[nodiscard]] bool is_unknown(std::string_view) const override { return false; }
  [[nodiscard]] std::vector<std::unique_ptr<FilterSubject>> elements(
      std::string_view path) const override;

 private:
  [[nodiscard]] Texts collect(std::string_view path) const;
  void complete() const;

  const ScimResource& resource_;
  const ScimShape& shape_;
  const ScimResource::Earlier* earlier_;
  mutable nlohmann::json document_;
  mutable bool complete_ = false;
  mutable std::map<std::string, Texts, std::less<>> texts_;
};

}  // namespace usher::sandbox
