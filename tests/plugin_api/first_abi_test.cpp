// What plugins have compiled into themselves stays: today's header against the first one.
#include <prong/plugin.h>

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

extern "C" {
struct layout_fact {
  const char* name;
  std::size_t value;
};
extern const layout_fact layout_of_first[];
extern const layout_fact layout_of_today[];
extern const std::uint32_t first_batch_bytes;
}

namespace {

TEST_CASE("nothing of the first header has moved") {
  for (std::size_t i = 0; layout_of_first[i].name != nullptr; ++i) {
    INFO(std::string{layout_of_first[i].name}
         << ": plugins are compiled with it; only append to structs that have a struct_size");
    CHECK(std::string{layout_of_first[i].name} == layout_of_today[i].name);
    CHECK(layout_of_first[i].value == layout_of_today[i].value);
  }
  CHECK(sizeof(prong_batch) >= first_batch_bytes);
}

TEST_CASE("its plugins work with a batch that has grown") {
  void* plugin = ::dlopen(FIRST_ABI_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  REQUIRE_MESSAGE(plugin != nullptr, ::dlerror());
  const auto half =
      reinterpret_cast<prong_function>(::dlsym(plugin, "_ZN5mapfn9first_abi4halfEPK11prong_batch"));
  REQUIRE((half != nullptr));

  struct Grown {
    prong_batch batch{};
    std::array<std::uint64_t, 8> later{};
  } grown;
  const std::array<std::int64_t, 3> items{2, 4, 6};
  std::array<std::int64_t, 3> results{};
  std::uint64_t progress = 0;
  const std::uint32_t cancel = 0;
  grown.later.fill(UINT64_MAX);
  grown.batch.struct_size = sizeof grown;
  grown.batch.abi_major = PRONG_ABI_MAJOR;
  grown.batch.abi_minor = PRONG_ABI_MINOR + 1;
  grown.batch.function = "first_abi.half";
  grown.batch.count = items.size();
  grown.batch.item_encoding = PRONG_RAW;
  grown.batch.item_stride = sizeof(std::int64_t);
  grown.batch.items = items.data();
  grown.batch.result_encoding = PRONG_RAW;
  grown.batch.result_stride = sizeof(std::int64_t);
  grown.batch.results = results.data();
  grown.batch.progress = &progress;
  grown.batch.cancel = &cancel;
  CHECK(half(&grown.batch) == 0);
  CHECK(results == std::array<std::int64_t, 3>{1, 2, 3});
  CHECK(progress == 3);
}

}  // namespace
