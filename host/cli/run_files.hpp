// The files that a run writes, opened together before it begins.
#pragma once

#include "cli/item_source.hpp"
#include "cli/journal.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/result_names.hpp"

#include <prong/pool.hpp>

#include <memory>
#include <optional>

namespace prong::cli {

class InputPaths;

// What a map is made of, but for where its results go. All parts outlive the map.
struct MapParts {
  const Options& options;
  Pool& pool;
  ItemSource& source;
  const FunctionInfo& function;
  Encoding results;                          // of the call
  std::shared_ptr<const PluginBuild> build;  // which it runs
  InputPaths* paths = nullptr;               // of --files; nullptr: nobody asks
};

class RunFiles {
 public:
  // Those of --output, --output-dir, --failures, --log, --trace, --report and --journal. All can be written,
  // and the journal be gone on with, before the first of them is emptied: a run that is refused leaves what
  // an earlier one has written. Throws as Output and Journal do.
  explicit RunFiles(const MapParts& parts);

  [[nodiscard]] Output& output() { return output_ ? *output_ : standard_output_; }
  // nullptr: not wanted.
  [[nodiscard]] OutputFolder* folder() { return folder_ ? &*folder_ : nullptr; }
  [[nodiscard]] ResultNames* names() { return names_ ? &*names_ : nullptr; }  // in that folder
  [[nodiscard]] Output* failures() { return failures_ ? &*failures_ : nullptr; }
  [[nodiscard]] Output* log() { return log_ ? &*log_ : nullptr; }
  [[nodiscard]] Output* trace() { return trace_ ? &*trace_ : nullptr; }
  [[nodiscard]] Output* report() { return report_ ? &*report_ : nullptr; }
  [[nodiscard]] Journal* journal() { return journal_ ? &*journal_ : nullptr; }

 private:
  void open(const MapParts& parts);

  Output standard_output_;
  std::optional<Output> output_;
  std::optional<OutputFolder> folder_;
  std::optional<ResultNames> names_;
  std::optional<Output> failures_;
  std::optional<Output> log_;
  std::optional<Output> trace_;
  std::optional<Output> report_;
  std::optional<Journal> journal_;
};

}  // namespace prong::cli
