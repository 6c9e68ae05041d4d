// Rows are shrunk as they come, so that no picture has to lie in memory as a whole.
#include "shrink.hpp"

#include <algorithm>
#include <cmath>

namespace image {

namespace {

constexpr float opaque = 255;

}  // namespace

// In units of which a source pixel has `to` and a pixel of the result has `from`, all edges are whole
// numbers.
std::vector<Shrinker::Share> Shrinker::shares(std::uint32_t from, std::uint32_t to) {
  std::vector<Share> all;
  all.reserve(std::size_t{from} + to);
  for (std::uint64_t source = 0, target = 0; source < from && target < to;) {
    const std::uint64_t source_end = (source + 1) * to;
    const std::uint64_t target_end = (target + 1) * from;
    const std::uint64_t begin = std::max(source * to, target * from);
    const auto covered = static_cast<float>(std::min(source_end, target_end) - begin);
    all.push_back({source, target, covered / static_cast<float>(from)});
    source += source_end <= target_end;
    target += target_end <= source_end;
  }
  return all;
}

Shrinker::Shrinker(Size from, unsigned channels, Size to)
    : raster_{to, channels, {}},
      across_{shares(from.width, to.width)},
      down_{shares(from.height, to.height)},
      line_(std::size_t{to.width} * channels),
      sum_(line_.size()) {
  raster_.samples.reserve(line_.size() * to.height);
}

// Colours count as much as they are seen, so that what is transparent lends none.
void Shrinker::widen(const std::uint8_t* samples) {
  std::ranges::fill(line_, 0.0F);
  const unsigned channels = raster_.channels;
  for (const Share& share : across_) {
    const std::uint8_t* from = samples + share.from * channels;
    float* to = line_.data() + share.to * channels;
    const float seen = channels == 4 ? share.weight * static_cast<float>(from[3]) / opaque : share.weight;
    for (unsigned c = 0; c < 3; ++c)
      to[c] += seen * static_cast<float>(from[c]);
    if (channels == 4) to[3] += share.weight * static_cast<float>(from[3]);
  }
}

void Shrinker::add_row(const std::uint8_t* samples) {
  widen(samples);
  for (; next_ < down_.size() && down_[next_].from == row_; ++next_) {
    for (std::size_t i = 0; i < sum_.size(); ++i)
      sum_[i] += down_[next_].weight * line_[i];
    const bool is_last = next_ + 1 == down_.size() || down_[next_ + 1].to != down_[next_].to;
    if (is_last) write_row();
  }
  ++row_;
}

void Shrinker::write_row() {
  const unsigned channels = raster_.channels;
  for (std::size_t i = 0; i < sum_.size(); ++i) {
    float value = sum_[i];
    if (channels == 4 && i % 4 != 3) {
      const float alpha = sum_[i - i % 4 + 3];
      value = alpha > 0 ? value * opaque / alpha : 0;
    }
    raster_.samples.push_back(static_cast<std::uint8_t>(std::clamp(std::round(value), 0.0F, opaque)));
  }
  std::ranges::fill(sum_, 0.0F);
}

Raster shrink(Source& source, Size to) {
  const Size from = source.start(to);
  Shrinker shrinker{from, source.channels(), to};
  std::vector<std::uint8_t> row(std::size_t{from.width} * source.channels());
  for (std::uint32_t y = 0; y < from.height; ++y) {
    source.read_row(row.data());
    shrinker.add_row(row.data());
  }
  source.finish();
  return shrinker.take();
}

Raster shrink(const Raster& raster, Size to) {
  Shrinker shrinker{raster.size, raster.channels, to};
  const std::size_t row_samples = std::size_t{raster.size.width} * raster.channels;
  for (std::size_t y = 0; y < raster.size.height; ++y)
    shrinker.add_row(raster.samples.data() + y * row_samples);
  return shrinker.take();
}

}  // namespace image
