// The commands: what they are called, what they take, what runs them.
#pragma once

#include "cli/exit_status.hpp"
#include "cli/options.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace prong::cli {

class Interruption;

// What a command's operands are.
enum class Takes : std::uint8_t { nothing, function, name, module, files };

struct Command {
  std::string_view name;
  std::string_view operands;  // as help shows them
  std::string_view summary;
  std::string_view description;
  std::string_view examples;  // a line each; every one works
  ExitStatus (*run)(const Options& options, Interruption& interruption);
  Takes takes = Takes::function;
  // Which groups of options it has.
  bool takes_inputs = false;
  bool prints_items = false;
  bool serves = false;    // other clients' calls
  bool measures = false;  // results are of no interest, nor is what becomes of failures
};

[[nodiscard]] std::span<const Command> commands();
// nullptr: there is none of that name.
[[nodiscard]] const Command* find_command(std::string_view name);
// "unknown command 'mpa' (did you mean 'map'?)".
[[nodiscard]] WrongUsage unknown_command(const std::string& name);

struct StatusText {
  std::string_view status;
  std::string_view meaning;
};
[[nodiscard]] std::span<const StatusText> exit_statuses();

[[nodiscard]] std::string help();
[[nodiscard]] std::string help(const Command& command);

// Each throws what the library throws, WrongUsage, InputFailed and OutputFailed.
[[nodiscard]] ExitStatus map(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus run(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus call(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus bench(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus new_plugin(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus worker(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus list(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus info(const Options& options, Interruption& interruption);
[[nodiscard]] ExitStatus check(const Options& options, Interruption& interruption);

}  // namespace prong::cli
