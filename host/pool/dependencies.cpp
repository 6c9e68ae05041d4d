// The dynamic linker's search, as far as stat sees it. LD_LIBRARY_PATH plays no part: workers do not have it.
#include "pool/dependencies.hpp"

#include "registry/plugin_file.hpp"

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <functional>
#include <string>

namespace prong::pool {

namespace {

namespace fs = std::filesystem;

// A hostile file may name thousands; the rest is not looked at.
constexpr std::size_t files_max = 1024;

constexpr std::array usual_folders{"/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib"};

void mix(std::size_t& stamp, std::size_t value) {
  stamp ^= value + 0x9e3779b97f4a7c15U + (stamp << 6U) + (stamp >> 2U);
}

void mix_file(std::size_t& stamp, const fs::path& file) {
  struct stat status{};
  const bool found = ::stat(file.c_str(), &status) == 0;
  mix(stamp, found ? std::hash<registry::FileIdentity>{}(registry::identity_of(status)) : 0);
}

fs::path resolve_origin(std::string folder, const fs::path& origin) {
  for (const std::string name : {"$ORIGIN", "${ORIGIN}"}) {
    if (const auto at = folder.find(name); at != std::string::npos)
      folder.replace(at, name.size(), origin.string());
  }
  return folder;
}

}  // namespace

std::size_t dependency_stamp(const ModuleInfo& module) {
  std::size_t stamp = 0;
  mix_file(stamp, "/etc/ld.so.cache");
  std::vector<fs::path> folders{usual_folders.begin(), usual_folders.end()};
  for (const std::string& folder : module.run_path) {
    folders.push_back(resolve_origin(folder, module.file.parent_path()));
  }
  std::size_t files = 0;
  for (const std::string& soname : module.needed) {
    for (const fs::path& folder : folders) {
      if (files++ < files_max) mix_file(stamp, folder / soname);
    }
  }
  return stamp;
}

}  // namespace prong::pool
