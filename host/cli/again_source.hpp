// The inputs in a file of --failures, once more.
#pragma once

#include "cli/line_source.hpp"

#include <string>
#include <vector>

namespace prong::cli {

class AgainSource final : public ItemSource {
 public:
  // What an "input" is: a JSON value (json), or a string of JSON whose text is the item (text).
  AgainSource(Pool& pool, InputFile file, Encoding encoding)
      : name_{file.name()}, lines_{pool, std::move(file), {}}, encoding_{encoding} {}

  [[nodiscard]] Encoding encoding() const noexcept override { return encoding_; }
  [[nodiscard]] std::string place_of(std::uint64_t item) const override { return lines_.place_of(item); }
  [[nodiscard]] std::optional<Total> total() const override { return lines_.total(); }
  // Throws InputFailed also for a line that --failures did not write.
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  void add(std::string_view line);

  std::string name_;
  LineSource lines_;
  Encoding encoding_;
  std::uint64_t count_ = 0;
  std::string bytes_;
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint64_t> indices_;  // of the first run
};

}  // namespace prong::cli
