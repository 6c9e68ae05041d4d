// The dynamic linker's search, as far as stat sees it. LD_LIBRARY_PATH plays no part: workers do not have it.
#include "pool/dependencies.hpp"

#include "limits.hpp"
#include "names/encoding.hpp"
#include "names/qualified_name.hpp"
#include "registry/plugin_file.hpp"

#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace prong::pool {

namespace {

namespace fs = std::filesystem;

// Those of this process (dlinfo(3)): the system's, which workers search too, and a few of its own.
std::vector<fs::path> ask_linker() {
  std::vector<fs::path> folders;
  void* self = ::dlopen(nullptr, RTLD_LAZY);
  Dl_serinfo size{};
  if (self == nullptr || ::dlinfo(self, RTLD_DI_SERINFOSIZE, &size) != 0) return folders;
  std::vector<std::max_align_t> memory(size.dls_size / sizeof(std::max_align_t) + 1);
  auto* info = reinterpret_cast<Dl_serinfo*>(memory.data());
  if (::dlinfo(self, RTLD_DI_SERINFOSIZE, info) != 0 || ::dlinfo(self, RTLD_DI_SERINFO, info) != 0)
    return folders;
  for (unsigned i = 0; i < info->dls_cnt; ++i)
    folders.emplace_back(info->dls_serpath[i].dls_name);
  return folders;
}

void mix(std::size_t& stamp, std::size_t value) {
  stamp ^= value + 0x9e3779b97f4a7c15U + (stamp << 6U) + (stamp >> 2U);
}

void mix_file(std::size_t& stamp, const fs::path& file) {
  struct stat status{};
  const bool found = ::stat(file.c_str(), &status) == 0;
  mix(stamp, found ? std::hash<registry::FileIdentity>{}(registry::identity_of(status)) : 0);
}

std::vector<fs::path> folders_for(const ModuleInfo& module) {
  static const std::vector<fs::path> system_folders = ask_linker();
  std::vector<fs::path> folders{module.run_path.begin(), module.run_path.end()};
  folders.insert(folders.end(), system_folders.begin(), system_folders.end());
  return folders;
}

void mix_libraries(std::size_t& stamp, const ModuleInfo& module) {
  std::size_t places = 0;
  for (const fs::path& folder : folders_for(module)) {
    for (const std::string& soname : module.needed) {
      if (places++ < limits::dependency_places_max) mix_file(stamp, folder / soname);
    }
  }
}

}  // namespace

std::size_t dependency_stamp(const ModuleInfo& module) {
  std::size_t stamp = 0;
  mix_file(stamp, "/etc/ld.so.cache");
  mix_libraries(stamp, module);
  const std::string& noted = module.noted_module;
  if (noted != module.module && !names::find_module_fault(noted))
    mix_file(stamp, module.file.parent_path() / (names::encode(noted) + ".so"));
  return stamp;
}

std::optional<fs::path> find_library(const ModuleInfo& module, const std::string& soname) {
  for (const fs::path& folder : folders_for(module)) {
    if (::access((folder / soname).c_str(), R_OK) == 0) return folder / soname;
  }
  return std::nullopt;
}

}  // namespace prong::pool
