// The public face of signatures, over the types that workers read values by.
#include "values/signature.hpp"

#include <prong/signature.hpp>

#include <utility>

namespace prong {

namespace {

TypeInfo told(const values::Type& type) {
  const values::Layout layout = type.layout().value_or(values::Layout{});
  TypeInfo info{.kind = type.kind(),
                .signature = type.to_string(),
                .names = type.field_names(),
                .size = layout.size,
                .alignment = layout.alignment,
                .offsets = type.offsets()};
  for (const values::Type& child : type.children())
    info.children.push_back(told(child));
  return info;
}

}  // namespace

TypeInfo parse_signature(std::string_view signature) { return told(values::parse_signature(signature)); }

TypeInfo tuple_of(const std::vector<TypeInfo>& elements) {
  std::vector<values::Type> types;
  for (const TypeInfo& element : elements)
    types.push_back(values::parse_signature(element.signature));
  return told(values::tuple_of(std::move(types)));
}

std::string_view name_of(TypeKind kind) { return values::kind_name(kind); }

}  // namespace prong
