// /etc/ld.so.conf, as ldconfig(8) reads it.
#include "sandbox/system_folders.hpp"

#include <glob.h>

#include <fstream>
#include <string>

namespace prong::sandbox {

namespace {

namespace fs = std::filesystem;

constexpr int includes_max = 8;  // of one another: more is a circle

void read_configuration(const fs::path& file, std::vector<fs::path>& folders, int depth);

void include(const std::string& pattern, std::vector<fs::path>& folders, int depth) {
  glob_t files{};
  if (::glob(pattern.c_str(), 0, nullptr, &files) == 0) {
    for (std::size_t i = 0; i < files.gl_pathc; ++i)
      read_configuration(files.gl_pathv[i], folders, depth + 1);
  }
  ::globfree(&files);
}

void read_configuration(const fs::path& file, std::vector<fs::path>& folders, int depth) {
  constexpr std::string_view blank = " \t\r";
  if (depth > includes_max) return;
  std::ifstream lines{file};
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.find('#'), line.size()));
    line.erase(0, std::min(line.find_first_not_of(blank), line.size()));
    line.resize(line.find_last_not_of(blank) + 1);
    if (line.starts_with("include ")) {
      const std::string pattern = line.substr(line.find_first_not_of(blank, 8));
      include(pattern.starts_with('/') ? pattern : (file.parent_path() / pattern).string(), folders, depth);
    } else if (line.starts_with('/')) {
      folders.emplace_back(line);
    }
  }
}

}  // namespace

std::vector<fs::path> system_folders() {
  std::vector<fs::path> folders{"/lib",       "/lib32",     "/lib64",         "/usr/lib",
                                "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"};
  read_configuration("/etc/ld.so.conf", folders, 0);
  return folders;
}

}  // namespace prong::sandbox
