// Dynamic sections, by libelf.
#include "worker/dynamic_section.hpp"

#include "limits.hpp"

#include <ranges>

namespace prong::worker {

namespace {

std::string replace_origin(std::string folder, const std::filesystem::path& origin) {
  for (const std::string name : {"$ORIGIN", "${ORIGIN}"}) {
    if (const auto at = folder.find(name); at != std::string::npos)
      folder.replace(at, name.size(), origin.string());
  }
  return folder;
}

}  // namespace

void read_dynamic_section(Elf* elf, const std::function<void(GElf_Sxword, std::string_view)>& each) {
  GElf_Shdr header{};
  Elf_Scn* section = nullptr;
  do {
    section = ::elf_nextscn(elf, section);
    if (section == nullptr) return;
  } while (::gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNAMIC);
  Elf_Data* data = ::elf_getdata(section, nullptr);
  if (data == nullptr) return;
  for (std::size_t i = 0; i < limits::dynamic_entries_max; ++i) {
    GElf_Dyn entry{};
    if (::gelf_getdyn(data, static_cast<int>(i), &entry) == nullptr || entry.d_tag == DT_NULL) return;
    if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_RUNPATH && entry.d_tag != DT_RPATH) continue;
    if (const char* text = ::elf_strptr(elf, header.sh_link, entry.d_un.d_val)) each(entry.d_tag, text);
  }
}

std::vector<std::string> folders_of(std::string_view run_path, const std::filesystem::path& origin) {
  std::vector<std::string> folders;
  for (const auto folder : std::views::split(run_path, ':')) {
    if (!folder.empty()) folders.push_back(replace_origin({folder.begin(), folder.end()}, origin));
  }
  return folders;
}

}  // namespace prong::worker
