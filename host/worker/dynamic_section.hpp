// What the dynamic section of a shared object says of the libraries that it wants. [worker]: see
// plugin_notes.hpp.
#pragma once

#include <gelf.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace prong::worker {

// Calls each(tag, text) for the entries DT_NEEDED, DT_RUNPATH and DT_RPATH, in their order; for none where it
// cannot be read. The text is valid during the call.
void read_dynamic_section(Elf* elf, const std::function<void(GElf_Sxword tag, std::string_view text)>& each);

// The folders of a run path, $ORIGIN replaced.
[[nodiscard]] std::vector<std::string> folders_of(std::string_view run_path,
                                                  const std::filesystem::path& origin);

}  // namespace prong::worker
