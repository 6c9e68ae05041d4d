// The parameter names of a macro line: `base, exponent`, as the preprocessor spells them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace prong::sdk {

[[nodiscard]] constexpr std::size_t count_names(std::string_view names) {
  return names.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(names, ',')) + 1;
}

[[nodiscard]] constexpr std::string_view nth_name(std::string_view names, std::size_t n) {
  while (n-- > 0)
    names.remove_prefix(names.find(',') + 1);
  names = names.substr(0, names.find(','));
  while (names.starts_with(' '))
    names.remove_prefix(1);
  while (names.ends_with(' '))
    names.remove_suffix(1);
  return names;
}

}  // namespace prong::sdk
