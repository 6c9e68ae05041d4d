// The plugin under test, the module tests.kinds, which is built in several ways.
#pragma once

#include "plugin_file.hpp"

#include <string_view>

// PRONG_TEST_PLUGIN in the environment, else what CMake built.
[[nodiscard]] std::string kinds_plugin();

[[nodiscard]] prong_function map_function(std::string_view name);
[[nodiscard]] prong_function result_function(std::string_view name);
