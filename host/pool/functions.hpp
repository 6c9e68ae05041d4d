// What the pool knows of plugin files: described by workers (pool/description.hpp), remembered until the file
// changes. Plain data; the engine asks the workers.
#pragma once

#include "names/qualified_name.hpp"
#include "pool/job_state.hpp"
#include "registry/function_table.hpp"
#include "registry/plugin_file.hpp"
#include "transport/job_record.hpp"

#include <prong/error.hpp>
#include <prong/function_info.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace prong::pool {

// [any thread]
class KnownFunctions {
 public:
  // nullptr: nothing is known of this version.
  [[nodiscard]] std::shared_ptr<const ModuleInfo> find(const registry::PluginFile& file) const;
  // `dependencies`: of a refused one, its dependency_stamp.
  void remember(const registry::PluginFile& file, std::shared_ptr<const ModuleInfo> info,
                std::size_t dependencies);

  // Whether a worker has loaded this function of this version of the file.
  [[nodiscard]] bool is_loadable(const registry::PluginFile& file, const std::string& symbol) const;
  void remember_loadable(const registry::PluginFile& file, const std::string& symbol);
  // A worker could not load it after all.
  void forget_loadable(const FileVersion& version);

  // Numbers for the file and for this version of it.
  [[nodiscard]] FileVersion version_of(const registry::PluginFile& file);

 private:
  struct Numbered {
    registry::FileIdentity identity;
    FileVersion version;
  };
  struct Known {
    registry::FileIdentity identity;
    std::size_t dependencies;  // their stamp, for a file that was refused
    std::shared_ptr<const ModuleInfo> info;
    std::set<std::string> loadable;  // symbols
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Known> files_;        // by path
  std::unordered_map<std::string, Numbered> versions_;  // by path
  std::uint32_t next_version_ = 1;
};

// Errors, with both names and what was there instead. `kind`: nothing when the name may be of either.
[[nodiscard]] CannotFind no_such_function(const names::QualifiedName& name, std::optional<FunctionKind> kind,
                                          const ModuleInfo& module);
[[nodiscard]] Refused refused(const std::string& name, FunctionKind kind, const std::filesystem::path& file,
                              const Refusal& refusal);
// "map function 'stats.square'", or the name alone.
[[nodiscard]] std::string quoted(std::string_view name, std::optional<FunctionKind> kind);
using registry::kind_words;
// Of a name without a dot: never defined; defined after the pool started; defined in a pool whose workers
// were not forked from the host.
[[nodiscard]] CannotFind no_such_dynamic(std::string_view name, FunctionKind kind,
                                         const registry::FunctionTable& defined);
[[nodiscard]] CannotFind defined_too_late(std::string_view name, FunctionKind kind);
[[nodiscard]] CannotFind known_to_host_only(std::string_view name, FunctionKind kind);

// Checks the call against the function, and lays out the job for it: encodings, types, bound values. A
// dynamic function has no file. Throws Mismatch.
[[nodiscard]] transport::JobDescription describe_job(const Call& call, const FunctionInfo& function,
                                                     const std::optional<registry::PluginFile>& file);
// What a job has of its function and of how the call encodes items and results, wherever they run.
void take_function(JobFacts& facts, const Call& call, const FunctionInfo& function,
                   const transport::JobDescription& description);
[[nodiscard]] transport::FileStamp stamp_of(const registry::FileIdentity& identity);

}  // namespace prong::pool
