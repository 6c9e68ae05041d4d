// `prong new`: a folder with a plugin project.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json_text.hpp"
#include "cli/module_name.hpp"
#include "cli/output.hpp"
#include "cli/project_template.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace prong::cli {

namespace {

PluginLanguage parse_language(const std::string& text) {
  if (text == "c++" || text == "cpp") return PluginLanguage::cpp;
  if (text == "c") return PluginLanguage::c;
  if (text == "rust") return PluginLanguage::rust;
  throw WrongUsage{fmt::format("--lang {}: c++, c or rust is needed", text)};
}

}  // namespace

ExitStatus new_plugin(const Options& options, Interruption&) {
  const std::string& module = options.name;
  check_module_name(module);
  const auto files = plugin_project(module, parse_language(options.language));
  const std::filesystem::path folder = module;
  std::error_code error;
  if (!std::filesystem::create_directory(folder, error)) {
    if (error) throw OutputFailed{module, error.value()};
    throw WrongUsage{fmt::format("there is a '{}' here already; remove it, or go elsewhere", module)};
  }
  for (const ProjectFile& file : files)
    Output{folder / file.name}.write(file.content);
  if (options.json) {
    const auto name = [](const ProjectFile& file) { return json_string(file.name.native()); };
    console::print(
        fmt::format("{{\"folder\":{},\"files\":{}}}\n", json_string(module), json_array(files, name)));
    return ExitStatus::success;
  }
  console::print(
      fmt::format("{}/ is a plugin project. To build and test it:\n"
                  "  cmake -S {} -B {}/build && cmake --build {}/build && ctest --test-dir {}/build\n",
                  module, module, module, module, module));
  return ExitStatus::success;
}

}  // namespace prong::cli
