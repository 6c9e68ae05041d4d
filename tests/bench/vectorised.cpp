// A pure function called as workers call it, over an array that stays in the caches, beside the same loop
// compiled in place.
#include "figures.hpp"
#include "measure.hpp"

#include <prong/plugin.h>

#include <boost/dll/shared_library.hpp>

#include <cstdlib>

namespace prong::bench {

namespace {

constexpr std::size_t count = 2048;
constexpr int rounds = 4000;

[[gnu::noinline]] void square_all(const double* from, double* to) {
  for (std::size_t i = 0; i < count; ++i)
    to[i] = from[i] * from[i];
}

}  // namespace

void vectorised(const char* plugin_file) {
  const boost::dll::shared_library plugin{plugin_file};
  const auto& square =
      plugin.get<std::int32_t(const prong_batch*)>("_ZN5mapfn8examples6squareEPK11prong_batch");
  alignas(64) static double from[count];
  alignas(64) static double to[count];
  std::fill_n(from, count, 1.5);
  std::uint64_t progress = 0;
  const std::uint32_t cancel = 0;
  prong_batch batch{};
  batch.struct_size = sizeof batch;
  batch.abi_major = PRONG_ABI_MAJOR;
  batch.abi_minor = PRONG_ABI_MINOR;
  batch.function = "examples.square";
  batch.count = count;
  batch.item_encoding = batch.result_encoding = PRONG_RAW;
  batch.item_stride = batch.result_stride = sizeof(double);
  batch.items = from;
  batch.results = to;
  batch.progress = &progress;
  batch.cancel = &cancel;
  const Pair times = in_turn(
      31,
      [&] {
        for (int i = 0; i < rounds; ++i)
          if (square(&batch) != 0) std::abort();
      },
      [&] {
        for (int i = 0; i < rounds; ++i)
          square_all(from, to);
      });
  constexpr double items = static_cast<double>(count) * rounds;
  figure("pure_ns_per_item", times.ours * 1e6 / items);
  figure("inline_ns_per_item", times.peer * 1e6 / items);
}

}  // namespace prong::bench
