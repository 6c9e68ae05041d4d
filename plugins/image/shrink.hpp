// Pictures in another size: each pixel is the mean of the area that it covers.
#pragma once

#include "picture.hpp"

#include <utility>

namespace image {

class Shrinker {
 public:
  Shrinker(Size from, unsigned channels, Size to);

  // Of the rows from top to bottom.
  void add_row(const std::uint8_t* samples);
  // After as many rows as the picture has.
  [[nodiscard]] Raster take() { return std::move(raster_); }

 private:
  // A pixel of the source, or a part of one, is this much of a pixel of the result.
  struct Share {
    std::size_t from;
    std::size_t to;
    float weight;
  };
  [[nodiscard]] static std::vector<Share> shares(std::uint32_t from, std::uint32_t to);
  void widen(const std::uint8_t* samples);
  void write_row();

  Raster raster_;
  std::vector<Share> across_;
  std::vector<Share> down_;
  std::size_t next_ = 0;     // of down_
  std::size_t row_ = 0;      // of the source
  std::vector<float> line_;  // this row, of the new width
  std::vector<float> sum_;   // of the row of the result that is being made
};

// The whole picture of a source.
[[nodiscard]] Raster shrink(Source& source, Size to);
[[nodiscard]] Raster shrink(const Raster& raster, Size to);

}  // namespace image
