// The module `image`: sizes, thumbnails and likeness of JPEG and PNG pictures, also of hostile ones.
//
//   prong map image.size --files *.jpg                                width and height, of the headers alone
//   prong map image.thumbnail --files *.jpg                           small pictures of the same formats
//   prong map image.fit --bind edge=1024 --files *.jpg                no larger than so
//   prong run image.fingerprint --bind distance=6 --files *           pictures that look alike
#include "jpeg.hpp"
#include "orientation.hpp"
#include "picture.hpp"
#include "png.hpp"
#include "shrink.hpp"

#include <prong/plugin.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace image {

struct Shape {
  std::string format;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};
PRONG_STRUCT(Shape, format, width, height)

Shape size(Content content) {
  const auto source = open_picture(content);
  const auto [width, height] = upright(source->size(), source->orientation());
  return {std::string(source->format()), width, height};
}

Bytes fit(Content content, std::uint32_t edge) {
  if (edge == 0) throw std::invalid_argument("a picture has an edge of 1 pixel at least");
  const auto source = open_picture(content);
  const auto [width, height] = source->size();
  const double scale = std::min(1.0, static_cast<double>(edge) / std::max(width, height));
  const auto scaled = [scale](std::uint32_t length) {
    return std::max(1U, static_cast<std::uint32_t>(std::lround(length * scale)));
  };
  const int orientation = source->orientation();
  const Raster small = upright(shrink(*source, {scaled(width), scaled(height)}), orientation);
  return source->format() == "JPEG" ? write_jpeg(small) : write_png(small);
}

// As large as freedesktop.org's "large" thumbnails.
Bytes thumbnail(Content content) { return fit(content, 256); }

// A bit for each of 8 times 8 places: whether it becomes brighter to the right there ("dHash"). It survives
// other sizes, formats and qualities. What is transparent is seen on white.
std::string fingerprint(Content content) {
  constexpr Size square{72, 72};  // so that turning and shrinking can both be exact
  constexpr Size grid{9, 8};
  const auto source = open_picture(content);
  const int orientation = source->orientation();
  const Raster small = shrink(upright(shrink(*source, square), orientation), grid);
  const auto brightness = [&](std::size_t x, std::size_t y) {
    const std::uint8_t* pixel = &small.samples[(y * grid.width + x) * small.channels];
    const int alpha = small.channels == 4 ? pixel[3] : 255;
    return (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]) * alpha + 255'000 * (255 - alpha);
  };
  std::string text;
  for (std::size_t y = 0; y < grid.height; ++y) {
    for (std::size_t x = 0; x < grid.width - 1; x += 4) {
      unsigned digit = 0;
      for (std::size_t i = x; i < x + 4; ++i)
        digit = digit << 1 | static_cast<unsigned>(brightness(i, y) < brightness(i + 1, y));
      text += "0123456789abcdef"[digit];
    }
  }
  return text;
}

struct Pair {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint32_t distance = 0;
};
PRONG_STRUCT(Pair, first, second, distance)

// The numbers of two inputs, from 0, and in how many of 64 bits they differ.
std::vector<Pair> alike(const prong::Results<std::string_view>& fingerprints, std::uint32_t distance) {
  std::vector<std::uint64_t> bits(fingerprints.size());
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const std::string_view text = fingerprints[i];
    std::from_chars(text.data(), text.data() + text.size(), bits[i], 16);
  }
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (std::size_t j = i + 1; j < bits.size(); ++j) {
      const auto differing = static_cast<std::uint32_t>(std::popcount(bits[i] ^ bits[j]));
      if (differing <= distance) pairs.push_back({fingerprints.index(i), fingerprints.index(j), differing});
    }
  }
  return pairs;
}

}  // namespace image

PRONG_MODULE(image, "Sizes, thumbnails and likeness of JPEG and PNG pictures", "1.0.0", "MIT")

PRONG_MAP(image, size, "Format, width and height as it is seen; reads the headers alone", content)
PRONG_MAP(image, thumbnail, "The picture, upright, in the same format, with no edge longer than 256 pixels",
          content)
PRONG_MAP(image, fit, "The same with no edge longer than so many pixels", content, edge)
PRONG_MAP(image, fingerprint, "64 bits in hexadecimal that are nearly equal for pictures that look alike",
          content)

PRONG_RESULT(image, fingerprint, alike, "The pairs of pictures that differ in so many bits at most",
             fingerprints, distance)
