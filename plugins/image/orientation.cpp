// One field out of a TIFF directory (EXIF 2.3, 4.6.4), and what it says about rows and columns.
#include "orientation.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace image {

namespace {

constexpr std::array exif_magic{std::byte{'E'}, std::byte{'x'}, std::byte{'i'},
                                std::byte{'f'}, std::byte{0},   std::byte{0}};
constexpr std::uint32_t orientation_tag = 0x0112;
constexpr std::size_t entry_bytes = 12;

// Numbers of either byte order; those outside of the data are 0.
class TiffNumbers {
 public:
  explicit TiffNumbers(Content data) : data_{data}, is_little_{!data.empty() && data[0] == std::byte{'I'}} {}

  [[nodiscard]] std::uint32_t read(std::size_t at, std::size_t bytes) const {
    if (at > data_.size() || data_.size() - at < bytes) return 0;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      const std::size_t place = is_little_ ? bytes - 1 - i : i;
      number = number << 8 | std::to_integer<std::uint32_t>(data_[at + place]);
    }
    return number;
  }

 private:
  Content data_;
  bool is_little_;
};

}  // namespace

int exif_orientation(Content app1) {
  if (app1.size() < exif_magic.size() || !std::ranges::equal(app1.first(exif_magic.size()), exif_magic))
    return 1;
  const TiffNumbers numbers{app1.subspan(exif_magic.size())};
  const std::size_t directory = numbers.read(4, 4);
  const std::uint32_t entries = numbers.read(directory, 2);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * entry_bytes;
    if (numbers.read(entry, 2) != orientation_tag) continue;
    const std::uint32_t found = numbers.read(entry + 8, 2);
    return 1 <= found && found <= 8 ? static_cast<int>(found) : 1;
  }
  return 1;
}

Size upright(Size size, int orientation) { return orientation >= 5 ? Size{size.height, size.width} : size; }

Raster upright(Raster raster, int orientation) {
  if (orientation == 1) return raster;
  const bool swaps = orientation >= 5;
  const bool flips_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool flips_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  Raster turned{upright(raster.size, orientation), raster.channels, {}};
  turned.samples.resize(raster.samples.size());
  const auto [width, height] = turned.size;
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      std::size_t from_x = flips_x ? width - 1 - x : x;
      std::size_t from_y = flips_y ? height - 1 - y : y;
      if (swaps) std::swap(from_x, from_y);
      std::memcpy(&turned.samples[(std::size_t{y} * width + x) * turned.channels],
                  &raster.samples[(from_y * raster.size.width + from_x) * raster.channels], raster.channels);
    }
  }
  return turned;
}

}  // namespace image
