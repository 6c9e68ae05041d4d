// A described struct with padding at its end.
#pragma once

#include <prong/plugin.hpp>

namespace tests::kinds {

struct Point {
  double x = 0;
  double y = 0;
  bool is_visible = false;
};
PRONG_STRUCT(Point, x, y, is_visible)

}  // namespace tests::kinds
