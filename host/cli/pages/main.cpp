// Writes the files into a folder that has the layout of an install's share.
#include "cli/commands.hpp"
#include "cli/pages/pages.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace prong::cli {

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out{file};
  out << text << std::flush;
  if (!out) throw std::runtime_error{"cannot write " + file.native()};
}

void write_all(const std::filesystem::path& share) {
  write(share / "bash-completion/completions/prong", bash_completion());
  write(share / "zsh/site-functions/_prong", zsh_completion());
  write(share / "fish/vendor_completions.d/prong.fish", fish_completion());
  for (const Command& command : commands())
    write(share / fmt::format("man/man1/prong-{}.1", command.name), manual(command));
  write(share / "man/man1/prong.1", manual());
}

}  // namespace

}  // namespace prong::cli

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::runtime_error{"usage: prong_pages FOLDER"};
    prong::cli::write_all(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "prong_pages: %s\n", error.what());
    return 1;
  }
}
