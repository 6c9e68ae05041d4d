// libpng with errors that are exceptions, and rows that come one by one.
#include "png.hpp"

#include "guarded.hpp"

#include <png.h>

#include <cstring>
#include <new>

namespace image {

namespace {

// What chunks other than the pixels may unpack to.
constexpr png_alloc_size_t chunk_bytes_max = 8'000'000;
constexpr png_uint_32 length_max = 1'000'000;

class PngSource : public Source {
 public:
  explicit PngSource(Content content) : content_{content} {
    reader_.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &jump_, leave, ignore);
    if (reader_.png == nullptr) throw std::bad_alloc();
    reader_.info = png_create_info_struct(reader_.png);
    if (reader_.info == nullptr) throw std::bad_alloc();
    run([this] {
      png_set_read_fn(reader_.png, this, read);
      png_set_user_limits(reader_.png, length_max, length_max);
      png_set_chunk_malloc_max(reader_.png, chunk_bytes_max);
      png_read_info(reader_.png, reader_.info);
    });
  }

  [[nodiscard]] std::string_view format() const override { return "PNG"; }
  [[nodiscard]] Size size() const override {
    return {png_get_image_width(reader_.png, reader_.info), png_get_image_height(reader_.png, reader_.info)};
  }
  [[nodiscard]] unsigned channels() const override { return png_get_channels(reader_.png, reader_.info); }

  Size start(Size) override {
    check_size(format(), size());
    run([this] {
      png_set_expand(reader_.png);
      png_set_scale_16(reader_.png);
      png_set_gray_to_rgb(reader_.png);
      passes_ = png_set_interlace_handling(reader_.png);
      png_read_update_info(reader_.png, reader_.info);
    });
    return size();
  }

  void read_row(std::uint8_t* samples) override {
    if (passes_ > 1) {
      if (row_ == 0) read_passes();
      std::memcpy(samples, rows_.data() + row_ * row_bytes(), row_bytes());
    } else {
      run([&] { png_read_row(reader_.png, samples, nullptr); });
    }
    ++row_;
  }

  void finish() override {
    run([this] { png_read_end(reader_.png, nullptr); });
  }

 private:
  struct Reader {
    png_structp png = nullptr;
    png_infop info = nullptr;
    ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  };

  static void leave(png_structp png, const char* what) {
    static_cast<Jump*>(png_get_error_ptr(png))->leave(what);
  }
  static void ignore(png_structp, const char*) {}

  static void read(png_structp png, png_bytep to, std::size_t size) {
    auto& source = *static_cast<PngSource*>(png_get_io_ptr(png));
    if (source.content_.size() - source.read_ < size) {
      source.read_ = source.content_.size();
      png_error(png, "it ends too early");
    }
    std::memcpy(to, source.content_.data() + source.read_, size);
    source.read_ += size;
  }

  template <class Step>
  void run(Step step) {
    if (guarded(jump_, step)) return;
    // Before the first row comes the header, after the last one the end of the file.
    const bool is_in_rows = passes_ > 0 && row_ < size().height;
    throw damaged(jump_.what.data(), format(), size(), is_in_rows ? row_ + 1 : 0, read_, content_.size());
  }

  [[nodiscard]] std::size_t row_bytes() const { return png_get_rowbytes(reader_.png, reader_.info); }

  // Interlaced: each pass has pixels of all rows.
  void read_passes() {
    rows_.resize(row_bytes() * size().height);
    run([this] {
      for (int pass = 0; pass < passes_; ++pass) {
        for (row_ = 0; row_ < size().height; ++row_)
          png_read_row(reader_.png, rows_.data() + row_ * row_bytes(), nullptr);
      }
    });
    row_ = 0;
  }

  Content content_;
  std::size_t read_ = 0;
  Jump jump_;
  Reader reader_;
  int passes_ = 0;
  std::size_t row_ = 0;
  std::vector<std::uint8_t> rows_;
};

}  // namespace

std::unique_ptr<Source> open_png(Content content) { return std::make_unique<PngSource>(content); }

Bytes write_png(const Raster& raster) {
  png_image picture{};
  picture.version = PNG_IMAGE_VERSION;
  picture.width = raster.size.width;
  picture.height = raster.size.height;
  picture.format = raster.channels == 4 ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  Bytes bytes(PNG_IMAGE_PNG_SIZE_MAX(picture));
  png_alloc_size_t size = bytes.size();
  if (png_image_write_to_memory(&picture, bytes.data(), &size, 0, raster.samples.data(), 0, nullptr) == 0) {
    throw std::runtime_error(std::string("cannot write a PNG: ") + picture.message);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace image
