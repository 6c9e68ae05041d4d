// What a worker writes about its own crash, into its channel, between the fault and its end. Fixed in size,
// since nothing may be allocated there. For the host a claim, as everything that a worker writes.
#pragma once

#include "limits.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace prong::transport {

struct CrashRecord {
  static constexpr std::size_t path_bytes = 256;  // a longer path is cut, and then no file is found
  static constexpr std::size_t build_id_bytes = 20;
  static constexpr std::uint32_t no_module = UINT32_MAX;

  // A file that was loaded.
  struct Module {
    std::array<char, path_bytes> path;  // ends with a NUL
    std::array<std::uint8_t, build_id_bytes> build_id;
    std::uint32_t build_id_size;
  };
  struct Frame {
    std::uint64_t address;
    std::uint64_t offset;  // in the module's own addresses; of a call, of its last byte
    std::uint32_t module;  // of `modules`, or no_module
    std::uint32_t reserved;
  };

  // Raised after what they count was written, so that a second fault leaves what there was.
  std::atomic<std::uint32_t> is_told;  // the next five words are
  std::atomic<std::uint32_t> frame_count;
  std::atomic<std::uint32_t> module_count;
  std::uint32_t stack_overflow;
  std::int32_t signal;
  std::int32_t code;    // si_code
  std::int32_t sender;  // 0: nobody
  std::uint32_t has_address;
  std::uint64_t address;
  std::array<Frame, limits::crash_frames_max> frames;  // innermost first
  std::array<Module, limits::crash_modules_max> modules;
};

}  // namespace prong::transport
