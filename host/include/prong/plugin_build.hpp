// Which build of which plugin file results came from.
#pragma once

#include <filesystem>
#include <string>

namespace prong {

// What a call was pinned to when it began; one for all that the call gives. A value.
struct PluginBuild {
  std::string module = {};
  std::string version = {};   // as the plugin's author says
  std::string build_id = {};  // hexadecimal; empty: the file has none
  std::filesystem::path file = {};

  bool operator==(const PluginBuild&) const = default;
};

}  // namespace prong
