// What a Registry shares among its copies and with its pools.
#pragma once

#include "registry/plugin_path.hpp"

namespace prong::registry {

class Catalogue {
 public:
  explicit Catalogue(std::vector<std::filesystem::path> folders) : plugin_path{std::move(folders)} {}
  const PluginPath plugin_path;
};

}  // namespace prong::registry
