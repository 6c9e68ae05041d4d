// Symbol tables by libelf, line tables by libdw, names by the C++ library's demangler.
#include "worker/symbols.hpp"

#include "limits.hpp"
#include "transport/file_descriptor.hpp"
#include "values/hexadecimal.hpp"
#include "worker/elf_file.hpp"
#include "worker/memory_limit.hpp"

#include <cxxabi.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace prong::worker {

namespace {

// Longer ones are a generator's, or hostile: what the demangler needs grows with them, and not always slowly.
constexpr std::size_t mangled_bytes_max = 4096;

struct EndDwarf {
  void operator()(Dwarf* dwarf) const noexcept { ::dwarf_end(dwarf); }
};
using DwarfData = std::unique_ptr<Dwarf, EndDwarf>;

// A copy that the compiler made of a function, or a part of it (".constprop.0", ".cold"), goes by its name.
// The demangler also takes names of types: a function of C called i would be an "int".
std::string demangled(std::string name) {
  if (name.size() > mangled_bytes_max) return name;
  name.resize(std::min(name.size(), name.find('.')));
  if (!name.starts_with("_Z")) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text{
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free};
  return status == 0 && text ? text.get() : name;
}

std::string build_id_of(Elf* elf) {
  const void* bytes = nullptr;
  const auto size = ::dwelf_elf_gnu_build_id(elf, &bytes);
  if (size <= 0 || static_cast<std::size_t>(size) > limits::build_id_bytes_max) return "";
  return values::hexadecimal({static_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)});
}

// One field of a line.
std::string field(std::string text) {
  text.resize(std::min(text.size(), limits::symbol_bytes_max));
  std::ranges::replace_if(text, [](char byte) { return byte == '\t' || byte == '\n'; }, ' ');
  return text;
}

class SymbolFile {
 public:
  SymbolFile(const std::string& file, const std::string& build_id) {
    // Not to wait for a FIFO's other end. What is opened is what a worker claimed to have loaded.
    descriptor_ =
        transport::FileDescriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    struct stat status{};
    if (!descriptor_ || ::fstat(descriptor_.number(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    ::elf_version(EV_CURRENT);
    elf_.reset(::elf_begin(descriptor_.number(), ELF_C_READ_MMAP, nullptr));
    // Another file may stand there by now.
    const bool is_same = elf_ && ::elf_kind(elf_.get()) == ELF_K_ELF && build_id_of(elf_.get()) == build_id;
    if (!is_same) {
      elf_.reset();
      return;
    }
    dwarf_.reset(::dwarf_begin_elf(elf_.get(), DWARF_C_READ, nullptr));
  }

  // Tables of all functions come before those of the exported ones.
  [[nodiscard]] std::string function_at(std::uint64_t offset) const {
    for (const Elf64_Word type : {Elf64_Word{SHT_SYMTAB}, Elf64_Word{SHT_DYNSYM}}) {
      for (Elf_Scn* section = nullptr; elf_ && (section = ::elf_nextscn(elf_.get(), section)) != nullptr;) {
        GElf_Shdr header{};
        if (::gelf_getshdr(section, &header) == nullptr || header.sh_type != type) continue;
        if (const char* name = find_function(section, header, offset)) return demangled(name);
      }
    }
    return "";
  }

  [[nodiscard]] std::pair<std::string, int> source_at(std::uint64_t offset) const {
    Dwarf_Die unit;
    if (!dwarf_ || !find_unit(offset, unit)) return {};
    Dwarf_Line* line = ::dwarf_getsrc_die(&unit, offset);
    int number = 0;
    if (line == nullptr || ::dwarf_lineno(line, &number) != 0) return {};
    const char* source = ::dwarf_linesrc(line, nullptr, nullptr);
    return {source == nullptr ? "" : source, number};
  }

 private:
  [[nodiscard]] const char* find_function(Elf_Scn* section, const GElf_Shdr& header,
                                          std::uint64_t offset) const {
    Elf_Data* data = ::elf_getdata(section, nullptr);
    GElf_Sym symbol{};
    for (int i = 0; data != nullptr && ::gelf_getsym(data, i, &symbol) != nullptr; ++i) {
      const auto type = GELF_ST_TYPE(symbol.st_info);
      if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_shndx == SHN_UNDEF) continue;
      if (offset - symbol.st_value < std::max<std::uint64_t>(symbol.st_size, 1))
        return ::elf_strptr(elf_.get(), header.sh_link, symbol.st_name);
    }
    return nullptr;
  }

  // By the table of addresses, which not all compilers write; else unit by unit.
  bool find_unit(std::uint64_t offset, Dwarf_Die& unit) const {
    if (::dwarf_addrdie(dwarf_.get(), offset, &unit) != nullptr) return true;
    Dwarf_CU* at = nullptr;
    std::uint8_t type = 0;
    while (::dwarf_get_units(dwarf_.get(), at, &at, nullptr, &type, &unit, nullptr) == 0) {
      if (::dwarf_haspc(&unit, offset) == 1) return true;
    }
    return false;
  }

  transport::FileDescriptor descriptor_;
  ElfFile elf_;
  DwarfData dwarf_;
};

}  // namespace

std::string name_places(std::span<const transport::CodePlace> places) {
  const MemoryLimit limit{limits::look_bytes_max};
  std::map<std::pair<std::string, std::string>, SymbolFile> files;
  std::string lines;
  for (const transport::CodePlace& place : places) {
    const auto [file, is_new] = files.try_emplace({place.file, place.build_id}, place.file, place.build_id);
    const auto [source, number] = file->second.source_at(place.offset);
    lines +=
        fmt::format("{}\t{}\t{}\n", field(file->second.function_at(place.offset)), field(source), number);
  }
  return lines;
}

}  // namespace prong::worker
