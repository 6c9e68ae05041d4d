// Why a file or function cannot be used, on its way to the host: a failure whose type is the code and whose
// sentence holds the three parts, one a line.
#pragma once

#include <string>

namespace prong::worker {

struct RefusalText {
  std::string code;
  std::string required;
  std::string found;
  std::string fix;
  // It says nothing for certain about the file: this worker may have nothing left to open it with, and
  // another one may.
  bool may_pass = false;

  // Three lines, of limits::failure_text_bytes_max bytes at most. A long `found`, which may come from the
  // file, is cut.
  [[nodiscard]] std::string lines() const;
  // The same for the failure of an item, which is one line, with the file and the code.
  [[nodiscard]] std::string sentence_of(const std::string& file) const;
};

// Whether `error`, an errno, is about the process or the system and not about the file.
[[nodiscard]] bool is_shortage(int error) noexcept;
// `found` tells which of them, and when.
[[nodiscard]] RefusalText out_of_resources(std::string found);

}  // namespace prong::worker
