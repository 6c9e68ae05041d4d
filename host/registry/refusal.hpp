// Why a plugin's file cannot be used.
#pragma once

#include <filesystem>
#include <string>

namespace prong::registry {

// `code` is stable and for programs; those of this folder:
//   not-found            no folder of the plugin path has the file
//   dangling-symlink     the file is a symbolic link to nothing
//   symlink-loop         the symbolic links lead in a circle, or through more than 40 links
//   not-a-regular-file   a folder, FIFO, socket or device
//   not-owned            others than root and the user own the file or a folder above it
//   writable-by-others   others than root and the user may write the file or a folder above it
//   unreadable           the user may not read the file or search a folder above it
//   wrong-name           the file's name is not the encoding of a module path
//   out-of-resources     no descriptor or memory left to look: says nothing about the file
struct Refusal {
  std::string code;
  std::filesystem::path file;
  std::string required;
  std::string found;
  std::string fix;

  // One line, whatever bytes the file's name holds: "FILE: FOUND; required: REQUIRED; fix: FIX [CODE]".
  [[nodiscard]] std::string message() const;
  bool operator==(const Refusal&) const = default;
};

// `error`, an errno, kept `file` from being read: "unreadable" with these words, or "out-of-resources".
[[nodiscard]] Refusal unreadable(const std::filesystem::path& file, int error, Refusal words);

}  // namespace prong::registry
