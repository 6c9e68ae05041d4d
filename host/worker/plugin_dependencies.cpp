// From library to library, by their dynamic sections.
#include "worker/plugin_dependencies.hpp"

#include "limits.hpp"
#include "transport/file_descriptor.hpp"
#include "worker/dynamic_section.hpp"
#include "worker/elf_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <set>
#include <string_view>

namespace prong::worker {

namespace {

namespace fs = std::filesystem;

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
    read_dynamic_section(elf, [&](GElf_Sxword tag, std::string_view text) {
      if (tag == DT_NEEDED) {
        add(found_.needed, text);
      } else {
        add_folders(text, file.parent_path());
      }
    });
    look_for_libraries();
  }

  void add_folders(std::string_view list, const fs::path& origin) {
    if (list.size() > limits::dependency_text_bytes_max) {
      found_.cut_off = true;
      return;
    }
    for (const std::string& folder : folders_of(list, origin))
      add(found_.run_path, folder);
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
