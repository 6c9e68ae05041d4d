// Opening first, emptying last.
#include "cli/run_files.hpp"

#include "cli/file_content.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

namespace prong::cli {

namespace {

// Length and bytes: no two lists of fields read alike.
void add_field(std::string_view field, std::string& to) { to += fmt::format("{}:{},", field.size(), field); }

// The file as it is, where there is no build-id to know it by. Throws WrongUsage when it is another
// machine's.
std::string digest_of_plugin(const MapParts& parts) {
  if (!parts.options.engine.address.empty()) {
    throw WrongUsage{fmt::format(
        "--journal {}: the nodes' plugin of '{}' has no build-id, by which a journal knows whether "
        "results are those of the same code; link it with -Wl,--build-id",
        parts.options.journal->native(), parts.function.name)};
  }
  const FileContent file = *FileReader{parts.pool}.read(parts.build->file.native(), nullptr);
  const Digest digest = digest_of({static_cast<const char*>(file.bytes.get()), file.size}, 0);
  return fmt::format("{:x},{:x}", digest[0], digest[1]);
}

// All but the input that a result depends on.
std::string computation_of(const MapParts& parts) {
  std::string text;
  add_field(parts.function.name, text);
  add_field(parts.build->build_id, text);
  if (parts.build->build_id.empty()) add_field(digest_of_plugin(parts), text);
  for (const Bound& bound : parts.options.bound) {
    add_field(bound.name, text);
    add_field(bound.value, text);
  }
  add_field(fmt::format("{} {} {}", static_cast<int>(parts.source.encoding()),
                        static_cast<int>(parts.results), parts.options.seed),
            text);
  return text;
}

}  // namespace

RunFiles::RunFiles(const MapParts& parts) {
  const std::array all{&output_, &failures_, &log_, &trace_, &report_};
  try {
    open(parts);
  } catch (...) {
    for (const auto* file : all) {
      if (*file) (*file)->forget();
    }
    if (folder_) folder_->forget();
    throw;
  }
  for (auto* file : all) {
    if (*file) (*file)->empty();
  }
}

// The journal last: a new one is no longer empty once it is open.
void RunFiles::open(const MapParts& parts) {
  const Options& options = parts.options;
  const auto open_one = [](const auto& name, std::optional<Output>& file) {
    if (name) file.emplace(*name);
  };
  open_one(options.output, output_);
  if (options.output_folder) {
    folder_.emplace(*options.output_folder);
    names_.emplace(*folder_,
                   ResultNames::Options{.suffix = options.output_suffix, .of_paths = options.takes_paths});
  }
  open_one(options.failures, failures_);
  open_one(options.log, log_);
  open_one(options.trace, trace_);
  open_one(options.report, report_);
  if (!options.journal) return;
  journal_.emplace(Journal::Options{.file = *options.journal,
                                    .resume = options.resume,
                                    .computation = computation_of(parts),
                                    .function = parts.function.name});
}

}  // namespace prong::cli
