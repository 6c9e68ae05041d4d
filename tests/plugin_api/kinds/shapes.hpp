// A described struct with text, a list, an optional.
#pragma once

#include <prong/plugin.hpp>

namespace tests::kinds {

struct Person {
  std::string name;
  std::optional<std::int32_t> age;
  std::vector<std::pair<std::string, double>> marks;

  bool operator==(const Person&) const = default;
};
PRONG_STRUCT(Person, name, age, marks)

}  // namespace tests::kinds
