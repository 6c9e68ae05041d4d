// Descriptions of plugins as workers report them, and the messages about functions that cannot be used.
#include "pool/functions.hpp"

#include "names/closest.hpp"
#include "names/encoding.hpp"
#include "pool/dependencies.hpp"

#include <prong/plugin.h>

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <ranges>

namespace prong::pool {

namespace {

using simdjson::dom::element;

Refusal malformed(std::string found) {
  return {"malformed-notes", "notes as prong/plugin.hpp writes them", std::move(found),
          "build the plugin again with prong/plugin.hpp"};
}

std::string text_at(const element& object, const char* key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

std::vector<std::string> texts_at(const element& object, const char* key) {
  std::vector<std::string> texts;
  simdjson::dom::array list;
  if (object[key].get(list) != simdjson::SUCCESS) return texts;
  for (const element entry : list) {
    std::string_view text;
    if (entry.get(text) == simdjson::SUCCESS) texts.emplace_back(text);
  }
  return texts;
}

bool flag_at(const element& object, const char* key) {
  bool flag = false;
  return object[key].get(flag) == simdjson::SUCCESS && flag;
}

std::optional<Refusal> check_abi(const element& note, ModuleInfo& info) {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  if (note["abi"].at(0).get(major) != simdjson::SUCCESS ||
      note["abi"].at(1).get(minor) != simdjson::SUCCESS) {
    return malformed("a note without an ABI version");
  }
  info.abi_major = static_cast<int>(major);
  info.abi_minor = static_cast<int>(minor);
  if (major == PRONG_ABI_MAJOR && minor <= PRONG_ABI_MINOR) return std::nullopt;
  return Refusal{major != PRONG_ABI_MAJOR ? "abi-major" : "abi-minor",
                 fmt::format("plugin ABI {}.{}, or an older minor", PRONG_ABI_MAJOR, PRONG_ABI_MINOR),
                 fmt::format("plugin ABI {}.{}", major, minor),
                 major > PRONG_ABI_MAJOR || minor > PRONG_ABI_MINOR
                     ? "update Prong, or build the plugin with the headers of this version"
                     : "build the plugin with the headers of this version"};
}

std::optional<FunctionInfo> read_function(const element& note, const std::string& kind) {
  FunctionInfo function;
  function.kind = kind == "map" ? FunctionKind::map : FunctionKind::result;
  function.name = text_at(note, "function");
  function.result = text_at(note, "result");
  function.doc = text_at(note, "doc");
  function.pure = flag_at(note, "pure");
  function.prepared = flag_at(note, "state");
  simdjson::dom::array parameters;
  if (note["params"].get(parameters) != simdjson::SUCCESS || function.name.empty()) return std::nullopt;
  for (const element parameter : parameters) {
    function.parameters.push_back({text_at(parameter, "name"), text_at(parameter, "type")});
  }
  if (function.parameters.empty()) return std::nullopt;
  return function;
}

std::optional<Refusal> read_note(std::string_view text, ModuleInfo& info) {
  simdjson::dom::parser parser;
  element note;
  if (parser.parse(text.data(), text.size()).get(note) != simdjson::SUCCESS) {
    return malformed("a note that is not JSON");
  }
  if (auto refusal = check_abi(note, info)) return refusal;
  const std::string kind = text_at(note, "kind");
  if (kind == "module") {
    if (text_at(note, "module") != info.module) {
      return Refusal{"module-name",
                     fmt::format("the module '{}', which the file is named after", info.module),
                     fmt::format("the module '{}'", text_at(note, "module")),
                     fmt::format("name the file {}.so", names::encode(text_at(note, "module")))};
    }
    info.description = text_at(note, "description");
    info.version = text_at(note, "version");
    info.license = text_at(note, "license");
  } else if (kind == "map" || kind == "result") {
    auto function = read_function(note, kind);
    if (!function) return malformed(fmt::format("a note of a {} function without name or parameters", kind));
    if (!function->name.starts_with(info.module + '.')) {
      return Refusal{"module-name", fmt::format("functions of the module '{}'", info.module),
                     fmt::format("the function '{}'", function->name), "name the file after its module"};
    }
    info.functions.push_back(std::move(*function));
  }
  return std::nullopt;
}

std::optional<Refusal> read_notes(std::string_view json, ModuleInfo& info) {
  simdjson::dom::parser parser;
  element description;
  simdjson::dom::array notes;
  if (parser.parse(json.data(), json.size()).get(description) != simdjson::SUCCESS ||
      description["notes"].get(notes) != simdjson::SUCCESS) {
    return malformed("a description that is not JSON");
  }
  info.build_id = text_at(description, "build_id");
  info.needed = texts_at(description, "needed");
  info.run_path = texts_at(description, "run_path");
  for (const element note : notes) {
    std::string_view text;
    if (note.get(text) != simdjson::SUCCESS) return malformed("a note that is not text");
    if (auto refusal = read_note(text, info)) return refusal;
  }
  std::ranges::sort(info.functions, {}, [](const FunctionInfo& one) { return std::tie(one.name, one.kind); });
  return std::nullopt;
}

ModuleInfo named(const registry::PluginFile& file) {
  ModuleInfo info;
  info.module = file.module;
  info.file = file.path;
  return info;
}

}  // namespace

ModuleInfo read_description(const registry::PluginFile& file, std::string_view json) {
  ModuleInfo info = named(file);
  info.refusal = read_notes(json, info);
  if (info.refusal) info.functions.clear();
  return info;
}

ModuleInfo refused_description(const registry::PluginFile& file, const Failure& failure) {
  ModuleInfo info = named(file);
  if (failure.ending != Ending::rejected) {
    info.refusal = Refusal{failure.ending == Ending::timed_out ? "hung-on-look" : "crashed-on-look",
                           "a file that can be looked at", failure.message(), "build the plugin again"};
    return info;
  }
  std::vector<std::string> lines;
  for (const auto line : std::views::split(failure.what, '\n'))
    lines.emplace_back(line.begin(), line.end());
  lines.resize(3);
  info.refusal = Refusal{failure.type, lines[0], lines[1], lines[2]};
  return info;
}

std::optional<ModuleInfo> KnownFunctions::find(const registry::PluginFile& file) const {
  const std::lock_guard lock{mutex_};
  const auto known = files_.find(file.path.native());
  if (known == files_.end() || known->second.identity != file.identity) return std::nullopt;
  const ModuleInfo& info = known->second.info;
  if (info.refusal && dependency_stamp(info) != known->second.dependencies) return std::nullopt;
  return info;
}

void KnownFunctions::remember(const registry::PluginFile& file, ModuleInfo info) {
  const std::lock_guard lock{mutex_};
  const std::size_t dependencies = info.refusal ? dependency_stamp(info) : 0;
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

CannotFind no_such_function(const names::QualifiedName& name, FunctionKind kind, const ModuleInfo& module) {
  const std::string file = module.file.filename().string();
  const std::string start = fmt::format("cannot find {} '{}': ", kind_words(kind), name.to_string());
  std::vector<std::string> candidates;
  for (const FunctionInfo& function : module.functions) {
    if (function.kind != kind) {
      if (function.name != name.to_string()) continue;
      return CannotFind{fmt::format("{}{} has a {} of that name and no {}", start, file,
                                    kind_words(function.kind), kind_words(kind))};
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
  return Refused{
      refusal.code,
      fmt::format("cannot use {} '{}': {}: required {}; found {}; to mend it: {} [{}]", kind_words(kind),
                  name, file.string(), refusal.required, refusal.found, refusal.fix, refusal.code)};
}

}  // namespace prong::pool
