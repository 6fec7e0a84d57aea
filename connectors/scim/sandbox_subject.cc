#include "connectors/scim/sandbox_subject.h"

#include "connectors/scim/sandbox_content.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

/// The plain values in `value`: itself, or all leaves of an object.
void append_texts(Texts& texts, const json& value) {
  if (value.is_string()) {
    texts.push_back(value.get<std::string>());
  } else if (value.is_object()) {
    for (const auto& member : value) append_texts(texts, member);
  } else if (!value.is_null() && !value.is_array()) {
    texts.push_back(value.dump());
  }
}

/// A list without a sub-attribute means its `value`s (RFC 7644 section 3.4.2.2).
void append_element(Texts& texts, const json& element, std::string_view sub) {
  if (!element.is_object()) {
    append_texts(texts, element);
  } else if (const auto at = element.find(std::string(sub)); at != element.end()) {
    append_texts(texts, *at);
  }
}

const Texts* or_null(const Texts& texts) {
  return texts.empty() ? nullptr : &texts;
}

}  // namespace

const Texts* ScimElement::values(std::string_view path) const {
  if (const auto known = texts_.find(path); known != texts_.end()) return or_null(known->second);
  Texts texts;
  if (!element_.is_object()) {
    if (compare_names(path, "value") == 0) append_texts(texts, element_);
  } else {
    for (const auto& [name, value] : element_.items()) {
      if (compare_names(name, path) == 0) append_texts(texts, value);
    }
  }
  return or_null(texts_.emplace(path, std::move(texts)).first->second);
}

ScimSubject::ScimSubject(const ScimResource& resource, const ScimShape& shape, std::int64_t now)
    : resource_(resource),
      shape_(shape),
      earlier_(resource.earlier_at(now)),
      document_(json::parse((earlier_ != nullptr ? earlier_->text : resource.text) + "\"}}")) {}

void ScimSubject::complete() const {
  if (complete_) return;
  complete_ = true;
  document_[resource_.kind == ScimKind::kUser ? "groups" : "members"] =
      earlier_ != nullptr ? json::parse(earlier_->relations) : scim_relations(resource_);
}

Texts ScimSubject::collect(std::string_view path) const {
  const auto place = shape_.find(path);
  if (!place || place->attribute == nullptr) return {};
  const auto& attribute = *place->attribute;
  if (attribute.name == "groups" || attribute.name == "members") complete();
  Texts texts;
  if (const auto* value = find_scim_value(document_, {place->extension, &attribute, nullptr})) {
    if (value->is_array()) {
      for (const auto& element : *value) {
        append_element(texts, element, place->sub == nullptr ? "value" : place->sub->name);
      }
    } else if (place->sub == nullptr) {
      append_texts(texts, *value);
    } else {
      append_element(texts, *value, place->sub->name);
    }
  }
  return texts;
}

const Texts* ScimSubject::values(std::string_view path) const {
  const auto known = texts_.find(path);
  return or_null(known != texts_.end() ? known->second
                                       : texts_.emplace(path, collect(path)).first->second);
}

std::vector<std::unique_ptr<FilterSubject>> ScimSubject::elements(std::string_view path) const {
  std::vector<std::unique_ptr<FilterSubject>> elements;
  const auto place = shape_.find(path);
  if (!place || place->attribute == nullptr) return elements;
  if (place->attribute->name == "groups" || place->attribute->name == "members") complete();
  const auto* value = find_scim_value(document_, *place);
  if (value == nullptr || !value->is_array()) return elements;
  for (const auto& element : *value) elements.push_back(std::make_unique<ScimElement>(element));
  return elements;
}

}  // namespace usher::sandbox
