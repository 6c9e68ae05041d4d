// Pictures as they are read, row by row from hostile bytes, and as they lie in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace image {

using Content = std::span<const std::byte>;
using Bytes = std::vector<std::byte>;

// More is refused before anything is decoded: a file of a few bytes can claim any size.
inline constexpr std::uint64_t pixels_max = 100'000'000;

struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

// Samples of 8 bits, red, green, blue and, of four channels, alpha; row after row without gaps.
struct Raster {
  Size size;
  unsigned channels = 3;
  std::vector<std::uint8_t> samples;
};

// The content is no picture, or not a whole one. Says what is wrong, and where.
class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A picture that is being decoded. Its content must outlive it.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  [[nodiscard]] virtual std::string_view format() const = 0;
  // As it is stored; known from the beginning.
  [[nodiscard]] virtual Size size() const = 0;
  // How it is to be turned: 1 to 8, as in EXIF; 1 is not at all. Before the first row.
  [[nodiscard]] virtual int orientation() const { return 1; }

  // Before the first row; returns the size in which rows come: that of the picture, or, where this is faster
  // and enough for a picture of `wanted`, a smaller one. Throws Damaged when there are too many pixels.
  virtual Size start(Size wanted) = 0;
  [[nodiscard]] virtual unsigned channels() const = 0;  // 3 or 4; after start()
  // The next row, of as many samples as width * channels. Throws Damaged.
  virtual void read_row(std::uint8_t* samples) = 0;
  // After the last row: whether what comes after it is whole, too. Throws Damaged.
  virtual void finish() = 0;
};

// By what the content begins with, whatever its file is named. Throws Damaged when it is neither JPEG nor
// PNG.
[[nodiscard]] std::unique_ptr<Source> open_picture(Content content);

// Throws Damaged, "1000000 x 1000000 pixels are more than …".
void check_size(std::string_view format, Size size);

// "PNG, row 3 of 64, byte 170 of 171: what". Row 0: in front of the first one.
[[nodiscard]] Damaged damaged(std::string_view what, std::string_view format, Size size, std::uint64_t row,
                              std::uint64_t byte, std::uint64_t bytes);

}  // namespace image
