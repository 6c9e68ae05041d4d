// The way of a command line: to a command, and from whatever it ended with to an exit status.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/interruption.hpp"
#include "cli/job_setup.hpp"
#include "cli/ranks.hpp"
#include "cli/standard_streams.hpp"

#include <prong/error.hpp>
#include <prong/plugin.h>
#include <prong/version.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <vector>

namespace prong::cli {

namespace {

using Words = std::span<const std::string>;

ExitStatus answer(std::string_view text) {
  console::print(text);
  return ExitStatus::success;
}

std::string version_text(Words more) {
  if (more.empty()) return fmt::format("prong {}\n", version());
  if (more.size() > 1 || more.front() != "--json")
    throw WrongUsage{fmt::format("--version takes --json or nothing, and there is '{}'", more.front())};
  return fmt::format("{{\"version\":\"{}\",\"abi\":[{},{}]}}\n", version(), PRONG_ABI_MAJOR, PRONG_ABI_MINOR);
}

void warn_of_missing_folders(const Options& options) {
  for (const std::filesystem::path& folder : options.plugins) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
      console::complain(fmt::format("--plugins {}: there is no such folder", folder.native()));
  }
}

ExitStatus obey(Words words, Interruption& interruption) {
  if (words.empty()) throw WrongUsage{"which command? see prong --help"};
  const std::string& first = words.front();
  if (first == "--version") return answer(version_text(words.subspan(1)));
  const bool wants_help = first == "help" || first == "--help" || first == "-h";
  if (wants_help && words.size() > 2)
    throw WrongUsage{fmt::format("prong {} takes one command, and there is '{}' too", first, words[2])};
  if (wants_help && (words.size() == 1 || words[1] == "help")) return answer(help());
  const std::string& name = wants_help ? words[1] : first;
  const Command* command = find_command(name);
  if (command == nullptr) throw unknown_command(name);
  if (wants_help) return answer(help(*command));
  const Options options = parse_options(*command, words.subspan(1));
  if (options.help) return answer(help(*command));
  warn_of_missing_folders(options);
  return runs_on_ranks(*command, options) ? run_on_ranks(*command, options, interruption)
                                          : command->run(options, interruption);
}

ExitStatus complain(const std::exception& error, ExitStatus status) {
  console::complain(error.what());
  return status;
}

ExitStatus status_of(Words words, Interruption& interruption) {
  try {
    return obey(words, interruption);
  } catch (const OutputFailed& error) {
    // Who closed the other end wants no more, and no message.
    return error.error() == EPIPE ? ExitStatus::output_closed : complain(error, ExitStatus::broken);
  } catch (const WrongUsage& error) {
    return complain(error, ExitStatus::wrong_usage);
  } catch (const UsageError& error) {
    return complain(WrongUsage{sentence_of(error)}, ExitStatus::wrong_usage);
  } catch (const Mismatch& error) {
    return complain(error, ExitStatus::wrong_usage);
  } catch (const CannotFind& error) {
    return complain(error, ExitStatus::cannot_find);
  } catch (const Refused& error) {
    return complain(error, ExitStatus::cannot_find);
  } catch (const std::exception& error) {
    return complain(error, ExitStatus::broken);
  }
}

int conduct(Words words) {
  try {
    Interruption interruption;
    const ExitStatus status = status_of(words, interruption);
    const auto signal = interruption.signal();
    return signal ? status_of_signal(*signal) : static_cast<int>(status);
  } catch (const std::exception& error) {
    return static_cast<int>(complain(error, ExitStatus::broken));
  }
}

}  // namespace

}  // namespace prong::cli

int main(int argc, char** argv) {
  prong::cli::hold_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return prong::cli::conduct(words);
}
