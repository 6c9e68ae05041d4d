// The inputs in a file of --failures, once more.
#pragma once

#include "cli/line_source.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace prong::cli {

class AgainSource final : public ItemSource {
 public:
  // `type`: of the items. Those of str or bytes are given as text, all others as JSON.
  AgainSource(Pool& pool, InputFile file, std::string type)
      : name_{file.name()}, lines_{pool, std::move(file), {}}, type_{std::move(type)} {}

  [[nodiscard]] Encoding encoding() const noexcept override {
    return type_ == "str" || type_ == "bytes" ? Encoding::text : Encoding::json;
  }
  [[nodiscard]] std::string place_of(std::uint64_t item) const override;
  [[nodiscard]] std::optional<Total> total() const override { return lines_.total(); }
  // A line that --failures did not write is left out; at the end, or when there are too many, it throws
  // InputFailed with the first of them.
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  void add(std::string_view line);
  void leave_out(const std::string& why);
  [[noreturn]] void tell_broken() const;
  [[nodiscard]] std::optional<std::string> input_of(std::string_view line) const;

  std::string name_;
  LineSource lines_;
  std::string type_;
  std::uint64_t count_ = 0;  // of lines
  std::string bytes_;
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint64_t> indices_;  // of the first run
  std::string first_broken_;            // what is to be said of it
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> broken_;  // lines that were left out, from 0
};

}  // namespace prong::cli
