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
  std::string description;
  std::string version;
  std::string license;
  std::string build_id;  // hexadecimal; may be empty
  int abi_major = 0;
  int abi_minor = 0;
  std::vector<std::string> needed;    // sonames of the libraries that it is linked with
  std::vector<std::string> run_path;  // where it has them searched first; may name $ORIGIN
  std::vector<FunctionInfo> functions;
  std::optional<std::filesystem::path> shadowed_by;  // the file that is used instead
  std::optional<Refusal> refusal;
};

}  // namespace prong
