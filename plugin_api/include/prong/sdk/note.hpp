// The ELF note that describes a function or a module to whoever reads the file without running it.
#pragma once

#include <prong/plugin.h>
#include <prong/sdk/json.hpp>

#include <cstdint>

// For a variable of type Note. Readers step from note to note by the sizes in them, so nothing may lie
// between two: without `aligned`, g++ starts every variable of 32 bytes and more at a multiple of 32, and
// clang's address sanitizer puts poisoned memory after each that it checks.
#define PRONG_NOTE __attribute__((section(".note.prong"), used, aligned(4))) PRONG_UNCHECKED
#if defined(__clang__)
#define PRONG_UNCHECKED __attribute__((no_sanitize("address")))
#else
#define PRONG_UNCHECKED
#endif

namespace prong::sdk {

inline constexpr std::string_view abi_json = "{\"abi\":[1,0]";
static_assert(PRONG_ABI_MAJOR == 1 && PRONG_ABI_MINOR == 0, "abi_json says so");

template <std::size_t Size>
struct Note {
  std::uint32_t name_size = sizeof "prong";
  std::uint32_t description_size = Size;
  std::uint32_t type = PRONG_NOTE_TYPE;
  char name[8] = "prong";
  char description[(Size + 3) / 4 * 4] = {};
};

// `Write` is a captureless lambda that writes the description to a Json.
template <class Write>
consteval auto make_note(Write write) {
  constexpr std::size_t size = [] {
    Json counted;
    Write{}(counted);
    return counted.size();
  }();
  Note<size> note;
  Json json{note.description};
  write(json);
  return note;
}

}  // namespace prong::sdk
