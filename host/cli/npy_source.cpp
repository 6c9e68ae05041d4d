// The header, then block after block.
#include "cli/npy_source.hpp"

#include "cli/exit_status.hpp"
#include "cli/halt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace prong::cli {

namespace {

constexpr std::size_t block_bytes = std::size_t{256} << 10;
// Headers have some hundred bytes; a longer one is no array's.
constexpr std::size_t header_bytes_max = std::size_t{64} << 10;

}  // namespace

NpySource::NpySource(Pool& pool, InputFile file) : pool_{&pool}, file_{std::move(file)} {
  try {
    read_header();
  } catch (const std::invalid_argument& wrong) {
    fail(wrong.what());
  }
}

void NpySource::fail(const std::string& why) const {
  throw InputFailed{fmt::format("cannot read {}: {}", file_.name(), why)};
}

std::string NpySource::read_exactly(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t got = 0; got < size;) {
    const std::size_t more = file_.read_some(bytes.data() + got, size - got, nullptr);
    if (more == 0) fail("it ends within its header");
    got += more;
  }
  return bytes;
}

void NpySource::read_header() {
  const std::size_t length_bytes = npy_length_bytes(read_exactly(npy_prefix_bytes));
  const std::string length_text = read_exactly(length_bytes);
  std::size_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;)
    length = length << 8 | static_cast<unsigned char>(length_text[i]);
  if (length > header_bytes_max) fail(fmt::format("its header has {} bytes; that is no array's", length));
  header_ = parse_npy_header(read_exactly(length));

  std::uint64_t bytes = 0;
  // The columns are bounded first, so that the size of a row does not overflow.
  if (header_.item.columns > block_bytes ||
      __builtin_mul_overflow(header_.count, header_.item.bytes(), &bytes)) {
    fail("by its header it is larger than any file can be");
  }
  const auto size = file_.size();
  const std::uint64_t follow = size.value_or(0) - npy_prefix_bytes - length_bytes - length;
  if (size && follow != bytes) {
    fail(fmt::format("by its header it holds {} values of {}, {} bytes, and {} follow: it was {}",
                     header_.count, header_.item.signature(), bytes, follow,
                     follow < bytes ? "cut off" : "changed"));
  }
}

std::string NpySource::place_of(std::uint64_t item) const {
  return file_.place(fmt::format("{} {}", header_.item.columns == 0 ? "value" : "row", item));
}

std::optional<Items> NpySource::next(Halt& halt) {
  const std::size_t stride = header_.item.bytes();
  const std::uint64_t count =
      std::min<std::uint64_t>(header_.count - given_, std::max<std::size_t>(1, block_bytes / stride));
  if (count == 0 || halt.requested()) return std::nullopt;
  block_ = pool_->allocate_bytes(count * stride);
  std::size_t got = 0;
  // Whole items, as soon as there is one.
  while (got < stride || got % stride != 0) {
    const std::size_t wanted = got < stride ? count * stride - got : stride - got % stride;
    const std::size_t more = file_.read_some(static_cast<char*>(block_.get()) + got, wanted, &halt);
    if (halt.requested()) return std::nullopt;
    if (more == 0 && got < stride) fail(fmt::format("it ends after {} of {} values", given_, header_.count));
    if (more == 0) got -= got % stride;
    got += more;
  }
  given_ += got / stride;
  return Items{.bytes = {static_cast<const std::byte*>(block_.get()), got}, .count = got / stride};
}

}  // namespace prong::cli
