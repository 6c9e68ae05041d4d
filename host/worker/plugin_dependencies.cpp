// The dynamic section, by libelf.
#include "worker/plugin_dependencies.hpp"

#include <gelf.h>

#include <ranges>
#include <string_view>

namespace prong::worker {

namespace {

constexpr std::size_t entries_max = 4096;  // of the dynamic section; real ones have a few dozen

void append_folders(std::string_view list, std::vector<std::string>& folders) {
  for (const auto folder : std::views::split(list, ':')) {
    if (!folder.empty()) folders.emplace_back(folder.begin(), folder.end());
  }
}

void read_section(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, Dependencies& dependencies) {
  Elf_Data* data = ::elf_getdata(section, nullptr);
  if (data == nullptr) return;
  for (std::size_t i = 0; i < entries_max; ++i) {
    GElf_Dyn entry{};
    if (::gelf_getdyn(data, static_cast<int>(i), &entry) == nullptr || entry.d_tag == DT_NULL) return;
    if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_RUNPATH && entry.d_tag != DT_RPATH) continue;
    const char* text = ::elf_strptr(elf, header.sh_link, entry.d_un.d_val);
    if (text == nullptr) continue;
    if (entry.d_tag == DT_NEEDED) {
      dependencies.needed.emplace_back(text);
    } else {
      append_folders(text, dependencies.run_path);
    }
  }
}

}  // namespace

Dependencies read_dependencies(Elf* elf) {
  Dependencies dependencies;
  for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header{};
    if (::gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNAMIC) continue;
    read_section(elf, section, header, dependencies);
    break;
  }
  return dependencies;
}

}  // namespace prong::worker
