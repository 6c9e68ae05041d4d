// Program headers, by libelf.
#include "worker/elf_shape.hpp"

#include "limits.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace prong::worker {

namespace {

// Of the entries of a dynamic section.
bool has_program_flag(Elf_Data* entries) {
  for (std::size_t i = 0; i < limits::dynamic_entries_max; ++i) {
    GElf_Dyn entry{};
    if (::gelf_getdyn(entries, static_cast<int>(i), &entry) == nullptr || entry.d_tag == DT_NULL)
      return false;
    if (entry.d_tag == DT_FLAGS_1) return (entry.d_un.d_val & DF_1_PIE) != 0;
  }
  return false;
}

}  // namespace

std::uint64_t end_of_part(std::uint64_t offset, std::uint64_t size) noexcept {
  return offset + std::min(size, UINT64_MAX - offset);
}

std::optional<std::string> find_missing_part(Elf* elf, std::size_t file_size) {
  GElf_Ehdr header{};
  std::size_t segments = 0;
  if (::gelf_getehdr(elf, &header) == nullptr) return "an ELF header that is cut off";
  if (::elf_getphdrnum(elf, &segments) != 0) return ::elf_errmsg(-1);
  // libelf counts those that are there. The dynamic linker knows no way to tell of more than e_phnum can.
  if (segments < header.e_phnum) return "program headers that are cut off";
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < segments; ++i) {
    GElf_Phdr segment{};
    if (::gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr)
      return "program headers that are cut off";
    if (segment.p_type == PT_LOAD) end = std::max(end, end_of_part(segment.p_offset, segment.p_filesz));
  }
  if (end <= file_size) return std::nullopt;
  return fmt::format("{} bytes, where its program headers speak of {}", file_size, end);
}

bool is_program(Elf* elf) {
  std::size_t segments = 0;
  if (::elf_getphdrnum(elf, &segments) != 0) return false;
  for (std::size_t i = 0; i < segments; ++i) {
    GElf_Phdr segment{};
    if (::gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr) return false;
    if (segment.p_type != PT_DYNAMIC) continue;
    const std::size_t size =
        std::min<std::size_t>(segment.p_filesz, limits::dynamic_entries_max * sizeof(GElf_Dyn));
    Elf_Data* entries = ::elf_getdata_rawchunk(elf, static_cast<int64_t>(segment.p_offset), size, ELF_T_DYN);
    return entries != nullptr && has_program_flag(entries);
  }
  return false;
}

}  // namespace prong::worker
