// Where results go: standard output, or a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace prong::cli {

// [one thread]
class Output {
 public:
  // Standard output.
  Output() = default;
  // The file is made; one that exists keeps what is in it until it is emptied. Throws OutputFailed.
  explicit Output(const std::filesystem::path& file);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Before anything is written. Throws OutputFailed.
  void empty();
  // Nothing will be written: a file that was made for it is removed.
  void forget() const noexcept;

  // All of it. Throws OutputFailed. [blocks]
  void write(std::string_view text);
  // One part after the other, in as few writes as possible.
  void write(std::span<const std::string_view> parts);
  // Over what the file begins with. Precondition: it is a file.
  void overwrite_beginning(std::string_view text);

 private:
  std::string name_;
  bool is_new_ = false;
  int descriptor_ = -1;  // -1: standard output, which the console shares
};

}  // namespace prong::cli
