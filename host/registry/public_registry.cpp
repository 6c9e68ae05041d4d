// The public Registry.
#include "registry/catalogue.hpp"

#include <prong/registry.hpp>

#include <dlfcn.h>

namespace prong {

namespace {

// lib/prong/plugins beside libprong, wherever that was loaded from. Empty, and not relative to the current
// directory, when that cannot be found out.
std::filesystem::path plugins_beside_library() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&plugins_beside_library), &info) == 0) return {};
  std::error_code error;
  const auto library = std::filesystem::canonical(info.dli_fname, error);
  return error ? std::filesystem::path{} : library.parent_path() / "prong/plugins";
}

}  // namespace

Registry::Registry(RegistryOptions options) {
  auto folders = std::move(options.plugin_path);
  if (options.default_path) {
    const auto defaults = registry::default_plugin_path(plugins_beside_library());
    folders.insert(folders.end(), defaults.begin(), defaults.end());
  }
  catalogue_ = std::make_shared<registry::Catalogue>(std::move(folders));
}

const std::vector<std::filesystem::path>& Registry::plugin_path() const noexcept {
  return catalogue_->plugin_path.folders();
}

void Registry::add(DynamicFunction function) { catalogue_->define(std::move(function)); }

std::string Registry::add_context(std::string_view path, std::string_view parameters, DynamicFunction mapper,
                                  DynamicFunction result) {
  return catalogue_->define_context(path, parameters, std::move(mapper), std::move(result));
}

}  // namespace prong
