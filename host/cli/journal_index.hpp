// Where in a journal each position's last record lies: eight bytes of disk a position, and one page in
// memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace prong::cli {

// A file without a name, which the kernel drops with the process. [one thread]
class JournalIndex {
 public:
  // In this folder. Throws OutputFailed.
  explicit JournalIndex(const std::filesystem::path& folder);
  ~JournalIndex();
  JournalIndex(const JournalIndex&) = delete;
  JournalIndex& operator=(const JournalIndex&) = delete;

  // Positions near each other in turn are cheap. Throw OutputFailed.
  void set(std::uint64_t position, std::uint64_t offset);
  [[nodiscard]] std::optional<std::uint64_t> find(std::uint64_t position);

 private:
  void turn_to(std::uint64_t page);
  void write_back();

  std::filesystem::path folder_;
  int descriptor_;
  std::uint64_t page_ = UINT64_MAX;
  bool changed_ = false;
  std::vector<std::uint64_t> offsets_;  // of the page, plus one; 0: none
};

}  // namespace prong::cli
