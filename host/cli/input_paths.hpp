// Which file each input is, from when it is read until what became of it has been told.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace prong::cli {

// By position in the input of the command. [any thread]
class InputPaths {
 public:
  void expect(std::uint64_t position, std::string path);
  // Its failure speaks of the file already.
  void set_told(std::uint64_t position);

  // Empty: none is known.
  [[nodiscard]] std::string find(std::uint64_t position) const;
  // As a member of an object of JSON, "file":"a.jpg"; empty: none is known.
  [[nodiscard]] std::string find_member(std::uint64_t position) const;
  // The path, but not of one whose failure speaks of it.
  [[nodiscard]] std::string find_untold(std::uint64_t position) const;
  // All has been told of so many inputs from this one on.
  void forget(std::uint64_t first, std::uint64_t count);

 private:
  struct Known {
    std::string path;
    bool is_told = false;
  };
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Known> known_;
};

}  // namespace prong::cli
