// What is known of how a worker died: where, over which input, and with how much memory.
#pragma once

#include <prong/export.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace prong {

// A call on the stack of the thread that crashed. A value.
struct Frame {
  std::uint64_t address = 0;  // in the worker: of the instruction that crashed, or that follows the call
  std::string file = {};      // the plugin, library or program that holds it; empty: none does
  std::string build_id = {};  // of the file that was loaded, in hexadecimal; empty: it has none
  std::uint64_t offset = 0;   // in the file's own addresses, as addr2line(1) takes them
  std::string function = {};  // demangled; empty: unknown
  std::string source = {};    // "src/stats.cpp", when the file has debugging information
  std::uint32_t line = 0;     // of it

  // "stats::parse(double) at stats.cpp:12", "stats::parse(double) in stats.so", "stats.so+0x1139", "0x0". As
  // much as is known; control characters escaped.
  [[nodiscard]] PRONG_API std::string to_string() const;

  friend bool operator==(const Frame&, const Frame&) = default;
};

enum class OutOfMemory : std::uint8_t {
  no,
  probable,  // it was killed, by nobody of ours, when the system ended some process for lack of memory
  certain,   // the same, and its control group counts the kill; or Prong killed it for what it took
};

// A value. `code`, `address`, `sender`, `stack_overflow` and `frames` are the dying worker's word, which a
// plugin can forge; the rest is the host's and the system's.
struct CrashReport {
  int code = 0;                               // si_code of the signal (sigaction(2))
  std::optional<std::uint64_t> address = {};  // what could not be reached, or the instruction that failed
  int sender = 0;                             // the process that sent the signal; 0: none did
  bool stack_overflow = false;
  std::vector<Frame> frames = {};  // innermost first, without Prong's own; empty: none are known
  OutOfMemory out_of_memory = OutOfMemory::no;
  std::uint64_t peak_memory = 0;    // bytes in RAM at most, at one time; 0: unknown
  std::string input = {};           // the item, or its beginning: JSON, or the text that it came as
  bool is_input_cut = false;        // there was more of it
  std::filesystem::path core = {};  // the core dump, when PoolOptions::core_directory asked for one

  friend bool operator==(const CrashReport&, const CrashReport&) = default;
};

}  // namespace prong
