// The registry of the C interface.
#include "arguments.hpp"
#include "grown_struct.hpp"
#include "guard.hpp"
#include "handles.hpp"

#include <utility>

using prong::c::guard_new;

prong_registry* prong_registry_new(const prong_registry_options* options, prong_error** error) {
  return guard_new(error, [&] {
    const auto given = prong::c::read_optional_struct(options, "prong_registry_options");
    auto folders = prong::c::read_paths(given.plugin_path, given.plugin_path_count, "plugin_path");
    prong::Registry registry{
        {.plugin_path = std::move(folders), .default_path = given.without_default_path == 0}};
    auto made = std::make_unique<prong_registry>(prong_registry{std::move(registry), {}});
    for (const auto& folder : made->registry.plugin_path())
      made->folders.push_back(folder.string());
    return made;
  });
}

void prong_registry_free(prong_registry* registry) { delete registry; }

uint64_t prong_registry_folder_count(const prong_registry* registry) { return registry->folders.size(); }

const char* prong_registry_folder(const prong_registry* registry, uint64_t folder) {
  return registry->folders[folder].c_str();
}
