// What the file of each result is called, from when its input is read until that has ended.
#pragma once

#include "cli/output_folder.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace prong::cli {

// With --files a result is called as its input, without the folders that this is in; otherwise by the index
// of the input. No two inputs of a run have one name. Takes memory for the names of all that had been named
// here.
class ResultNames {
 public:
  struct Options {
    std::string suffix;
    bool of_paths = false;  // --files
  };
  ResultNames(const OutputFolder& folder, Options options) : folder_{&folder}, options_{std::move(options)} {}

  // The input at this position of the command's input is this file. Throws InputFailed when its result can
  // have no name: that of another's is the same, or of the input itself, or it is too long. [feeding thread]
  void expect(std::uint64_t position, const std::string& path);
  // The input there was at another index when it failed before. Throws InputFailed when there were two of
  // them. [feeding thread]
  void expect(std::uint64_t position, std::uint64_t index);

  // The name for what became of that input, once; nullopt: it has none. [draining thread]
  [[nodiscard]] std::optional<std::string> take(std::uint64_t position);

 private:
  const OutputFolder* folder_;
  Options options_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::string> expected_;  // by position
  std::unordered_set<std::string> used_;                     // [feeding thread]
};

}  // namespace prong::cli
