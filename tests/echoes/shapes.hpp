// The structs of the module echoes, for the plugin and for who calls it.
#pragma once

#include <prong/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace echoes {

struct Point {
  double x = 0;
  std::int32_t y = 0;
  bool operator==(const Point&) const = default;
};
PRONG_STRUCT(Point, x, y)

struct Shape {
  std::string name;
  std::vector<Point> points;
  std::optional<std::string> tag;
  bool operator==(const Shape&) const = default;
};
PRONG_STRUCT(Shape, name, points, tag)

// A Shape whose texts are not its own.
struct ShapeView {
  std::string_view name;
  std::vector<Point> points;
  std::optional<std::string_view> tag;
};
PRONG_STRUCT(ShapeView, name, points, tag)

}  // namespace echoes
