// Every way in which an item can throw: one crime for each value of `crime`.
#include <prong/plugin.hpp>

#include <pthread.h>

#include <stdexcept>

namespace tests::kinds {

struct Mute : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

struct NotStandard {};

[[noreturn]] void throw_nested() {
  try {
    try {
      throw NotStandard{};
    } catch (...) {
      std::throw_with_nested(std::out_of_range("inner"));
    }
  } catch (...) {
    std::throw_with_nested(std::runtime_error("outer"));
  }
}

std::int32_t commit(std::int32_t crime) {
  switch (crime) {
    case 1:
      throw std::domain_error("a sentence");
    case 2:
      throw 42;
    case 3:
      throw NotStandard{};
    case 4:
      throw Mute{};
    case 5:
      throw_nested();
    case 6:
      throw std::runtime_error(std::string(100'000, 'x'));
    case 7:
      pthread_exit(nullptr);
    default:
      return crime;
  }
}

}  // namespace tests::kinds

PRONG_MAP(tests::kinds, commit, "", crime)
