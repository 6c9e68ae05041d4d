// What a worker read in a plugin file, as the host understands it.
#pragma once

#include "registry/plugin_file.hpp"

#include <prong/function_info.hpp>

#include <string_view>
#include <vector>

namespace prong::pool {

struct Description {
  ModuleInfo module;            // what the notes say, as far as they can be read; refused for the first fault
  std::vector<Refusal> faults;  // each is enough to refuse the file
  // A plugin for another ABI, whose notes may mean anything: it must not be loaded.
  bool foreign_abi = false;
};

// Reads the worker's JSON (worker/plugin_notes.hpp), which may hold anything that a file can. When the file's
// name is not a module's, the module is the one that the notes name.
[[nodiscard]] Description read_description(const registry::PluginFile& file, std::string_view json);

// The same as the pool uses it: refused, or with functions.
[[nodiscard]] ModuleInfo module_of_description(const registry::PluginFile& file, std::string_view json);

// What is known of a file that was not described.
[[nodiscard]] ModuleInfo undescribed(const registry::PluginFile& file);

}  // namespace prong::pool
