// The layout of `prong list`. Plugins may say anything of themselves: nothing of it reaches a terminal
// unescaped.
#include "cli/module_text.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace prong::cli {

namespace {

// Escape sequences of ECMA-48, or nothing.
struct Style {
  std::string_view name = {};
  std::string_view quiet = {};
  std::string_view bad = {};
  std::string_view end = {};
};

constexpr Style colours{.name = "\033[1m", .quiet = "\033[2m", .bad = "\033[31m", .end = "\033[0m"};

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

void append_heading(const ModuleInfo& module, const Style& style, std::string& text) {
  const std::string name = module.module.empty() ? module.file.filename().native() : module.module;
  text += fmt::format("{}{}{}", style.name, printable(name), style.end);
  if (!module.version.empty()) text += ' ' + printable(module.version);
  if (!module.description.empty()) text += fmt::format(": {}", printable(module.description));
  if (!module.license.empty()) text += fmt::format(" ({})", printable(module.license));
  text += fmt::format("\n  {}{}{}\n", style.quiet, printable(module.file.native()), style.end);
  if (module.shadowed_by) {
    text += fmt::format("  {}not used{}: {} comes first\n", style.bad, style.end,
                        printable(module.shadowed_by->native()));
  }
}

void append_refusal(const Refusal& refusal, const Style& style, std::string& text) {
  text += fmt::format("  {}refused{} [{}]\n", style.bad, style.end, printable(refusal.code));
  if (!refusal.required.empty()) text += fmt::format("    required  {}\n", printable(refusal.required));
  if (!refusal.found.empty()) text += fmt::format("    found     {}\n", printable(refusal.found));
  if (!refusal.fix.empty()) text += fmt::format("    to mend   {}\n", printable(refusal.fix));
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

// RFC 8259, section 7.
std::string json_string(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const auto [length, valid] = prong::utf8_sequence(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (!valid) {
      json += "\\ufffd";
    } else if (first == '"' || first == '\\') {
      json += {'\\', text.front()};
    } else if (first < 0x20) {
      json += fmt::format("\\u{:04x}", first);
    } else {
      json += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return json + '"';
}

template <class Range, class Convert>
std::string json_array(const Range& range, Convert convert) {
  std::string json = "[";
  for (const auto& one : range)
    json += (json.size() > 1 ? "," : "") + convert(one);
  return json + ']';
}

std::string parameter_json(const Parameter& parameter) {
  return fmt::format(R"({{"name":{},"type":{}}})", json_string(parameter.name), json_string(parameter.type));
}

std::string function_json(const FunctionInfo& function) {
  return fmt::format(
      R"({{"kind":"{}","name":{},"parameters":{},"result":{},"doc":{},"pure":{},"prepared":{}}})",
      kind_text(function), json_string(function.name), json_array(function.parameters, parameter_json),
      json_string(function.result), json_string(function.doc), function.pure, function.prepared);
}

std::string refusal_json(const Refusal& refusal) {
  return fmt::format(R"({{"code":{},"required":{},"found":{},"fix":{}}})", json_string(refusal.code),
                     json_string(refusal.required), json_string(refusal.found), json_string(refusal.fix));
}

std::string module_json(const ModuleInfo& module) {
  return fmt::format(
      R"({{"module":{},"file":{},"description":{},"version":{},"license":{},"build_id":{},"abi":[{},{}],)"
      R"("shadowed_by":{},"refusal":{},"functions":{}}})",
      json_string(module.module), json_string(module.file.native()), json_string(module.description),
      json_string(module.version), json_string(module.license), json_string(module.build_id),
      module.abi_major, module.abi_minor,
      module.shadowed_by ? json_string(module.shadowed_by->native()) : "null",
      module.refusal ? refusal_json(*module.refusal) : "null", json_array(module.functions, function_json));
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
  const Style style = coloured ? colours : Style{};
  std::string text;
  for (const ModuleInfo& module : modules) {
    if (!text.empty()) text += '\n';
    append_heading(module, style, text);
    if (module.refusal) append_refusal(*module.refusal, style, text);
    append_functions(module.functions, style, text);
  }
  return text;
}

std::string no_modules_text(const std::vector<std::filesystem::path>& folders) {
  std::string text = "There are no plugins in\n";
  for (const auto& folder : folders)
    text += fmt::format("  {}\n", printable(folder.native()));
  return text;
}

std::string modules_json(std::span<const ModuleInfo> modules) { return json_array(modules, module_json); }

}  // namespace prong::cli
