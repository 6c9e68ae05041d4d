// Where the dynamic linker looks for libraries.
#pragma once

#include <filesystem>
#include <vector>

namespace prong::sandbox {

// Its own folders, those that /etc/ld.so.conf names, and its cache. Some may not exist.
[[nodiscard]] std::vector<std::filesystem::path> system_folders();

}  // namespace prong::sandbox
