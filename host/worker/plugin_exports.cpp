// The table of dynamic symbols, by libelf.
#include "worker/plugin_exports.hpp"

#include "limits.hpp"

#include <gelf.h>

#include <string_view>

namespace prong::worker {

namespace {

bool is_exported_function(const GElf_Sym& symbol) {
  const auto binding = GELF_ST_BIND(symbol.st_info);
  const auto visibility = GELF_ST_VISIBILITY(symbol.st_other);
  return symbol.st_shndx != SHN_UNDEF && GELF_ST_TYPE(symbol.st_info) == STT_FUNC &&
         (binding == STB_GLOBAL || binding == STB_WEAK) &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

void read_section(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, std::vector<std::string>& exports) {
  Elf_Data* data = ::elf_getdata(section, nullptr);
  if (data == nullptr) return;
  std::size_t bytes = 0;
  GElf_Sym symbol{};
  for (int i = 0; ::gelf_getsym(data, i, &symbol) != nullptr; ++i) {
    if (!is_exported_function(symbol)) continue;
    const char* text = ::elf_strptr(elf, header.sh_link, symbol.st_name);
    if (text == nullptr) continue;
    const std::string_view name = text;
    if (!name.starts_with("_ZN5mapfn") && !name.starts_with("_ZN8resultfn")) continue;
    bytes += name.size() + 1;
    if (bytes > limits::description_bytes_max) return;
    exports.emplace_back(name);
  }
}

}  // namespace

std::vector<std::string> read_exports(Elf* elf) {
  std::vector<std::string> exports;
  for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header{};
    if (::gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNSYM) continue;
    read_section(elf, section, header, exports);
    break;
  }
  return exports;
}

}  // namespace prong::worker
