// What the functions of the module `storm` return, for who calls them and who checks them. An item is a
// number that is never used twice, its id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace prong::test {

// splitmix64: every bit of the answer depends on every bit of the id.
constexpr std::uint64_t number_of(std::uint64_t id) {
  id += 0x9e3779b97f4a7c15;
  id = (id ^ (id >> 30)) * 0xbf58476d1ce4e5b9;
  id = (id ^ (id >> 27)) * 0x94d049bb133111eb;
  return id ^ (id >> 31);
}

// Up to 3 KB, sometimes 200 KB; a text that was torn, or put together from two, is another one.
inline std::string text_of(std::uint64_t id) {
  const std::uint64_t number = number_of(id);
  const std::size_t words = number % 512 == 0 ? 25'000 : number % 384;
  std::string text(words * 8, '\0');
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = static_cast<char>('a' + (number >> (i % 8 * 8) & 0xff) % 26 - (i % 13 == 0 ? 32 : 0));
  return text;
}

// The function `picky` throws for these.
constexpr bool is_refused(std::uint64_t id) { return number_of(id) % 7 == 3; }
// The function `lazy` takes this long: mostly tens of microseconds, sometimes an hour.
constexpr std::uint64_t micros_of(std::uint64_t id) {
  return number_of(id) % 64 == 5 ? 3'600'000'000 : number_of(id) % 64;
}

// In the environment of the host: where the plugin finds a byte for each id (modulo the size) in which it
// counts how often the function was called.
inline constexpr const char* tally_variable = "PRONG_TEST_TALLY";
inline constexpr std::size_t tally_bytes = std::size_t{1} << 26;

}  // namespace prong::test
