// Pictures that were taken with the camera turned.
#pragma once

#include "picture.hpp"

namespace image {

// 1 to 8, from the EXIF data of a JPEG's APP1 marker; 1 when this is none, or does not say.
[[nodiscard]] int exif_orientation(Content app1);

// As it is to be seen.
[[nodiscard]] Raster upright(Raster raster, int orientation);
[[nodiscard]] Size upright(Size size, int orientation);

}  // namespace image
