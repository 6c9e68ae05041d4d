// Making and removing of files.
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <stdexcept>
#include <variant>

namespace fs = std::filesystem;
using namespace prong::registry;

ScratchFolder::ScratchFolder() {
  std::string name = fs::temp_directory_path() / "prong-registry-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
  set_mode(path_, 0755);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path ScratchFolder::folder(std::string_view name) const {
  fs::path folder = path_;
  for (const fs::path& part : fs::path(name)) {
    folder /= part;
    if (fs::create_directory(folder)) set_mode(folder, 0755);
  }
  return folder;
}

fs::path ScratchFolder::file(const std::string& name) const {
  const fs::path file = path_ / name;
  std::ofstream(file) << "content";
  set_mode(file, 0644);
  return file;
}

void set_mode(const fs::path& path, unsigned mode) {
  if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0)
    throw std::runtime_error("chmod " + path.native());
}

std::string found(const PluginPath& path, std::string_view module) {
  const Found result = path.find(module);
  if (const auto* refused = std::get_if<Refusal>(&result)) return refused->code;
  return std::get<PluginFile>(result).path.native();
}

Refusal refusal(const PluginPath& path, std::string_view module) {
  const Found result = path.find(module);
  REQUIRE(std::holds_alternative<Refusal>(result));
  return std::get<Refusal>(result);
}
