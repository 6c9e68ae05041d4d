// Names given out once.
#include "cli/result_names.hpp"

#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace prong::cli {

void ResultNames::expect(std::uint64_t position, const std::string& path) {
  if (path.find('\0') != std::string::npos) throw InputFailed{path, EINVAL};
  const std::string last = path.substr(path.rfind('/') + 1);
  if (last.empty() || last == "." || last == "..")
    throw InputFailed{fmt::format("'{}' ends in no name that its result could have", path)};
  std::string name = last + options_.suffix;
  if (name.size() > folder_->name_bytes_max()) {
    throw InputFailed{
        fmt::format("the result of {} would have a name of {} bytes, {} more than its folder takes", path,
                    name.size(), name.size() - folder_->name_bytes_max())};
  }
  if (folder_->has(name, path)) {
    throw InputFailed{fmt::format(
        "the result of {} would take its place; give another --output-dir, or an --output-suffix", path)};
  }
  if (!used_.insert(name).second) {
    throw InputFailed{
        fmt::format("the result of {} would take the place of another one, {}; give it another --output-dir",
                    path, folder_->path_of(name))};
  }
  const std::lock_guard lock{mutex_};
  expected_.emplace(position, std::move(name));
}

void ResultNames::expect(std::uint64_t position, std::uint64_t index) {
  std::string name = std::to_string(index) + options_.suffix;
  if (!used_.insert(name).second) {
    throw InputFailed{
        fmt::format("two inputs of index {}, whose results would both be {}", index, folder_->path_of(name))};
  }
  const std::lock_guard lock{mutex_};
  expected_.emplace(position, std::move(name));
}

std::optional<std::string> ResultNames::take(std::uint64_t position) {
  {
    const std::lock_guard lock{mutex_};
    auto expected = expected_.extract(position);
    if (!expected.empty()) return std::move(expected.mapped());
  }
  // One without a name, or with the most usual one, which is not remembered.
  if (options_.of_paths) return std::nullopt;
  return std::to_string(position) + options_.suffix;
}

}  // namespace prong::cli
