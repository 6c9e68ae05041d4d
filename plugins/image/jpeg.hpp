// JPEG, by libjpeg-turbo.
#pragma once

#include "picture.hpp"

namespace image {

// Precondition: it begins as a JPEG does. Throws Damaged.
[[nodiscard]] std::unique_ptr<Source> open_jpeg(Content content);

// Of three channels.
[[nodiscard]] Bytes write_jpeg(const Raster& raster);

}  // namespace image
