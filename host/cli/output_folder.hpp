// The folder of --output-dir: a file for each result, there as a whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace prong::cli {

// Names are of files in the folder.
class OutputFolder {
 public:
  // Makes the folder when there is none. Throws OutputFailed.
  explicit OutputFolder(const std::filesystem::path& folder);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  // In the place of a file of that name. Throws OutputFailed, and then leaves nothing of it. [blocks]
  void write(const std::string& name, std::string_view content);
  // What an earlier run has left under that name. Throws OutputFailed.
  void remove(const std::string& name);
  // Whether the file of that name is the one at `path`, by whatever links.
  [[nodiscard]] bool has(const std::string& name, const std::string& path) const;
  // Of a name; what is longer cannot be written.
  [[nodiscard]] std::size_t name_bytes_max() const;
  // For messages.
  [[nodiscard]] std::string path_of(const std::string& name) const { return (folder_ / name).native(); }
  // Nothing was written: a folder that was made for this is removed.
  void forget() const noexcept;

 private:
  std::filesystem::path folder_;
  bool is_new_ = false;
  int descriptor_ = -1;
  std::string unfinished_;  // the name that a file has while it is written
};

}  // namespace prong::cli
