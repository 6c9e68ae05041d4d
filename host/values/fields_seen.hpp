// Which fields of a structure have been read, whatever their order.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace prong::values {

class FieldsSeen {
 public:
  // `type` is a structure that outlives this.
  explicit FieldsSeen(const Type& type) : type_(&type), seen_(type.field_names().size()) {}

  // The index of the field, or the number of fields. Fastest when fields come in declaration order.
  [[nodiscard]] std::size_t find(std::string_view name);
  // Whether the field was marked before.
  [[nodiscard]] bool mark(std::size_t index);
  [[nodiscard]] std::optional<std::string_view> find_missing() const;

 private:
  const Type* type_;
  std::vector<bool> seen_;
  std::size_t next_ = 0;
};

// "expected {x: f64}, found WHAT "name"".
[[nodiscard]] Mismatch unfit_field(const Type& type, std::string_view name, std::string_view what);

}  // namespace prong::values
