// Each written file beside all that are read, and beside those written before it.
#include "cli/written_files.hpp"

#include "cli/exit_status.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace prong::cli {

namespace {

namespace fs = std::filesystem;

bool are_one(const fs::path& one, const fs::path& other) {
  std::error_code ignored;
  if (fs::exists(one, ignored) && !fs::is_regular_file(one, ignored)) return false;  // /dev/null, a terminal
  return one.lexically_normal() == other.lexically_normal() || fs::equivalent(one, other, ignored);
}

bool is_standard_input(const fs::path& file) {
  struct stat input{};
  struct stat written{};
  return ::fstat(STDIN_FILENO, &input) == 0 && S_ISREG(input.st_mode) &&
         ::stat(file.c_str(), &written) == 0 && input.st_dev == written.st_dev &&
         input.st_ino == written.st_ino;
}

bool is_read(const fs::path& file, const Options& options) {
  if (options.input) return are_one(file, *options.input);
  if (options.again) return are_one(file, *options.again);
  if (options.range) return false;
  if (options.inputs.empty()) return is_standard_input(file);
  if (!options.takes_paths) return false;
  for (const std::string& input : options.inputs) {
    if (are_one(file, input)) return true;
  }
  return false;
}

}  // namespace

void check_written_files(const Options& options) {
  using Written = std::pair<const char*, const std::optional<fs::path>*>;
  const std::array<Written, 6> all{{{"--output", &options.output},
                                    {"--failures", &options.failures},
                                    {"--journal", &options.journal},
                                    {"--log", &options.log},
                                    {"--trace", &options.trace},
                                    {"--report", &options.report}}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [option, file] = all[i];
    if (!*file) continue;
    if (is_read(**file, options)) {
      throw WrongUsage{
          fmt::format("{} {}: inputs are read from that file; give another name", option, (*file)->native())};
    }
    for (std::size_t before = 0; before < i; ++before) {
      const auto& [other_option, other] = all[before];
      if (!*other || !are_one(**file, **other)) continue;
      throw WrongUsage{fmt::format("{} {}: {} writes that file too; give another name", option,
                                   (*file)->native(), other_option)};
    }
  }
}

}  // namespace prong::cli
