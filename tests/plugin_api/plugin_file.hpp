// Plugins as files.
#pragma once

#include <prong/plugin.h>

#include <string>
#include <vector>

// The export of a plugin, by its mangled name.
[[nodiscard]] prong_function load(const std::string& file, const std::string& symbol);

// What a shell command wrote to its standard output and standard error.
[[nodiscard]] std::string output_of(const std::string& command);

// The descriptions in the notes that `readelf -n` finds in the file.
[[nodiscard]] std::vector<std::string> notes_of(const std::string& file);
