// The fields of `--json`.
#include "cli/module_json.hpp"

#include "cli/json_text.hpp"

#include <fmt/format.h>

namespace prong::cli {

namespace {

std::string parameter_json(const Parameter& parameter) {
  return fmt::format(R"({{"name":{},"type":{}}})", json_string(parameter.name), json_string(parameter.type));
}

std::string function_json(const FunctionInfo& function) {
  return fmt::format(
      R"({{"kind":"{}","name":{},"parameters":{},"result":{},"doc":{},"pure":{},"prepared":{},"symbol":{}}})",
      function.kind == FunctionKind::map ? "map" : "result", json_string(function.name),
      json_array(function.parameters, parameter_json), json_string(function.result),
      json_string(function.doc), function.pure, function.prepared, json_string(function.symbol));
}

// The four parts of a Refusal or a Finding.
template <class Reason>
std::string reason_fields(const Reason& reason) {
  return fmt::format(R"("code":{},"required":{},"found":{},"fix":{})", json_string(reason.code),
                     json_string(reason.required), json_string(reason.found), json_string(reason.fix));
}

std::string finding_json(const Finding& finding) {
  return fmt::format(R"({{"severity":"{}",{}}})", finding.severity == Severity::error ? "error" : "warning",
                     reason_fields(finding));
}

std::string module_fields(const ModuleInfo& module) {
  return fmt::format(
      R"("module":{},"file":{},"description":{},"version":{},"license":{},"build_id":{},"abi":[{},{}],)"
      R"("needed":{},"run_path":{},"shadowed_by":{},"refusal":{},"functions":{})",
      json_string(module.module), json_string(module.file.native()), json_string(module.description),
      json_string(module.version), json_string(module.license), json_string(module.build_id),
      module.abi_major, module.abi_minor, json_array(module.needed, json_string),
      json_array(module.run_path, json_string),
      module.shadowed_by ? json_string(module.shadowed_by->native()) : "null",
      module.refusal ? '{' + reason_fields(*module.refusal) + '}' : "null",
      json_array(module.functions, function_json));
}

}  // namespace

std::string modules_json(std::span<const ModuleInfo> modules) {
  return json_array(modules, [](const ModuleInfo& module) { return '{' + module_fields(module) + '}'; });
}

std::string reports_json(std::span<const CheckReport> reports) {
  return json_array(reports, [](const CheckReport& report) {
    return fmt::format(R"({{"passed":{},"findings":{},{}}})", report.passed(),
                       json_array(report.findings, finding_json), module_fields(report.module));
  });
}

}  // namespace prong::cli
