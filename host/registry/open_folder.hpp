// A folder that is kept open, to see whether it has changed without walking along its path.
#pragma once

#include "registry/plugin_file.hpp"

#include <optional>
#include <utility>

namespace prong::registry {

// A resource: one descriptor, or none when there was none to be had.
class OpenFolder {
 public:
  OpenFolder() noexcept = default;
  explicit OpenFolder(const char* path) noexcept;
  ~OpenFolder();
  OpenFolder(OpenFolder&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  OpenFolder& operator=(OpenFolder&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  // Nothing: it is not open.
  [[nodiscard]] std::optional<FileIdentity> identity() const noexcept;

 private:
  int number_ = -1;
};

}  // namespace prong::registry
