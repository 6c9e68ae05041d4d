// Memory of plugin files, and the messages about functions that cannot be used.
#include "pool/functions.hpp"

#include "names/closest.hpp"
#include "names/printable.hpp"
#include "pool/dependencies.hpp"

#include <fmt/format.h>

namespace prong::pool {

std::shared_ptr<const ModuleInfo> KnownFunctions::find(const registry::PluginFile& file) const {
  const std::lock_guard lock{mutex_};
  const auto known = files_.find(file.path.native());
  if (known == files_.end() || known->second.identity != file.identity) return nullptr;
  const auto& info = known->second.info;
  if (info->refusal && dependency_stamp(*info) != known->second.dependencies) return nullptr;
  return info;
}

void KnownFunctions::remember(const registry::PluginFile& file, std::shared_ptr<const ModuleInfo> info,
                              std::size_t dependencies) {
  const std::lock_guard lock{mutex_};
  files_.insert_or_assign(file.path.native(), Known{file.identity, dependencies, std::move(info), {}});
}

bool KnownFunctions::is_loadable(const registry::PluginFile& file, const std::string& symbol) const {
  const std::lock_guard lock{mutex_};
  const auto known = files_.find(file.path.native());
  return known != files_.end() && known->second.identity == file.identity &&
         known->second.loadable.contains(symbol);
}

void KnownFunctions::remember_loadable(const registry::PluginFile& file, const std::string& symbol) {
  const std::lock_guard lock{mutex_};
  const auto known = files_.find(file.path.native());
  if (known != files_.end() && known->second.identity == file.identity) known->second.loadable.insert(symbol);
}

void KnownFunctions::forget_loadable(const FileVersion& version) {
  const std::lock_guard lock{mutex_};
  for (const auto& [path, numbered] : versions_) {
    if (numbered.version != version) continue;
    if (const auto known = files_.find(path); known != files_.end()) known->second.loadable.clear();
  }
}

FileVersion KnownFunctions::version_of(const registry::PluginFile& file) {
  const std::lock_guard lock{mutex_};
  auto& numbered = versions_[file.path.native()];
  if (numbered.version.file == 0) numbered.version.file = static_cast<std::uint32_t>(versions_.size());
  if (numbered.version.version == 0 || numbered.identity != file.identity) {
    numbered.identity = file.identity;
    numbered.version.version = next_version_++;
  }
  return numbered.version;
}

std::string quoted(std::string_view name, std::optional<FunctionKind> kind) {
  return kind ? fmt::format("{} '{}'", kind_words(*kind), names::shown(name))
              : fmt::format("'{}'", names::shown(name));
}

CannotFind no_such_function(const names::QualifiedName& name, std::optional<FunctionKind> kind,
                            const ModuleInfo& module) {
  const std::string file = module.file.filename().string();
  const std::string start = fmt::format("cannot find {}: ", quoted(name.to_string(), kind));
  std::vector<std::string> candidates;
  for (const FunctionInfo& function : module.functions) {
    if (kind && function.kind != *kind) {
      if (function.name != name.to_string()) continue;
      return CannotFind{fmt::format("{}{} has a {} of that name and no {}", start, file,
                                    kind_words(function.kind), kind_words(*kind))};
    }
    candidates.push_back(function.name.substr(module.module.size() + 1));
  }
  const auto closest = names::closest(name.function, candidates);
  return CannotFind{start + file + " has no such function" +
                    (closest ? fmt::format(" (did you mean '{}'?)", *closest) : "")};
}

CannotFind no_such_dynamic(std::string_view name, FunctionKind kind, const registry::FunctionTable& defined) {
  const std::string start = fmt::format("cannot find {} '{}': ", kind_words(kind), name);
  const FunctionKind other = kind == FunctionKind::map ? FunctionKind::result : FunctionKind::map;
  if (defined.find(other, name) != nullptr) {
    return CannotFind{fmt::format("{}a {} of that name was defined, and no {}", start, kind_words(other),
                                  kind_words(kind))};
  }
  std::vector<std::string> candidates;
  for (const auto& [candidate, function] : defined.of(kind))
    candidates.push_back(candidate);
  const auto closest = names::closest(name, candidates);
  return CannotFind{
      start +
      "no function of that name was defined before the pool started, and a plugin's function is "
      "named module.function" +
      (closest ? fmt::format(" (did you mean '{}'?)", *closest) : "")};
}

CannotFind defined_too_late(std::string_view name, FunctionKind kind) {
  return CannotFind{
      fmt::format("cannot find {} '{}': it was defined after this pool started, so the pool's workers do not "
                  "have it; define it first",
                  kind_words(kind), name)};
}

CannotFind known_to_host_only(std::string_view name, FunctionKind kind) {
  return CannotFind{fmt::format(
      "cannot find {} '{}': it is known only to this process, and the pool's workers were started "
      "by StartMethod::exec; StartMethod::fork copies the process",
      kind_words(kind), name)};
}

Refused refused(const std::string& name, FunctionKind kind, const std::filesystem::path& file,
                const Refusal& refusal) {
  return Refused{refusal.code, fmt::format("cannot use {}: {}: required {}; found {}; to mend it: {} [{}]",
                                           quoted(name, kind), file.string(), refusal.required, refusal.found,
                                           refusal.fix, refusal.code)};
}

}  // namespace prong::pool
