// An input that is read: standard input, or a file by name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace prong::cli {

class Halt;

// [one thread]
class InputFile {
 public:
  // Standard input.
  InputFile();
  // Throws InputFailed.
  explicit InputFile(const std::filesystem::path& file);
  ~InputFile();
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;

  // At most `size` bytes, as soon as there are any; 0: the end, or a halt (nullptr: there is nothing to halt
  // yet). Throws InputFailed. [blocks]
  [[nodiscard]] std::size_t read_some(void* to, std::size_t size, const Halt* halt);

  // "standard input", or the file's name.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // "line 18", of a file with its name before it.
  [[nodiscard]] std::string place(const std::string& where) const;
  // Bytes; nothing of what is no regular file.
  [[nodiscard]] std::optional<std::size_t> size() const noexcept;

 private:
  std::string name_;
  int descriptor_;
};

}  // namespace prong::cli
