// Which decoder, and what they say alike.
#include "picture.hpp"

#include "jpeg.hpp"
#include "png.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace image {

namespace {

constexpr std::array jpeg_magic{std::byte{0xff}, std::byte{0xd8}, std::byte{0xff}};
constexpr std::array png_magic{std::byte{0x89}, std::byte{'P'},  std::byte{'N'},  std::byte{'G'},
                               std::byte{'\r'}, std::byte{'\n'}, std::byte{0x1a}, std::byte{'\n'}};

bool begins_with(Content content, Content magic) {
  return content.size() >= magic.size() && std::ranges::equal(content.first(magic.size()), magic);
}

std::string hexadecimal(Content bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    std::array<char, 4> digits{};
    std::snprintf(digits.data(), digits.size(), " %02x", std::to_integer<unsigned>(byte));
    text += digits.data();
  }
  return text;
}

}  // namespace

std::unique_ptr<Source> open_picture(Content content) {
  if (begins_with(content, jpeg_magic)) return open_jpeg(content);
  if (begins_with(content, png_magic)) return open_png(content);
  if (content.empty()) throw Damaged("neither JPEG nor PNG: it is empty");
  throw Damaged("neither JPEG nor PNG: it begins with" +
                hexadecimal(content.first(std::min(content.size(), png_magic.size()))));
}

void check_size(std::string_view format, Size size) {
  if (std::uint64_t{size.width} * size.height <= pixels_max) return;
  throw Damaged(std::string(format) + ": " + std::to_string(size.width) + " x " +
                std::to_string(size.height) + " pixels are more than the " + std::to_string(pixels_max) +
                " that are decoded");
}

Damaged damaged(std::string_view what, std::string_view format, Size size, std::uint64_t row,
                std::uint64_t byte, std::uint64_t bytes) {
  std::string text{format};
  if (row > 0) text += ", row " + std::to_string(row) + " of " + std::to_string(size.height);
  text += ", byte " + std::to_string(byte) + " of " + std::to_string(bytes) + ": ";
  return Damaged(text.append(what));
}

}  // namespace image
