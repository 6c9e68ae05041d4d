// Consecutive items whose ending is known without the job, put together as a piece.
#pragma once

#include <prong/call.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cli {

class KnownRun {
 public:
  struct Start {
    std::uint64_t position = 0;  // of the first one
    Encoding results = Encoding::json;
    std::shared_ptr<const PluginBuild> build = {};
  };
  explicit KnownRun(Start start) : start_{start} {}

  // What the next item returned: a line, or a value.
  void add(std::string_view result);
  // How it failed; the index and the build are set here.
  void add(Failure failure);
  [[nodiscard]] std::uint64_t count() const noexcept { return ends_.size(); }

  [[nodiscard]] Piece piece() &&;

 private:
  Start start_;
  std::string bytes_;
  std::vector<std::uint64_t> ends_;
  std::vector<Failure> failures_;
};

}  // namespace prong::cli
