// From names to functions: which file, what it says, whether it loads.
#include "limits.hpp"
#include "names/closest.hpp"
#include "names/encoding.hpp"
#include "pool/dependencies.hpp"
#include "pool/description.hpp"
#include "pool/engine.hpp"
#include "pool/probe_refusal.hpp"
#include "registry/catalogue.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace prong::pool {

namespace {

Refusal public_refusal(const registry::Refusal& refusal) {
  return {refusal.code, refusal.required, refusal.found, refusal.fix};
}

// The linker in a walled worker cannot tell what is not there from what it may not read; we can.
void tell_of_walls_around_library(Refusal& refusal, const ModuleInfo& module) {
  // "libx.so.1: cannot open shared object file: …", and not the one that is too old.
  if (refusal.found.find("cannot open shared object file") == std::string::npos) return;
  const auto library = find_library(module, refusal.found.substr(0, refusal.found.find(": ")));
  if (!library) return;
  std::error_code error;
  const std::filesystem::path file =
      std::filesystem::canonical(*library, error);  // it may be a link to elsewhere
  if (error) return;
  refusal.found = fmt::format("{}, which a worker in a strict sandbox may not read", file.string());
  refusal.fix = fmt::format("let workers read that folder: PoolOptions::allow_read, or --allow-read {}",
                            file.parent_path().string());
}

// The user may read it, or the registry would have refused it; a walled worker may not.
void tell_of_walls(Refusal& refusal, const ModuleInfo& module) {
  if (refusal.code == "missing-dependency") return tell_of_walls_around_library(refusal, module);
  if (refusal.code != "unreadable") return;
  refusal.found +=
      ": a worker in a strict sandbox reads the plugin folders that there were when its pool began";
  refusal.fix = "begin another pool; if that does not help, " + refusal.fix;
}

std::vector<std::string> module_names(const registry::PluginPath& path) {
  std::vector<std::string> modules;
  for (const auto& entry : path.scan())
    modules.push_back(entry.module);
  return modules;
}

std::string path_text(const registry::PluginPath& path) {
  std::string folders;
  for (const auto& folder : path.folders())
    folders += (folders.empty() ? "" : ":") + folder.string();
  return folders;
}

std::string suggestion(const std::optional<std::string>& closest) {
  return closest ? fmt::format(" (did you mean '{}'?)", *closest) : "";
}

CannotFind no_such_module(const names::QualifiedName& name, FunctionKind kind,
                          const registry::PluginPath& path) {
  auto closest = names::closest(name.module, module_names(path));
  if (closest) *closest += '.' + name.function;
  return CannotFind{fmt::format("cannot find {}: there is no {} on the plugin path {}{}",
                                quoted(name.to_string(), kind), names::file_name(name.module),
                                path_text(path), suggestion(closest))};
}

// `name` may be a module's or a function's.
CannotFind nothing_of_name(const std::string& name, const registry::PluginPath& path) {
  const auto modules = module_names(path);
  auto closest = names::closest(name, modules);
  std::string files = names::encode(name) + ".so";
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos) {
    files = fmt::format("{}.so and no {}", names::encode(name.substr(0, dot)), files);
    if (!closest && (closest = names::closest(name.substr(0, dot), modules))) *closest += name.substr(dot);
  }
  return CannotFind{fmt::format("cannot find '{}': there is no {} on the plugin path {}{}", name, files,
                                path_text(path), suggestion(closest))};
}

}  // namespace

Engine::Located Engine::locate(std::string_view function, FunctionKind kind) {
  names::QualifiedName name;
  registry::Found found;
  try {
    name = names::parse(function);
    if (!name.is_dynamic()) found = catalogue_->plugin_path.find(name.module);
  } catch (const std::invalid_argument& error) {
    throw CannotFind{fmt::format("cannot find {}: {}", quoted(function, kind), error.what())};
  }
  if (name.is_dynamic()) return {.file = {}, .module = {}, .function = &locate_dynamic(function, kind)};
  if (const auto* refusal = std::get_if<registry::Refusal>(&found)) {
    if (refusal->code == "not-found") throw no_such_module(name, kind, catalogue_->plugin_path);
    throw refused(name.to_string(), kind, refusal->file, public_refusal(*refusal));
  }
  Located located{.file = std::get<registry::PluginFile>(std::move(found)), .module = {}, .function = {}};
  located.module = module_of(*located.file);
  const ModuleInfo& module = *located.module;
  if (module.refusal) throw refused(name.to_string(), kind, located.file->path, *module.refusal);
  const auto match = std::ranges::find_if(
      module.functions, [&](const FunctionInfo& one) { return one.kind == kind && one.name == function; });
  if (match == module.functions.end()) throw no_such_function(name, kind, module);
  located.function = &*match;
  return located;
}

const FunctionInfo& Engine::locate_dynamic(std::string_view function, FunctionKind kind) const {
  const DynamicFunction* defined = defined_->find(kind, function);
  if (defined != nullptr && forked_) return defined->info;
  if (defined != nullptr) throw known_to_host_only(function, kind);
  const auto now = catalogue_->functions();
  if (now->find(kind, function) == nullptr) throw no_such_dynamic(function, kind, *now);
  throw forked_ ? defined_too_late(function, kind) : known_to_host_only(function, kind);
}

std::shared_ptr<const ModuleInfo> Engine::module_of(const registry::PluginFile& file) {
  if (auto known = known_.find(file)) return known;
  transport::JobDescription job;
  job.kind = transport::JobKind::inspect;
  job.function = file.module;
  job.file = file.path.string();
  const auto answer = probe(std::move(job), {}, limits::inspect_time);
  ModuleInfo info = answer ? module_of_description(file, answer.value()) : undescribed(file);
  if (!answer) info.refusal = refusal_of_look(answer.failure(), limits::inspect_time);
  if (info.refusal && sandbox_ == Sandbox::strict) tell_of_walls(*info.refusal, info);
  const std::size_t dependencies = info.refusal ? dependency_stamp(info) : 0;
  auto shared = std::make_shared<const ModuleInfo>(std::move(info));
  if (answer || is_lasting(answer.failure())) known_.remember(file, shared, dependencies);
  return shared;
}

void Engine::ensure_loadable(const Located& located, transport::JobDescription job) {
  if (!located.file) return;  // the workers were born with it
  const registry::PluginFile& file = *located.file;
  if (known_.is_loadable(file, job.symbol)) return;
  job.kind = transport::JobKind::load;
  const std::string symbol = job.symbol;
  const FileVersion version = known_.version_of(file);
  // As it is before: what changes meanwhile is a reason to look again.
  const std::size_t dependencies = dependency_stamp(*located.module);
  const auto answer = probe(std::move(job), version, load_timeout_);
  if (answer) return known_.remember_loadable(file, symbol);
  ModuleInfo info = *located.module;
  Refusal refusal = refusal_of_load(answer.failure(), load_timeout_);
  if (sandbox_ == Sandbox::strict) tell_of_walls(refusal, info);
  // A symbol that is missing refuses one function, anything else the file.
  if (refusal.code != "missing-symbol" && is_lasting(answer.failure())) {
    info.refusal = refusal;
    known_.remember(file, std::make_shared<const ModuleInfo>(std::move(info)), dependencies);
  }
  throw refused(located.function->name, located.function->kind, file.path, refusal);
}

FunctionInfo Engine::describe(std::string_view function, FunctionKind kind) {
  return *locate(function, kind).function;
}

ModuleInfo Engine::module_of(const registry::Entry& entry) {
  ModuleInfo info;
  if (const auto* file = std::get_if<registry::PluginFile>(&entry.file)) {
    info = *module_of(*file);
  } else {
    info.refusal = public_refusal(std::get<registry::Refusal>(entry.file));
  }
  info.module = entry.module;
  info.file = entry.path;
  info.shadowed_by = entry.shadowed_by;
  return info;
}

std::vector<ModuleInfo> Engine::modules() {
  std::vector<ModuleInfo> modules;
  for (const auto& entry : catalogue_->plugin_path.scan())
    modules.push_back(module_of(entry));
  return modules;
}

std::vector<ModuleInfo> Engine::find(const std::string& name) {
  if (const auto fault = names::find_module_fault(name))
    throw CannotFind{fmt::format("cannot find '{}': {}", name, *fault)};
  const auto dot = name.rfind('.');
  const std::string outer = dot == std::string::npos ? "" : name.substr(0, dot);
  std::vector<ModuleInfo> found;
  std::optional<ModuleInfo> without;  // the module that should have the function, and has not
  for (const auto& entry : catalogue_->plugin_path.scan()) {
    if (entry.module.empty() || (entry.module != name && entry.module != outer)) continue;
    ModuleInfo info = module_of(entry);
    if (entry.module == outer) {
      const ModuleInfo whole = info;
      std::erase_if(info.functions, [&](const FunctionInfo& one) { return one.name != name; });
      if (!info.shadowed_by && !info.refusal && info.functions.empty()) without = whole;
      if (info.functions.empty() && !info.refusal) continue;
    }
    found.push_back(std::move(info));
  }
  const bool is_used = std::ranges::any_of(found, [](const auto& info) { return !info.shadowed_by; });
  if (is_used) return found;
  if (without) throw no_such_function({.module = outer, .function = name.substr(dot + 1)}, {}, *without);
  throw nothing_of_name(name, catalogue_->plugin_path);
}

}  // namespace prong::pool
