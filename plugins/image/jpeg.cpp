// libjpeg with errors that are exceptions, and warnings that are errors where pixels would be made up.
#include "jpeg.hpp"

#include "guarded.hpp"
#include "orientation.hpp"

#include <jerror.h>
#include <jpeglib.h>  // needs <cstdio> before it

#include <array>
#include <cstdlib>
#include <new>

namespace image {

namespace {

// A progressive picture of few bytes can ask for each pixel to be worked on in thousands of scans.
constexpr int scans_max = 100;
constexpr int exif_marker = JPEG_APP0 + 1;
constexpr int quality = 85;
constexpr unsigned eighths = 8;  // libjpeg scales to so many of its size

struct Errors : jpeg_error_mgr {
  Jump jump;

  Errors() : jpeg_error_mgr{} {
    jpeg_std_error(this);
    error_exit = leave;
    emit_message = take_message;
  }

  static void leave(j_common_ptr info) {
    std::array<char, JMSG_LENGTH_MAX> text{};
    info->err->format_message(info, text.data());
    static_cast<Errors*>(info->err)->jump.leave(text.data());
  }

  // Level -1: libjpeg would go on with pixels of its own making. Of what is merely odd it makes none.
  static void take_message(j_common_ptr info, int level) {
    const int code = info->err->msg_code;
    const bool is_odd = code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
    if (level < 0 && !is_odd) leave(info);
  }
};

// What was not created is zero, and left alone.
struct Decoder : jpeg_decompress_struct {
  Decoder() : jpeg_decompress_struct{} {}
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(this); }
};

class JpegSource : public Source {
 public:
  explicit JpegSource(Content content) : content_{content} {
    info_.err = &errors_;
    progress_.progress_monitor = count_scans;
    run([this] {
      jpeg_create_decompress(&info_);
      info_.progress = &progress_;
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(content_.data()), content_.size());
      jpeg_save_markers(&info_, exif_marker, 0xffff);
      static_cast<void>(jpeg_read_header(&info_, TRUE));
    });
  }

  [[nodiscard]] std::string_view format() const override { return "JPEG"; }
  [[nodiscard]] Size size() const override { return {info_.image_width, info_.image_height}; }
  [[nodiscard]] unsigned channels() const override { return 3; }

  [[nodiscard]] int orientation() const override {
    for (auto* marker = info_.marker_list; marker != nullptr; marker = marker->next) {
      const Content data = std::as_bytes(std::span{marker->data, marker->data_length});
      if (const int found = exif_orientation(data); found != 1) return found;
    }
    return 1;
  }

  Size start(Size wanted) override {
    check_size(format(), size());
    info_.scale_denom = eighths;
    info_.scale_num = 1;
    while (info_.scale_num < eighths &&
           (scaled(info_.image_width) < wanted.width || scaled(info_.image_height) < wanted.height)) {
      ++info_.scale_num;
    }
    // Of CMYK libjpeg makes no RGB.
    is_cmyk_ = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    info_.out_color_space = is_cmyk_ ? JCS_CMYK : JCS_RGB;
    run([this] { static_cast<void>(jpeg_start_decompress(&info_)); });
    if (is_cmyk_) inks_.resize(std::size_t{info_.output_width} * 4);
    return {info_.output_width, info_.output_height};
  }

  void read_row(std::uint8_t* samples) override {
    std::uint8_t* row = is_cmyk_ ? inks_.data() : samples;
    run([this, &row] { static_cast<void>(jpeg_read_scanlines(&info_, &row, 1)); });
    if (is_cmyk_) convert(samples);
  }

  void finish() override {
    run([this] { static_cast<void>(jpeg_finish_decompress(&info_)); });
  }

 private:
  template <class Step>
  void run(Step step) {
    if (guarded(errors_.jump, step)) return;
    if (errors_.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
    const std::uint64_t left = info_.src != nullptr ? info_.src->bytes_in_buffer : 0;
    // Rows of a picture that is decoded at so many eighths.
    const std::uint64_t row =
        info_.output_height > 0 ? std::uint64_t{info_.output_scanline} * eighths / info_.scale_num + 1 : 0;
    throw damaged(errors_.jump.what.data(), format(), size(), row, content_.size() - left, content_.size());
  }

  static void count_scans(j_common_ptr info) {
    if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= scans_max) return;
    static_cast<Errors*>(info->err)->jump.leave("more scans than a picture has use for");
  }

  [[nodiscard]] std::uint32_t scaled(std::uint32_t length) const {
    return static_cast<std::uint32_t>((std::uint64_t{length} * info_.scale_num + eighths - 1) / eighths);
  }

  // Adobe's programs store inks inverted, and say that it was them; so does every other program.
  void convert(std::uint8_t* samples) const {
    const bool is_inverted = info_.saw_Adobe_marker != FALSE;
    const auto light = [&](std::uint8_t ink) { return is_inverted ? ink : 255U - ink; };
    for (std::size_t x = 0; x < info_.output_width; ++x) {
      for (std::size_t c = 0; c < 3; ++c)
        *samples++ = static_cast<std::uint8_t>(light(inks_[4 * x + c]) * light(inks_[4 * x + 3]) / 255);
    }
  }

  Content content_;
  Errors errors_;
  jpeg_progress_mgr progress_{};
  Decoder info_;
  bool is_cmyk_ = false;
  std::vector<std::uint8_t> inks_;
};

}  // namespace

std::unique_ptr<Source> open_jpeg(Content content) { return std::make_unique<JpegSource>(content); }

Bytes write_jpeg(const Raster& raster) {
  struct Writing {
    Errors errors;
    jpeg_compress_struct info{};
    unsigned char* data = nullptr;
    unsigned long size = 0;
    ~Writing() {
      jpeg_destroy_compress(&info);
      std::free(data);
    }
  } writing;
  auto& info = writing.info;
  info.err = &writing.errors;
  const bool is_written = guarded(writing.errors.jump, [&] {
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &writing.data, &writing.size);
    info.image_width = raster.size.width;
    info.image_height = raster.size.height;
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    info.optimize_coding = TRUE;
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
      auto* row = const_cast<std::uint8_t*>(raster.samples.data()) +
                  std::size_t{info.next_scanline} * info.image_width * 3;
      static_cast<void>(jpeg_write_scanlines(&info, &row, 1));
    }
    jpeg_finish_compress(&info);
  });
  if (!is_written)
    throw std::runtime_error(std::string("cannot write a JPEG: ") + writing.errors.jump.what.data());
  const auto* begin = reinterpret_cast<const std::byte*>(writing.data);
  return Bytes(begin, begin + writing.size);
}

}  // namespace image
