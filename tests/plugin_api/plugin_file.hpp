// Plugins as files. The one under test, the module tests.kinds, is built in several ways.
#pragma once

#include <prong/plugin.h>

#include <string>
#include <string_view>
#include <vector>

// PRONG_TEST_PLUGIN in the environment, else what CMake built.
[[nodiscard]] std::string plugin_file();

// The export of a plugin, by its mangled name.
[[nodiscard]] prong_function load(const std::string& file, const std::string& symbol);

[[nodiscard]] prong_function map_function(std::string_view name);
[[nodiscard]] prong_function result_function(std::string_view name);

// What a shell command wrote to its standard output and standard error.
[[nodiscard]] std::string output_of(const std::string& command);

// The descriptions in the notes that `readelf -n` finds in the file.
[[nodiscard]] std::vector<std::string> notes_of(const std::string& file);
