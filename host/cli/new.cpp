// `prong new`: a folder with a plugin project.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/output.hpp"
#include "cli/project_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace prong::cli {

namespace {

bool is_identifier(std::string_view segment) {
  if (segment.empty() || std::isdigit(static_cast<unsigned char>(segment.front())) != 0) return false;
  return std::ranges::all_of(segment,
                             [](unsigned char c) { return c == '_' || (c < 0x80 && std::isalnum(c) != 0); });
}

void check_module(std::string_view module) {
  for (std::string_view rest = module;;) {
    const std::size_t dot = rest.find('.');
    if (!is_identifier(rest.substr(0, dot))) {
      throw WrongUsage{fmt::format(
          "'{}' is no module name: identifiers of C++ with dots between them, as acme.stats", module)};
    }
    if (dot == std::string_view::npos) return;
    rest.remove_prefix(dot + 1);
  }
}

PluginLanguage parse_language(const std::string& text) {
  if (text == "c++" || text == "cpp") return PluginLanguage::cpp;
  if (text == "c") return PluginLanguage::c;
  throw WrongUsage{fmt::format("--lang {}: c++ or c is needed", text)};
}

}  // namespace

ExitStatus new_plugin(const Options& options, Interruption&) {
  const std::string& module = options.name;
  check_module(module);
  const auto files = plugin_project(module, parse_language(options.language));
  const std::filesystem::path folder = module;
  std::error_code error;
  if (!std::filesystem::create_directory(folder, error)) {
    if (error) throw OutputFailed{module, error.value()};
    throw WrongUsage{fmt::format("there is a '{}' here already; remove it, or go elsewhere", module)};
  }
  for (const ProjectFile& file : files)
    Output{folder / file.name}.write(file.content);
  console::print(
      fmt::format("{}/ is a plugin project. To build and test it:\n"
                  "  cmake -S {} -B {}/build && cmake --build {}/build && ctest --test-dir {}/build\n",
                  module, module, module, module, module));
  return ExitStatus::success;
}

}  // namespace prong::cli
