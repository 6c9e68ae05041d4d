// What plugins say of themselves: modules, functions, signatures, and files that were refused.
#pragma once

#include <prong/call.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prong {

struct Parameter {
  std::string name;
  std::string type;  // signature, "f64"
};

struct FunctionInfo {
  FunctionKind kind = FunctionKind::map;
  std::string name;  // qualified, "stats.square"
  std::vector<Parameter> parameters;
  std::string result;  // signature
  std::string doc;
  bool pure = false;      // may be run again after a death
  bool prepared = false;  // keeps state between the items of a job
  std::string symbol;     // that the file exports for it, mangled

  // Whether it has a parameter of that name that can be bound: any but the first, which is the item.
  [[nodiscard]] bool binds(std::string_view parameter) const {
    const auto found = std::ranges::find(parameters, parameter, &Parameter::name);
    return found != parameters.end() && found != parameters.begin();
  }
};

// Why a file or function cannot be used.
struct Refusal {
  std::string code;  // stable, kebab-case
  std::string required;
  std::string found;
  std::string fix;
};

// One file of the plugin path.
struct ModuleInfo {
  std::string module;  // dotted name, from the file's name; empty when that cannot be decoded
  std::filesystem::path file;
  std::string noted_module;  // what its notes call the module; another name is a reason for a refusal
  std::string description;
  std::string version;
  std::string license;
  std::string build_id;  // hexadecimal; may be empty
  int abi_major = 0;
  int abi_minor = 0;
  // The libraries that it is linked with, and those that these are, as far as they lie in its run path.
  std::vector<std::string> needed;    // sonames
  std::vector<std::string> run_path;  // folders where they are searched first
  std::vector<std::string> exports;   // symbols of map and result functions, with or without a note
  std::vector<FunctionInfo> functions;
  std::optional<std::filesystem::path> shadowed_by;  // the file that is used instead
  std::optional<Refusal> refusal;
};

}  // namespace prong
