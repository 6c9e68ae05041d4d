// The dynamic linker's search through run paths, and a look at what it would open.
#include "worker/library_check.hpp"

#include "limits.hpp"
#include "transport/file_descriptor.hpp"
#include "worker/dynamic_section.hpp"
#include "worker/elf_file.hpp"
#include "worker/elf_shape.hpp"
#include "worker/memory_limit.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::worker {

namespace {

namespace fs = std::filesystem;

struct Library {
  std::vector<std::string> needed = {};
  std::vector<std::string> run_path = {};  // DT_RUNPATH: for what it needs itself
  // DT_RPATH, and those of who wanted it: for what it needs, and what that needs.
  std::vector<std::string> inherited_path = {};
};

// The names under which the linker knows what it has loaded: it searches for none of these.
std::set<std::string> loaded_names() {
  std::set<std::string> names;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* found) {
        static_cast<std::set<std::string>*>(found)->insert(fs::path{info->dlpi_name}.filename().string());
        return 0;
      },
      &names);
  return names;
}

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  return S_ISFIFO(mode) ? "a FIFO" : "not a regular file";
}

class LibraryFile {
 public:
  explicit LibraryFile(const fs::path& file)
      : descriptor_{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)} {
    if (descriptor_ && ::fstat(descriptor_.number(), &status_) == 0 && S_ISREG(status_.st_mode))
      elf_.reset(::elf_begin(descriptor_.number(), ELF_C_READ, nullptr));
  }

  [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(descriptor_); }
  [[nodiscard]] Elf* elf() const noexcept { return elf_.get(); }

  // What the linker would fail at; nothing: it is whole.
  [[nodiscard]] std::optional<std::string> find_flaw() const {
    if (!S_ISREG(status_.st_mode)) return kind_of(status_.st_mode);
    if (status_.st_size == 0) return "an empty file";
    std::array<char, SELFMAG> magic{};
    const auto read = ::pread(descriptor_.number(), magic.data(), magic.size(), 0);
    if (read != SELFMAG || std::string_view{magic.data(), SELFMAG} != ELFMAG)
      return "a file that does not begin as ELF does";
    if (!elf_) return "an ELF header that is cut off";
    return find_missing_part(elf_.get(), static_cast<std::size_t>(status_.st_size));
  }

  // Word size and machine; nothing: it has no ELF header.
  [[nodiscard]] std::optional<std::pair<int, int>> kind() const {
    GElf_Ehdr header{};
    if (!elf_ || ::gelf_getehdr(elf_.get(), &header) == nullptr) return std::nullopt;
    return std::pair{int{header.e_ident[EI_CLASS]}, int{header.e_machine}};
  }

 private:
  transport::FileDescriptor descriptor_;
  struct stat status_{};
  ElfFile elf_;
};

class Search {
 public:
  std::optional<RefusalText> run(const fs::path& file) {
    const LibraryFile plugin{file};
    if (plugin.elf() == nullptr) return std::nullopt;
    own_kind_ = plugin.kind();
    take(plugin, file, {});
    for (; !libraries_.empty(); libraries_.pop_front()) {
      for (const std::string& soname : libraries_.front().needed) {
        if (!known_.insert(soname).second) continue;
        if (auto refusal = look_at(soname, libraries_.front())) return refusal;
      }
    }
    return std::nullopt;
  }

 private:
  void take(const LibraryFile& file, const fs::path& path, const std::vector<std::string>& inherited) {
    Library& library = libraries_.emplace_back();
    read_dynamic_section(file.elf(), [&](GElf_Sxword tag, std::string_view text) {
      if (tag == DT_NEEDED) {
        library.needed.emplace_back(text);
        return;
      }
      auto& folders = tag == DT_RUNPATH ? library.run_path : library.inherited_path;
      if (text.size() <= limits::dependency_text_bytes_max) folders = folders_of(text, path.parent_path());
    });
    // Whoever has a run path of the newer kind heeds none of the older.
    if (!library.run_path.empty()) library.inherited_path.clear();
    library.inherited_path.insert(library.inherited_path.end(), inherited.begin(), inherited.end());
  }

  // The first file that can be opened is the one that the linker takes.
  std::optional<RefusalText> look_at(const std::string& soname, const Library& wanting) {
    for (const std::string& folder : folders_for(wanting)) {
      if (++places_ > limits::dependency_places_max) return std::nullopt;
      const fs::path path = fs::path{folder} / soname;
      const LibraryFile file{path};
      // The linker goes on searching where it finds code of other machines.
      if (!file.is_open() || (file.kind() && file.kind() != own_kind_)) continue;
      if (const auto flaw = file.find_flaw()) return broken(soname, path, *flaw);
      take(file, path, wanting.inherited_path);
      return std::nullopt;
    }
    return std::nullopt;
  }

  static std::vector<std::string> folders_for(const Library& wanting) {
    std::vector<std::string> folders;
    if (wanting.run_path.empty()) folders = wanting.inherited_path;
    // Of a forked worker, whose host was started with it.
    if (const char* list = std::getenv("LD_LIBRARY_PATH")) {
      for (std::string& folder : folders_of(list, ""))
        folders.push_back(std::move(folder));
    }
    folders.insert(folders.end(), wanting.run_path.begin(), wanting.run_path.end());
    return folders;
  }

  static RefusalText broken(const std::string& soname, const fs::path& path, const std::string& flaw) {
    return {"broken-dependency", "every library that the plugin needs, and whole",
            fmt::format("{}, which is {}: {}", soname, path.string(), flaw),
            "build or install that library again"};
  }

  std::set<std::string> known_ = loaded_names();
  std::optional<std::pair<int, int>> own_kind_;
  std::deque<Library> libraries_;
  std::size_t places_ = 0;
};

}  // namespace

std::optional<RefusalText> find_broken_library(const std::string& file) {
  const MemoryLimit limit{limits::look_bytes_max};
  ::elf_version(EV_CURRENT);
  return Search{}.run(file);
}

}  // namespace prong::worker
