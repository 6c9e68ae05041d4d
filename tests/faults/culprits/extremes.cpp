// The module `extremes`: values of any size, and random numbers.
#include <prong/plugin.hpp>

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

namespace extremes {

// So many bytes of zero, of memory that costs nothing until it is written.
std::string_view zeros(std::int64_t size) {
  const auto length = static_cast<std::size_t>(size);
  const void* bytes = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bytes == MAP_FAILED) throw std::system_error{errno, std::generic_category(), "mmap"};
  return {static_cast<const char*>(bytes), length};
}

// How many bytes there are, if all are alike; else 0.
std::uint64_t size(std::string_view text) {
  const bool alike = text.size() < 2 || std::memcmp(text.data(), text.data() + 1, text.size() - 1) == 0;
  return alike ? text.size() : 0;
}

// Of the item's own seed, and so the same in every run.
std::uint64_t draw(double) { return prong::current_call().item_seed(); }

// Of the C library's generators, which nobody seeds here.
std::uint64_t roll(double) {
  const auto low = static_cast<std::uint64_t>(::lrand48());
  return static_cast<std::uint64_t>(std::rand()) << 32 | low;
}

}  // namespace extremes

PRONG_MODULE(extremes, "Values of any size, and random numbers", "1.0.0", "MIT")
// Emits so many bytes, of which there is one, as only a function of the C interface can.
namespace mapfn::extremes {

__attribute__((visibility("default"))) std::int32_t claim(const prong_batch*);
std::int32_t claim(const prong_batch* batch) {
  static constexpr auto describe = [](prong::sdk::Json& json) {
    json.raw(prong::sdk::abi_json).raw(R"(,"kind":"map","function":"extremes.claim",)");
    json.raw(R"("params":[{"name":"size","type":"u64"}],"result":"str"})");
  };
  PRONG_NOTE static constexpr auto note = prong::sdk::make_note(describe);
  static_cast<void>(note);
  for (std::uint64_t i = 0; i < batch->count; ++i) {
    prong::sdk::publish(*batch, i);
    batch->emit(batch, i, "x", static_cast<const std::uint64_t*>(batch->items)[i]);
  }
  prong::sdk::publish(*batch, batch->count);
  return 0;
}

}  // namespace mapfn::extremes

PRONG_MAP(extremes, zeros, "So many bytes of zero", size)
PRONG_MAP(extremes, size, "How many bytes there are, if all are alike", text)
PRONG_MAP(extremes, draw, "A random number of the item", x)
PRONG_MAP(extremes, roll, "A random number of the C library", x)
