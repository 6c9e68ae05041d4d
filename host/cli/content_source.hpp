// Contents of files as items, many at a time: where none may be missing.
#pragma once

#include "cli/file_content.hpp"
#include "cli/item_source.hpp"

#include <prong/pool.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace prong::cli {

// Of the files that the items of another source are the paths of, which outlives this.
class ContentSource final : public ItemSource {
 public:
  ContentSource(ItemSource& paths, Pool& pool) : paths_{&paths}, reader_{pool} {}

  [[nodiscard]] Encoding encoding() const noexcept override { return paths_->encoding(); }
  // Throws InputFailed also for a file that cannot be read.
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  ItemSource* paths_;
  FileReader reader_;
  std::string bytes_;
  std::vector<std::uint64_t> offsets_;
};

}  // namespace prong::cli
