// PNG, by libpng.
#pragma once

#include "picture.hpp"

namespace image {

// Precondition: it begins as a PNG does. Throws Damaged.
[[nodiscard]] std::unique_ptr<Source> open_png(Content content);

[[nodiscard]] Bytes write_png(const Raster& raster);

}  // namespace image
