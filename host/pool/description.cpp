// From notes to functions, fault by fault.
#include "pool/description.hpp"

#include "names/encoding.hpp"
#include "names/printable.hpp"
#include "names/symbols.hpp"
#include "values/signature.hpp"

#include <prong/plugin.h>

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace prong::pool {

namespace {

using simdjson::dom::element;

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

std::vector<Parameter> parameters_of(const element& note) {
  std::vector<Parameter> parameters;
  simdjson::dom::array list;
  if (note["params"].get(list) != simdjson::SUCCESS) return parameters;
  for (const element parameter : list)
    parameters.push_back({text_at(parameter, "name"), text_at(parameter, "type")});
  return parameters;
}

std::string_view kind_text(FunctionKind kind) { return kind == FunctionKind::map ? "map" : "result"; }

// What is wrong with a signature; nothing when a caller's types can be held against it.
std::optional<std::string> find_type_fault(std::string_view what, const std::string& signature) {
  try {
    static_cast<void>(values::parse_signature(signature));
    return std::nullopt;
  } catch (const std::invalid_argument& error) {
    return fmt::format("{} of type '{}': {}", what, signature, error.what());
  }
}

std::optional<std::string> find_parameter_fault(const FunctionInfo& function) {
  std::set<std::string> names;
  for (const Parameter& parameter : function.parameters) {
    if (parameter.name.empty()) return "a parameter without a name";
    if (!names.insert(parameter.name).second)
      return fmt::format("two parameters with the name '{}'", parameter.name);
    if (auto fault = find_type_fault(fmt::format("the parameter '{}'", parameter.name), parameter.type))
      return fault;
  }
  if (function.parameters.empty()) return "no parameters";
  const std::string& first = function.parameters.front().type;
  const bool takes_list = values::parse_signature(first).kind() == values::Kind::list;
  if (function.kind == FunctionKind::map || takes_list) return std::nullopt;
  return fmt::format("a first parameter of type {}, which is no list of results", first);
}

class Reader {
 public:
  explicit Reader(const registry::PluginFile& file) : result_{.module = undescribed(file), .faults = {}} {}

  Description read(std::string_view json) {
    simdjson::dom::parser parser;
    element description;
    simdjson::dom::array notes;
    if (parser.parse(json.data(), json.size()).get(description) != simdjson::SUCCESS ||
        description["notes"].get(notes) != simdjson::SUCCESS) {
      refuse_malformed("a description that is not JSON");
      return std::move(result_);
    }
    info().build_id = text_at(description, "build_id");
    info().needed = texts_at(description, "needed");
    info().run_path = texts_at(description, "run_path");
    info().exports = texts_at(description, "exports");
    for (const element note : notes) {
      std::string_view text;
      if (note.get(text) == simdjson::SUCCESS) read_note(text);
      if (result_.foreign_abi) return std::move(result_);
    }
    std::ranges::sort(info().functions, {},
                      [](const FunctionInfo& one) { return std::tie(one.name, one.kind); });
    refuse_repeated();
    return std::move(result_);
  }

 private:
  ModuleInfo& info() { return result_.module; }

  void refuse(Refusal refusal) { result_.faults.push_back(std::move(refusal)); }
  void refuse_malformed(std::string found) {
    refuse({"malformed-notes", "notes as prong/plugin.hpp writes them (docs/plugin-abi.md)", std::move(found),
            "build the plugin again with prong/plugin.hpp"});
  }

  void read_note(std::string_view text) {
    simdjson::dom::parser parser;
    element note;
    if (parser.parse(text.data(), text.size()).get(note) != simdjson::SUCCESS)
      return refuse_malformed("a note that is not JSON");
    if (!check_abi(note)) return;
    const std::string kind = text_at(note, "kind");
    if (kind == "module") {
      read_module(note);
    } else if (kind == "map" || kind == "result") {
      read_function(note, kind == "map" ? FunctionKind::map : FunctionKind::result);
    } else {
      refuse_malformed(fmt::format("a note of the kind '{}'", names::printable(kind)));
    }
  }

  bool check_abi(const element& note) {
    std::int64_t major = 0;
    std::int64_t minor = 0;
    if (note["abi"].at(0).get(major) != simdjson::SUCCESS ||
        note["abi"].at(1).get(minor) != simdjson::SUCCESS) {
      refuse_malformed("a note without an ABI version");
      return false;
    }
    info().abi_major = static_cast<int>(major);
    info().abi_minor = static_cast<int>(minor);
    if (major == PRONG_ABI_MAJOR && minor >= 0 && minor <= PRONG_ABI_MINOR) return true;
    result_.foreign_abi = true;
    const bool newer = major > PRONG_ABI_MAJOR || (major == PRONG_ABI_MAJOR && minor > PRONG_ABI_MINOR);
    // Alone: what other notes mean is for the other ABI to say.
    result_.faults = {{major != PRONG_ABI_MAJOR ? "abi-major" : "abi-minor",
                       fmt::format("plugin ABI {}.{}, or an older minor", PRONG_ABI_MAJOR, PRONG_ABI_MINOR),
                       fmt::format("plugin ABI {}.{}", major, minor),
                       newer ? "update Prong, or build the plugin with the headers of this version"
                             : "build the plugin with the headers of this version"}};
    return false;
  }

  void read_module(const element& note) {
    if (!belongs(text_at(note, "module"))) return;
    if (std::exchange(has_module_note_, true)) return refuse_malformed("two notes of the module");
    info().description = text_at(note, "description");
    info().version = text_at(note, "version");
    info().license = text_at(note, "license");
  }

  void read_function(const element& note, FunctionKind kind) {
    FunctionInfo function{.kind = kind,
                          .name = text_at(note, "function"),
                          .parameters = {},
                          .result = text_at(note, "result"),
                          .doc = text_at(note, "doc"),
                          .pure = flag_at(note, "pure"),
                          .prepared = flag_at(note, "state"),
                          .symbol = {}};
    names::QualifiedName name;
    try {
      name = names::parse(function.name);
    } catch (const std::invalid_argument& error) {
      return refuse_malformed(fmt::format("a note of a {} function: {}", kind_text(kind), error.what()));
    }
    if (name.is_dynamic()) {
      return refuse_malformed(fmt::format("the function '{}', whose name lacks the module", function.name));
    }
    if (!belongs(name.module)) return;
    function.parameters = parameters_of(note);
    auto fault = find_parameter_fault(function);
    if (!fault) fault = find_type_fault("a result", function.result);
    if (fault) {
      return refuse_malformed(
          fmt::format("a note of the {} function '{}' with {}", kind_text(kind), function.name, *fault));
    }
    function.symbol = kind == FunctionKind::map ? names::map_symbol(name) : names::result_symbol(name);
    info().functions.push_back(std::move(function));
  }

  // Whether a note about `module` is about the file's.
  bool belongs(const std::string& module) {
    if (const auto fault = names::find_module_fault(module)) {
      refuse_malformed(fmt::format("a note of the module '{}': {}", module, *fault));
      return false;
    }
    if (info().module.empty()) info().module = module;
    if (info().noted_module.empty()) info().noted_module = module;
    if (module == info().module) return true;
    // Once: every function of a misnamed file says the same.
    if (foreign_.insert(module).second) refuse_other_module(module);
    return false;
  }

  void refuse_other_module(const std::string& module) {
    const std::string found = fmt::format("notes of the module '{}'", module);
    const std::string own_name = names::encode(module) + ".so";
    std::error_code ignored;
    if (std::filesystem::exists(info().file.parent_path() / own_name, ignored)) {
      return refuse({"duplicate-module", "one file for each module in a folder",
                     fmt::format("{}, and {} in the same folder", found, own_name),
                     "remove one of the two files"});
    }
    refuse({"module-name", fmt::format("the module '{}', which the file is named after", info().module),
            found, fmt::format("name the file {}", own_name)});
  }

  void refuse_repeated() {
    std::set<std::string> symbols;
    std::set<std::string> repeated;
    for (const FunctionInfo& function : info().functions) {
      if (symbols.insert(function.symbol).second || !repeated.insert(function.symbol).second) continue;
      refuse({"duplicate-function", "one note for each function",
              fmt::format("several notes of the {} function '{}'", kind_text(function.kind), function.name),
              "describe it once"});
    }
  }

  Description result_;
  std::set<std::string> foreign_;
  bool has_module_note_ = false;
};

}  // namespace

Description read_description(const registry::PluginFile& file, std::string_view json) {
  Description description = Reader{file}.read(json);
  if (!description.faults.empty()) description.module.refusal = description.faults.front();
  return description;
}

ModuleInfo module_of_description(const registry::PluginFile& file, std::string_view json) {
  ModuleInfo module = read_description(file, json).module;
  if (module.refusal) module.functions.clear();
  return module;
}

ModuleInfo undescribed(const registry::PluginFile& file) {
  ModuleInfo info;
  info.module = file.module;
  info.file = file.path;
  return info;
}

}  // namespace prong::pool
