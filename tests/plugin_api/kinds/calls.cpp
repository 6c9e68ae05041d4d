// Functions of the module tests.kinds that ask about their call.
#include <prong/plugin.hpp>

#include <thread>

namespace tests::kinds {

std::uint64_t index(std::uint8_t /*item*/) { return prong::current_call().index(); }
std::uint64_t seed(std::uint8_t /*item*/) { return prong::current_call().item_seed(); }
bool cancelled(std::uint8_t /*item*/) { return prong::current_call().cancelled(); }
std::string name(std::uint8_t /*item*/) { return std::string(prong::current_call().function()); }

std::string elsewhere(std::uint8_t /*item*/) {
  std::string what;
  std::thread([&what] {
    try {
      what = prong::current_call().function();
    } catch (const std::logic_error& error) {
      what = error.what();
    }
  }).join();
  return what;
}

}  // namespace tests::kinds

PRONG_MAP(tests::kinds, index, "", item)
PRONG_MAP(tests::kinds, seed, "", item)
PRONG_MAP(tests::kinds, cancelled, "", item)
PRONG_MAP(tests::kinds, name, "", item)
PRONG_MAP(tests::kinds, elsewhere, "", item)
