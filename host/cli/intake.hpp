// Items on their way into a job when more than their bytes matters: inputs that are remembered, files that
// are read, items whose ending is known already.
#pragma once

#include "cli/file_content.hpp"
#include "cli/handover.hpp"
#include "cli/input_paths.hpp"
#include "cli/item_source.hpp"
#include "cli/result_names.hpp"

#include <prong/pool.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prong::cli {

class Journal;

// Gives the items of another source, or the contents of the files that these are the paths of, except those
// that have ended already: they go to the handover.
class Intake final : public ItemSource {
 public:
  struct Parts {
    ItemSource& inputs;
    Handover& handover;
    Pool* file_memory = nullptr;        // not nullptr: inputs are paths
    Journal* journal = nullptr;         // nullptr: nothing is known
    ResultNames* names = nullptr;       // nullptr: results need none
    InputPaths* paths = nullptr;        // nullptr: nobody asks which file an input is
    bool keeps_text = false;            // for a file of failures
    std::string function = {};          // for messages
    Encoding results = Encoding::json;  // of what is known; not native
  };
  explicit Intake(Parts parts);

  // Of the call that computes the others; before the first next().
  void set_build(std::shared_ptr<const PluginBuild> build) noexcept { build_ = std::move(build); }

  [[nodiscard]] Encoding encoding() const noexcept override { return parts_.inputs.encoding(); }
  [[nodiscard]] std::string signature() const override { return parts_.inputs.signature(); }
  [[nodiscard]] std::string place_of(std::uint64_t item) const override {
    return parts_.inputs.place_of(item);
  }
  [[nodiscard]] std::optional<Total> total() const override { return parts_.inputs.total(); }
  [[nodiscard]] std::optional<Items> next(Halt& halt) override;

 private:
  // What of the batch the job shall have; nothing when it has ended already.
  [[nodiscard]] std::optional<Items> take_items(Halt& halt);
  [[nodiscard]] std::optional<Items> take_file(Halt& halt);
  void answer(Piece piece, Inputs inputs, Halt& halt);
  // Of `count` items from the batch's next one on, with their texts when these are kept.
  [[nodiscard]] Inputs inputs_of(std::uint64_t count) const;
  // What the function is told that an item of the batch is.
  [[nodiscard]] std::uint64_t index_of(std::uint64_t i) const;
  // The results of `count` items from the batch's next one on are to be named.
  void name_results(std::uint64_t count) const;
  // Says so of items that begin with the batch's next one.
  void number(Items& items) const;

  Parts parts_;
  std::optional<FileReader> files_;
  std::shared_ptr<const PluginBuild> build_;
  Items batch_;
  std::uint64_t at_ = 0;        // of the batch's items, how many are done with
  std::uint64_t position_ = 0;  // of the batch's first in the input
  std::vector<std::uint64_t> offsets_;
  std::shared_ptr<void> content_;
};

}  // namespace prong::cli
