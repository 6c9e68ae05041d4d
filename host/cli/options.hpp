// What a command line says, as a value.
#pragma once

#include "cli/line_source.hpp"
#include "cli/number_range.hpp"

#include <prong/call.hpp>
#include <prong/engine.hpp>
#include <prong/sandbox.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cli {

struct Command;

enum class OnError : std::uint8_t { skip, stop, null };
enum class ProgressWanted : std::uint8_t { automatic, always, never };

struct Options {
  bool help = false;                // nothing else matters then
  std::string_view command;         // its name
  std::string function;             // empty: the command takes none
  std::vector<std::string> inputs;  // the operands after it
  std::string name;                 // of a module or function
  std::string language = "c++";     // of a new plugin
  std::vector<std::filesystem::path> files;

  // Where inputs come from.
  std::optional<NumberRange> range;
  std::optional<std::filesystem::path> input;
  std::optional<std::filesystem::path> again;
  std::optional<LineFormat> raw_lines;  // -R, -0
  bool takes_paths = false;             // --files

  // How they are worked on.
  std::vector<Bound> bound;
  unsigned workers = 0;          // 0: not given
  std::uint64_t chunk_size = 0;  // 0: not given
  std::uint64_t seed = 0;
  std::optional<std::chrono::milliseconds> timeout;  // of an item, or of a file's load
  unsigned retries = 0;
  std::optional<std::filesystem::path> core_directory;
  std::vector<std::filesystem::path> plugins;
  Sandbox sandbox = Sandbox::none;
  std::optional<std::size_t> memory;             // of a worker
  std::optional<std::chrono::milliseconds> cpu;  // processor time of an item
  std::optional<unsigned> descriptors;           // of a worker
  std::vector<std::filesystem::path> allow_read;
  bool tells_sandbox = false;  // info --sandbox
  EngineOptions engine;        // without an address: this machine's workers

  // What becomes of the results.
  bool unordered = false;
  bool raw_output = false;
  bool json = false;
  bool names = false;  // and nothing else of what is listed
  OnError on_error = OnError::skip;
  std::optional<std::filesystem::path> output;
  std::optional<std::filesystem::path> output_folder;
  std::string output_suffix;
  std::optional<std::filesystem::path> failures;
  std::optional<std::filesystem::path> journal;
  bool resume = false;
  std::optional<std::filesystem::path> log;
  std::optional<std::filesystem::path> trace;
  std::optional<std::filesystem::path> report;
  ProgressWanted progress = ProgressWanted::automatic;

  // Somebody wants to know when items ran.
  [[nodiscard]] bool takes_times() const { return log || trace || report; }
};

// The words after the command's name. Throws WrongUsage.
[[nodiscard]] Options parse_options(const Command& command, std::span<const std::string> words);

// The table of the command's options, for its help.
[[nodiscard]] std::string list_options(const Command& command);

}  // namespace prong::cli
