// Results as a .npy array: one value, or one row, for each item.
#pragma once

#include "cli/npy_format.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/result_sink.hpp"

#include <cstdint>
#include <string>

namespace prong::cli {

// Takes raw pieces in the order of their coming. The header says how many there are once it is finished;
// until then the file is an empty array with bytes after it.
class NpyWriter final : public ResultSink {
 public:
  struct Options {
    OnError on_error = OnError::skip;  // null: NaN
    NpyItem item;
  };
  // The output outlives this. It is a regular file. Throws OutputFailed.
  NpyWriter(Options options, Output& output);

  [[nodiscard]] bool take(Piece piece) override;
  void finish() override;

 private:
  void write(const Piece& piece, std::uint64_t count);

  Options options_;
  Output* output_;
  std::string hole_;  // of one item
  std::uint64_t count_ = 0;
};

}  // namespace prong::cli
