// Loads plugins, and reads them with binutils.
#include "plugin_file.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>

prong_function load(const std::string& file, const std::string& symbol) {
  void* plugin = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);  // plugins are never unloaded
  REQUIRE_MESSAGE(plugin, dlerror());
  void* address = dlsym(plugin, symbol.c_str());
  REQUIRE_MESSAGE(address, symbol);
  return reinterpret_cast<prong_function>(address);
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen((command + " 2>&1").c_str(), "r"), pclose};
  REQUIRE(pipe);
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  return output;
}

std::vector<std::string> notes_of(const std::string& file) {
  std::istringstream lines{output_of("readelf -nW '" + file + "'")};
  std::vector<std::string> notes;
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view label = "description data: ";
    CHECK_MESSAGE(line.find("readelf:") == std::string::npos, line);
    const std::size_t data = line.find(label);
    if (!line.starts_with("  prong ") || data == std::string::npos) continue;
    std::istringstream hex{line.substr(data + label.size())};
    std::string& note = notes.emplace_back();
    for (std::string byte; hex >> byte;)
      note.push_back(static_cast<char>(std::stoi(byte, nullptr, 16)));
  }
  return notes;
}
