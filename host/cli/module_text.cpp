// The layout of `prong list` and `prong info`. Plugins may say anything of themselves: nothing of it reaches
// a terminal unescaped.
#include "cli/module_text.hpp"

#include "cli/style.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace prong::cli {

namespace {

std::string_view kind_text(const FunctionInfo& function) {
  return function.kind == FunctionKind::map ? "map" : "result";
}

// Of what a terminal shows: continuation bytes of UTF-8 take no room. fmt would count them.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, width_of(text)), ' ');
  return text;
}

void append_title(const ModuleInfo& module, const Style& style, std::string& text) {
  const std::string name = module.module.empty() ? module.file.filename().native() : module.module;
  text += fmt::format("{}{}{}", style.name, printable(name), style.end);
  if (!module.version.empty()) text += ' ' + printable(module.version);
  if (!module.description.empty()) text += fmt::format(": {}", printable(module.description));
  if (!module.license.empty()) text += fmt::format(" ({})", printable(module.license));
  text += '\n';
}

// Why the file is not used, if so.
void append_faults(const ModuleInfo& module, const Style& style, std::string& text) {
  if (module.shadowed_by) {
    text += fmt::format("  {}not used{}: {} comes first\n", style.bad, style.end,
                        printable(module.shadowed_by->native()));
  }
  if (!module.refusal) return;
  const Refusal& refusal = *module.refusal;
  text += fmt::format("  {}refused{} [{}]\n", style.bad, style.end, printable(refusal.code));
  append_reason(refusal.required, refusal.found, refusal.fix, text);
}

void append_functions(const std::vector<FunctionInfo>& functions, const Style& style, std::string& text) {
  std::size_t width = 0;
  for (const FunctionInfo& function : functions) {
    width = std::max(width, width_of(printable(signature_text(function))));
  }
  for (const FunctionInfo& function : functions) {
    const std::string signature = printable(signature_text(function));
    text += fmt::format("  {}{:<6}{}  ", style.quiet, kind_text(function), style.end);
    text += function.doc.empty() ? signature : padded(signature, width) + "  " + printable(function.doc);
    text += '\n';
  }
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts)
    all += (all.empty() ? "" : ", ") + text;
  return all;
}

void append_line(std::string_view name, const std::string& value, const Style& style, std::string& text) {
  if (value.empty()) return;
  text += fmt::format("  {}{:<9}{} {}\n", style.quiet, name, style.end, printable(value));
}

void append_file(const ModuleInfo& module, const Style& style, std::string& text) {
  append_line("file", module.file.native(), style, text);
  append_line("build-id", module.build_id, style, text);
  if (module.abi_major != 0)
    append_line("ABI", fmt::format("{}.{}", module.abi_major, module.abi_minor), style, text);
  append_line("needs", joined(module.needed), style, text);
  append_line("run path", joined(module.run_path), style, text);
}

void append_function(const FunctionInfo& function, const Style& style, std::string& text) {
  text += fmt::format("\n  {}{}{} {}\n", style.quiet, kind_text(function), style.end,
                      printable(signature_text(function)));
  if (!function.doc.empty()) text += fmt::format("    {}\n", printable(function.doc));
  if (function.pure) text += "    pure: may be run again after a crash\n";
  if (function.prepared) text += "    prepared: keeps state between the items of a call\n";
  text += fmt::format("    {}symbol{} {}\n", style.quiet, style.end, printable(function.symbol));
}

}  // namespace

std::string signature_text(const FunctionInfo& function) {
  std::string list;
  for (const Parameter& parameter : function.parameters) {
    list += fmt::format("{}{}: {}", list.empty() ? "" : ", ", parameter.name, parameter.type);
  }
  return fmt::format("{}({}) -> {}", function.name.substr(function.name.rfind('.') + 1), list,
                     function.result);
}

std::string item_type(const FunctionInfo& function, bool binds) {
  if (binds || function.parameters.size() == 1) return function.parameters.front().type;
  std::string list;
  for (const Parameter& parameter : function.parameters)
    list += (list.empty() ? "" : ", ") + parameter.type;
  return fmt::format("({})", list);
}

std::string modules_text(std::span<const ModuleInfo> modules, bool coloured) {
  const Style style = style_of(coloured);
  std::string text;
  for (const ModuleInfo& module : modules) {
    if (!text.empty()) text += '\n';
    append_title(module, style, text);
    text += fmt::format("  {}{}{}\n", style.quiet, printable(module.file.native()), style.end);
    append_faults(module, style, text);
    append_functions(module.functions, style, text);
  }
  return text;
}

std::string info_text(std::span<const ModuleInfo> modules, bool coloured) {
  const Style style = style_of(coloured);
  std::string text;
  for (const ModuleInfo& module : modules) {
    if (!text.empty()) text += '\n';
    append_title(module, style, text);
    append_faults(module, style, text);
    append_file(module, style, text);
    for (const FunctionInfo& function : module.functions)
      append_function(function, style, text);
  }
  return text;
}

std::string no_modules_text(const std::vector<std::filesystem::path>& folders) {
  std::string text = "There are no plugins in\n";
  for (const auto& folder : folders)
    text += fmt::format("  {}\n", printable(folder.native()));
  return text;
}

std::string function_names(std::span<const ModuleInfo> modules) {
  std::string text;
  for (const ModuleInfo& module : modules) {
    if (module.refusal || module.shadowed_by) continue;
    for (const FunctionInfo& function : module.functions) {
      if (function.kind == FunctionKind::map) text += printable(function.name) + '\n';
    }
  }
  return text;
}

}  // namespace prong::cli
