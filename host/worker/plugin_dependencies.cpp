// Dynamic sections, by libelf.
#include "worker/plugin_dependencies.hpp"

#include "limits.hpp"
#include "transport/file_descriptor.hpp"
#include "worker/elf_file.hpp"

#include <fcntl.h>
#include <gelf.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <ranges>
#include <set>
#include <string_view>

namespace prong::worker {

namespace {

namespace fs = std::filesystem;

std::string replace_origin(std::string folder, const fs::path& origin) {
  for (const std::string name : {"$ORIGIN", "${ORIGIN}"}) {
    if (const auto at = folder.find(name); at != std::string::npos)
      folder.replace(at, name.size(), origin.string());
  }
  return folder;
}

// From the plugin to its libraries, to theirs, and so on. Who finds what in whose run path is told apart by
// the dynamic linker (ld.so(8)), not here: more folders are searched for each, and no fewer.
class Search {
 public:
  Dependencies run(Elf* elf, const fs::path& file) {
    take(elf, file);
    while (!libraries_.empty()) {
      read_library(libraries_.front());
      libraries_.pop_front();
    }
    return std::move(found_);
  }

 private:
  void take(Elf* elf, const fs::path& file) {
    for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf, section)) != nullptr;) {
      GElf_Shdr header{};
      if (::gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNAMIC) continue;
      read_section(elf, section, header, file.parent_path());
      break;
    }
    look_for_libraries();
  }

  void read_section(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, const fs::path& origin) {
    Elf_Data* data = ::elf_getdata(section, nullptr);
    if (data == nullptr) return;
    for (std::size_t i = 0; i < limits::dynamic_entries_max; ++i) {
      GElf_Dyn entry{};
      if (::gelf_getdyn(data, static_cast<int>(i), &entry) == nullptr || entry.d_tag == DT_NULL) return;
      if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_RUNPATH && entry.d_tag != DT_RPATH) continue;
      const char* text = ::elf_strptr(elf, header.sh_link, entry.d_un.d_val);
      if (text == nullptr) continue;
      if (entry.d_tag == DT_NEEDED) {
        add(found_.needed, text);
      } else {
        add_folders(text, origin);
      }
    }
  }

  void add_folders(std::string_view list, const fs::path& origin) {
    if (list.size() > limits::dependency_text_bytes_max) {
      found_.cut_off = true;
      return;
    }
    for (const auto folder : std::views::split(list, ':')) {
      if (!folder.empty()) add(found_.run_path, replace_origin({folder.begin(), folder.end()}, origin));
    }
  }

  void add(std::vector<std::string>& texts, std::string_view text) {
    if (bytes_ + text.size() >= limits::dependency_text_bytes_max) {
      found_.cut_off = true;
    } else if (std::ranges::find(texts, text) == texts.end()) {
      bytes_ += text.size() + 1;
      texts.emplace_back(text);
    }
  }

  void look_for_libraries() {
    for (const std::string& folder : found_.run_path) {
      for (const std::string& soname : found_.needed) {
        if (places_.size() >= limits::dependency_places_max) return;
        const auto [place, is_new] = places_.insert(fs::path{folder} / soname);
        if (is_new) libraries_.push_back(*place);
      }
    }
  }

  void read_library(const fs::path& file) {
    const transport::FileDescriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status{};
    if (!descriptor || ::fstat(descriptor.number(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    const ElfFile elf{::elf_begin(descriptor.number(), ELF_C_READ, nullptr)};
    if (elf && ::elf_kind(elf.get()) == ELF_K_ELF) take(elf.get(), file);
  }

  Dependencies found_;
  std::size_t bytes_ = 0;
  std::set<fs::path> places_;  // looked at, or about to be
  std::deque<fs::path> libraries_;
};

}  // namespace

Dependencies read_dependencies(Elf* elf, const std::filesystem::path& file) {
  return Search{}.run(elf, file);
}

}  // namespace prong::worker
