// The module `compress`: what the command zstd does, input by input.
//
//   prong call compress.zstd CONTENT 19                                              a frame, as base64
//   prong map compress.zstd --bind level=19 --files *.log                            a frame for each file
//   prong map compress.unzstd --bind bytes_max=1000000 --files *.zst                 the contents
#include <prong/plugin.hpp>

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

namespace compress {

using Content = std::span<const std::byte>;
using Bytes = std::vector<std::byte>;

std::size_t checked(std::size_t result) {
  if (ZSTD_isError(result) != 0) throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(result));
  return result;
}

class Compressor {
 public:
  explicit Compressor(std::int32_t level) : context_{ZSTD_createCCtx()} {
    if (level < ZSTD_minCLevel() || level > ZSTD_maxCLevel()) {
      throw std::invalid_argument("zstd has the levels " + std::to_string(ZSTD_minCLevel()) + " to " +
                                  std::to_string(ZSTD_maxCLevel()) + ", and not " + std::to_string(level));
    }
    if (!context_) throw std::bad_alloc();
    checked(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level));
    checked(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1));
  }

  Bytes operator()(Content content) const {
    Bytes frame(ZSTD_compressBound(content.size()));
    frame.resize(
        checked(ZSTD_compress2(context_.get(), frame.data(), frame.size(), content.data(), content.size())));
    return frame;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

class Decompressor {
 public:
  explicit Decompressor(std::uint64_t bytes_max) : context_{ZSTD_createDCtx()}, bytes_max_{bytes_max} {
    if (!context_) throw std::bad_alloc();
  }

  // Frames one after the other, as `cat a.zst b.zst` makes them. What a frame claims to hold is not believed:
  // memory grows with what comes out of it, up to the bound.
  Bytes operator()(Content content) const {
    checked(ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only));
    Bytes bytes;
    ZSTD_inBuffer in{content.data(), content.size(), 0};
    std::size_t left = 1;  // of the frame; 0 between frames
    while (in.pos < in.size || left > 0)
      left = advance(in, bytes);
    return bytes;
  }

 private:
  // One byte more than the bound is asked for, so that what is too much shows.
  std::size_t advance(ZSTD_inBuffer& in, Bytes& bytes) const {
    const std::size_t had = bytes.size();
    const std::size_t read = in.pos;
    const std::uint64_t room = bytes_max_ - had;
    const std::size_t step = std::max(ZSTD_DStreamOutSize(), had);
    bytes.resize(had + (room < step ? static_cast<std::size_t>(room) + 1 : step));
    ZSTD_outBuffer out{bytes.data(), bytes.size(), had};
    const std::size_t left = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(left) != 0) {
      throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(left) + ", after byte " +
                               std::to_string(in.pos) + " of " + std::to_string(in.size));
    }
    bytes.resize(out.pos);
    if (bytes.size() > bytes_max_) {
      throw std::length_error("more than " + std::to_string(bytes_max_) +
                              " bytes come out of it; raise bytes_max, or leave it alone");
    }
    if (in.pos == read && bytes.size() == had && left > 0) {
      throw std::runtime_error("zstd: it ends in the middle of a frame, after " + std::to_string(in.size) +
                               " bytes");
    }
    return left;
  }

  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  std::uint64_t bytes_max_;
};

}  // namespace compress

PRONG_MODULE(compress, "Compresses and decompresses by zstd", "1.0.0", "MIT")

PRONG_MAP_CLASS(compress, zstd, Compressor(std::int32_t),
                "The content as a zstd frame with a checksum; higher levels take longer and make it smaller",
                content, level)
PRONG_MAP_CLASS(compress, unzstd, Decompressor(std::uint64_t),
                "What the zstd frames hold; fails when that is more than bytes_max", frames, bytes_max)
