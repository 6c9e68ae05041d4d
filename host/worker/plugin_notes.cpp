// ELF headers and notes, by libelf.
#include "worker/plugin_notes.hpp"

#include "limits.hpp"
#include "transport/file_descriptor.hpp"
#include "values/hexadecimal.hpp"
#include "values/json_writer.hpp"
#include "worker/elf_file.hpp"
#include "worker/elf_shape.hpp"
#include "worker/memory_limit.hpp"
#include "worker/plugin_dependencies.hpp"
#include "worker/plugin_exports.hpp"

#include <prong/plugin.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace prong::worker {

namespace {

struct Notes {
  std::string build_id;
  std::vector<std::string> prong;
  std::size_t bytes = 0;
  Dependencies dependencies;
  std::vector<std::string> exports;
};

RefusalText not_elf(std::string found) {
  return {"not-a-shared-object", "an ELF shared object", std::move(found),
          "build the plugin with prong_add_plugin, or with -shared -fPIC"};
}

RefusalText program() {
  return {"not-a-shared-object", "an ELF shared object", "a program", "link it with -shared"};
}

RefusalText truncated(std::string found) {
  return {"truncated", "a whole ELF file", std::move(found), "copy or build the plugin again"};
}

RefusalText wrong_machine(std::string required, std::string found) {
  return {"wrong-machine", std::move(required), std::move(found), "build the plugin on this kind of machine"};
}

RefusalText malformed_notes(std::size_t at) {
  return {"malformed-notes", "notes as prong/plugin.hpp writes them (docs/plugin-abi.md)",
          fmt::format("a note at byte {} of the file that is longer than all notes", at),
          "build the plugin again with prong/plugin.hpp"};
}

RefusalText too_much_text(std::string required) {
  return {"too-much-text", std::move(required), "more", "shorten what the plugin says of itself"};
}

constexpr int own_machine =
#if defined(__x86_64__)
    EM_X86_64;
#elif defined(__aarch64__)
    EM_AARCH64;
#elif defined(__riscv)
    EM_RISCV;
#else
    EM_NONE;
#endif

constexpr int own_data = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

std::string_view endian(int data) { return data == ELFDATA2LSB ? "little" : "big"; }

std::string machine_name(int machine) {
  switch (machine) {
    case EM_386:
      return "i386";
    case EM_ARM:
      return "ARM";
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "AArch64";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "PowerPC64";
    case EM_S390:
      return "S/390";
    default:
      return fmt::format("ELF machine {}", machine);
  }
}

std::optional<RefusalText> check_header(Elf* elf, GElf_Ehdr& header) {
  std::size_t size = 0;
  const char* ident = ::elf_getident(elf, &size);
  if (::elf_kind(elf) != ELF_K_ELF || ident == nullptr || size < EI_NIDENT) {
    return truncated("an ELF header that is cut off");
  }
  if (ident[EI_CLASS] != (sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32) || ident[EI_DATA] != own_data) {
    return wrong_machine(fmt::format("{}-bit, {}-endian code for {}", sizeof(void*) * 8, endian(own_data),
                                     machine_name(own_machine)),
                         fmt::format("{}-bit, {}-endian code", ident[EI_CLASS] == ELFCLASS64 ? 64 : 32,
                                     endian(ident[EI_DATA])));
  }
  if (::gelf_getehdr(elf, &header) == nullptr) return truncated("an ELF header that is cut off");
  if (header.e_machine != own_machine) {
    return wrong_machine("code for " + machine_name(own_machine),
                         "code for " + machine_name(header.e_machine));
  }
  if (header.e_type != ET_DYN) {
    return not_elf(fmt::format("an ELF file of type {} ({})", header.e_type,
                               header.e_type == ET_EXEC  ? "an executable"
                               : header.e_type == ET_REL ? "an object file"
                                                         : "not a shared object"));
  }
  return std::nullopt;
}

void take_note(const Elf_Data& data, const GElf_Nhdr& note, std::size_t name, std::size_t text,
               Notes& notes) {
  const auto* bytes = static_cast<const char*>(data.d_buf);
  const std::string_view owner{bytes + name, note.n_namesz};
  const std::string_view content{bytes + text, note.n_descsz};
  if (owner == std::string_view{"prong\0", 6} && note.n_type == PRONG_NOTE_TYPE) {
    notes.bytes += content.size() + 1;
    notes.prong.emplace_back(content);
  } else if (owner == std::string_view{"GNU\0", 4} && note.n_type == NT_GNU_BUILD_ID &&
             content.size() <= limits::build_id_bytes_max) {
    notes.build_id = values::hexadecimal(std::as_bytes(std::span{content}));
  }
}

std::optional<RefusalText> read_segment(Elf* elf, const GElf_Phdr& segment, std::size_t file_size,
                                        Notes& notes) {
  if (segment.p_offset > file_size || segment.p_filesz > file_size - segment.p_offset) {
    return truncated("notes that lie beyond the end of the file");
  }
  // A sparse file has as many as it says.
  if (segment.p_filesz > 2 * limits::description_bytes_max) {
    return too_much_text(fmt::format("at most {} bytes of notes", limits::description_bytes_max));
  }
  const auto type = segment.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR;
  Elf_Data* data =
      ::elf_getdata_rawchunk(elf, static_cast<int64_t>(segment.p_offset), segment.p_filesz, type);
  if (data == nullptr) return truncated(::elf_errmsg(-1));
  GElf_Nhdr note{};
  std::size_t name = 0;
  std::size_t text = 0;
  // What is too short for a note fills the segment up.
  for (std::size_t at = 0; at + sizeof note <= data->d_size;) {
    const std::size_t next = ::gelf_getnote(data, at, &note, &name, &text);
    if (next == 0) return malformed_notes(segment.p_offset + at);
    at = next;
    take_note(*data, note, name, text, notes);
    if (notes.bytes > limits::description_bytes_max) {
      return too_much_text(fmt::format("at most {} bytes of notes", limits::description_bytes_max));
    }
  }
  return std::nullopt;
}

void append_list(std::string_view key, const std::vector<std::string>& texts, std::string& json) {
  json += fmt::format(",\"{}\":[", key);
  for (const std::string& text : texts) {
    if (json.back() != '[') json += ',';
    values::append_json_string(text, json);
  }
  json += ']';
}

std::string to_json(const Notes& notes) {
  std::string json = "{\"build_id\":\"" + notes.build_id + '"';
  append_list("notes", notes.prong, json);
  append_list("needed", notes.dependencies.needed, json);
  append_list("run_path", notes.dependencies.run_path, json);
  append_list("exports", notes.exports, json);
  return json += '}';
}

std::optional<RefusalText> read_segments(Elf* elf, std::size_t file_size, Notes& notes) {
  std::size_t segments = 0;
  if (::elf_getphdrnum(elf, &segments) != 0) return truncated(::elf_errmsg(-1));
  for (std::size_t i = 0; i < segments; ++i) {
    GElf_Phdr segment{};
    if (::gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr || segment.p_type != PT_NOTE) continue;
    if (auto refusal = read_segment(elf, segment, file_size, notes)) return refusal;
  }
  return std::nullopt;
}

// They come last, so a file that is cut off lacks them; what is cut may be no more than what debuggers read.
std::optional<RefusalText> check_sections(const GElf_Ehdr& header, std::size_t file_size) {
  const std::size_t size = std::size_t{header.e_shnum} * header.e_shentsize;
  if (header.e_shoff <= file_size && size <= file_size - header.e_shoff) return std::nullopt;
  return truncated(fmt::format("{} bytes, where its section headers end at {}", file_size,
                               end_of_part(header.e_shoff, size)));
}

std::variant<Notes, RefusalText> read_elf(Elf* elf, const std::string& file, std::size_t file_size) {
  GElf_Ehdr header{};
  if (auto refusal = check_header(elf, header)) return std::move(*refusal);
  if (auto missing = find_missing_part(elf, file_size)) return truncated(std::move(*missing));
  Notes notes;
  if (auto refusal = read_segments(elf, file_size, notes)) return std::move(*refusal);
  if (auto refusal = check_sections(header, file_size)) return std::move(*refusal);
  if (is_program(elf)) return program();
  if (notes.prong.empty()) {
    return RefusalText{"no-notes", "a .note.prong that describes the plugin", "a shared object without one",
                       "describe the plugin with PRONG_MODULE and PRONG_MAP, or remove the file"};
  }
  notes.dependencies = read_dependencies(elf, file);
  if (notes.dependencies.cut_off) {
    return too_much_text(fmt::format("at most {} bytes of names of libraries and of their folders",
                                     limits::dependency_text_bytes_max));
  }
  notes.exports = read_exports(elf);
  return notes;
}

}  // namespace

std::variant<std::string, RefusalText> read_notes(const std::string& file) {
  const transport::FileDescriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat status{};
  if (!descriptor || ::fstat(descriptor.number(), &status) != 0) {
    if (is_shortage(errno)) return out_of_resources(std::strerror(errno));
    return RefusalText{"unreadable", "a file that can be read", std::strerror(errno),
                       "check its permissions"};
  }
  if (!S_ISREG(status.st_mode)) {
    return RefusalText{"not-a-regular-file", "a regular file", "something else", "remove it"};
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return not_elf("an empty file");
  const MemoryLimit limit{limits::look_bytes_max};
  ::elf_version(EV_CURRENT);
  std::array<char, SELFMAG> magic{};
  const auto read = ::pread(descriptor.number(), magic.data(), magic.size(), 0);
  if (read != SELFMAG || std::string_view{magic.data(), SELFMAG} != ELFMAG)
    return not_elf("a file that does not begin as ELF does");
  const ElfFile elf{::elf_begin(descriptor.number(), ELF_C_READ, nullptr)};
  if (!elf) return truncated(::elf_errmsg(-1));
  auto notes = read_elf(elf.get(), file, size);
  if (auto* refusal = std::get_if<RefusalText>(&notes)) return std::move(*refusal);
  return to_json(std::get<Notes>(notes));
}

}  // namespace prong::worker
