// Accounting for the fields of a structure.
#include "values/fields_seen.hpp"

#include <algorithm>
#include <string>

namespace prong::values {

std::size_t FieldsSeen::find(std::string_view name) {
  const auto& names = type_->field_names();
  const bool expected = next_ < names.size() && names[next_] == name;
  const std::size_t index =
      expected ? next_ : static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  next_ = index + 1;
  return index;
}

bool FieldsSeen::mark(std::size_t index) {
  const bool before = seen_[index];
  seen_[index] = true;
  return before;
}

std::optional<std::string_view> FieldsSeen::find_missing() const {
  const auto missing = std::ranges::find(seen_, false);
  if (missing == seen_.end()) return {};
  return type_->field_names()[static_cast<std::size_t>(missing - seen_.begin())];
}

Mismatch unfit_field(const Type& type, std::string_view name, std::string_view what) {
  return {.path = "$", .expected = describe(type), .found = std::string{what} + ' ' + quoted(name)};
}

}  // namespace prong::values
