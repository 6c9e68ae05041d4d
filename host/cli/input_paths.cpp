// A map, guarded: one thread reads files, another tells of them.
#include "cli/input_paths.hpp"

#include "cli/json_text.hpp"

#include <utility>

namespace prong::cli {

void InputPaths::expect(std::uint64_t position, std::string path) {
  const std::lock_guard lock{mutex_};
  known_.insert_or_assign(position, Known{.path = std::move(path)});
}

void InputPaths::set_told(std::uint64_t position) {
  const std::lock_guard lock{mutex_};
  if (const auto found = known_.find(position); found != known_.end()) found->second.is_told = true;
}

std::string InputPaths::find(std::uint64_t position) const {
  const std::lock_guard lock{mutex_};
  const auto found = known_.find(position);
  return found == known_.end() ? "" : found->second.path;
}

std::string InputPaths::find_member(std::uint64_t position) const {
  const std::string path = find(position);
  return path.empty() ? "" : json_text_member("file", path);
}

std::string InputPaths::find_untold(std::uint64_t position) const {
  const std::lock_guard lock{mutex_};
  const auto found = known_.find(position);
  return found == known_.end() || found->second.is_told ? "" : found->second.path;
}

void InputPaths::forget(std::uint64_t first, std::uint64_t count) {
  const std::lock_guard lock{mutex_};
  known_.erase(known_.lower_bound(first), known_.lower_bound(first + count));
}

}  // namespace prong::cli
