// What a command line says, as a value.
#pragma once

#include "cli/line_source.hpp"
#include "cli/number_range.hpp"

#include <prong/call.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prong::cli {

struct Command;

enum class OnError : std::uint8_t { skip, stop, null };

struct Options {
  bool help = false;                // nothing else matters then
  std::string function;             // empty: the command takes none
  std::vector<std::string> inputs;  // the operands after it
  std::string name;                 // of a module or function
  std::vector<std::filesystem::path> files;
  std::optional<NumberRange> range;
  std::optional<LineFormat> raw_lines;  // -R, -0
  std::vector<Bound> bound;
  unsigned workers = 0;          // 0: not given
  std::uint64_t chunk_size = 0;  // 0: not given
  std::uint64_t seed = 0;
  bool unordered = false;
  bool raw_output = false;
  bool json = false;
  OnError on_error = OnError::skip;
  std::chrono::milliseconds load_timeout{10'000};
  std::vector<std::filesystem::path> plugins;
};

// The words after the command's name. Throws WrongUsage.
[[nodiscard]] Options parse_options(const Command& command, std::span<const std::string> words);

// The table of the command's options, for its help.
[[nodiscard]] std::string list_options(const Command& command);

}  // namespace prong::cli
