// Where functions come from: the folders that plugins are searched in.
#pragma once

#include <prong/export.hpp>

#include <filesystem>
#include <memory>
#include <vector>

namespace prong {

namespace registry {
class Catalogue;
}

struct RegistryOptions {
  // Searched first, in this order. Relative folders are taken from the current directory at construction.
  std::vector<std::filesystem::path> plugin_path = {};
  // Then PRONG_PLUGIN_PATH, $XDG_DATA_HOME/prong/plugins and lib/prong/plugins beside libprong.
  bool default_path = true;
};

// A value that names a set of functions; copies share it. [host] [any thread]
class PRONG_API Registry {
 public:
  explicit Registry(RegistryOptions options = {});

  // The folders in the order of the search; a folder need not exist.
  [[nodiscard]] const std::vector<std::filesystem::path>& plugin_path() const noexcept;

 private:
  friend class Pool;
  std::shared_ptr<registry::Catalogue> catalogue_;
};

}  // namespace prong
