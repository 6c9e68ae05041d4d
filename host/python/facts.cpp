// Values of C++ to keyword arguments of Python's data classes.
#include "facts.hpp"

namespace prong::python {

namespace py = pybind11;

namespace {

py::object make(const char* name, const py::kwargs& fields) {
  return py::module_::import("prong.facts").attr(name)(**fields);
}

template <class T>
py::tuple all(const std::vector<T>& range, py::object (*convert)(const T&)) {
  py::list list;
  for (const T& one : range)
    list.append(convert(one));
  return py::tuple(list);
}

py::tuple texts(const std::vector<std::string>& range) {
  py::list list;
  for (const std::string& one : range)
    list.append(readable(one));
  return py::tuple(list);
}

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

py::object path(const std::filesystem::path& file) {
  if (file.empty()) return py::none();
  return py::reinterpret_steal<py::str>(PyUnicode_DecodeFSDefault(file.c_str()));
}

py::object frame_object(const Frame& frame) {
  py::kwargs fields;
  fields["address"] = frame.address;
  fields["file"] = readable(frame.file);
  fields["build_id"] = readable(frame.build_id);
  fields["offset"] = frame.offset;
  fields["function"] = readable(frame.function);
  fields["source"] = readable(frame.source);
  fields["line"] = frame.line;
  fields["text"] = readable(frame.to_string());
  return make("Frame", fields);
}

const char* word(OutOfMemory out_of_memory) {
  switch (out_of_memory) {
    case OutOfMemory::no:
      break;
    case OutOfMemory::probable:
      return "probable";
    case OutOfMemory::certain:
      return "certain";
  }
  return "no";
}

py::object crash_object(const CrashReport& crash) {
  py::kwargs fields;
  fields["code"] = crash.code;
  fields["address"] = crash.address ? py::object(py::int_(*crash.address)) : py::none();
  fields["sender"] = crash.sender;
  fields["stack_overflow"] = crash.stack_overflow;
  fields["frames"] = all(crash.frames, frame_object);
  fields["out_of_memory"] = word(crash.out_of_memory);
  fields["peak_memory"] = crash.peak_memory;
  fields["input"] = readable(crash.input);
  fields["is_input_cut"] = crash.is_input_cut;
  fields["core"] = path(crash.core);
  return make("CrashReport", fields);
}

py::object parameter_object(const Parameter& parameter) {
  return py::make_tuple(readable(parameter.name), readable(parameter.type));
}

py::object refusal_object(const Refusal& refusal) {
  py::kwargs fields;
  fields["code"] = readable(refusal.code);
  fields["required"] = readable(refusal.required);
  fields["found"] = readable(refusal.found);
  fields["fix"] = readable(refusal.fix);
  return make("Refusal", fields);
}

py::object worker_object(const WorkerStatistics& worker) {
  py::kwargs fields;
  fields["pid"] = worker.pid;
  fields["items"] = worker.items;
  fields["busy"] = seconds(worker.busy);
  return make("WorkerStatistics", fields);
}

py::object layer_object(const SandboxLayer& layer) {
  py::kwargs fields;
  fields["name"] = readable(layer.name);
  fields["in_force"] = layer.in_force;
  fields["detail"] = readable(layer.detail);
  return make("SandboxLayer", fields);
}

const char* word(Sandbox level) {
  return level == Sandbox::none ? "none" : level == Sandbox::limits ? "limits" : "strict";
}

}  // namespace

py::str readable(const std::string& text) {
  PyObject* const decoded =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(decoded);
}

py::object build_object(const PluginBuild* build) {
  if (build == nullptr) return py::none();
  py::kwargs fields;
  fields["module"] = readable(build->module);
  fields["version"] = readable(build->version);
  fields["file"] = path(build->file);
  fields["build_id"] = readable(build->build_id);
  return make("PluginBuild", fields);
}

py::object to_python(const Failure& failure) {
  py::kwargs fields;
  fields["index"] = failure.index == Failure::no_item ? py::none() : py::object(py::int_(failure.index));
  fields["kind"] = std::string{to_string(failure.ending)};
  fields["function"] = readable(failure.function);
  fields["type"] = readable(failure.type);
  fields["what"] = readable(failure.what);
  fields["output"] = readable(failure.output);
  fields["signal"] = failure.signal;
  fields["exit_code"] = failure.exit_code;
  fields["worker"] = failure.worker;
  fields["crash"] = failure.crash ? crash_object(*failure.crash) : py::none();
  fields["build"] = build_object(failure.build.get());
  fields["message"] = readable(failure.message());
  fields["details"] = texts(failure.details());
  return make("Failure", fields);
}

py::object to_python(const FunctionInfo& function) {
  py::kwargs fields;
  fields["name"] = readable(function.name);
  fields["kind"] = function.kind == FunctionKind::map ? "map" : "result";
  fields["parameters"] = all(function.parameters, parameter_object);
  fields["result"] = readable(function.result);
  fields["doc"] = readable(function.doc);
  fields["pure"] = function.pure;
  fields["prepared"] = function.prepared;
  fields["symbol"] = readable(function.symbol);
  return make("FunctionInfo", fields);
}

py::object to_python(const ModuleInfo& module) {
  py::kwargs fields;
  fields["module"] = readable(module.module);
  fields["file"] = path(module.file);
  fields["description"] = readable(module.description);
  fields["version"] = readable(module.version);
  fields["license"] = readable(module.license);
  fields["build_id"] = readable(module.build_id);
  fields["abi"] = py::make_tuple(module.abi_major, module.abi_minor);
  fields["functions"] = all<FunctionInfo>(module.functions, to_python);
  fields["shadowed_by"] = module.shadowed_by ? path(*module.shadowed_by) : py::none();
  fields["refusal"] = module.refusal ? refusal_object(*module.refusal) : py::none();
  return make("ModuleInfo", fields);
}

py::object to_python(const PoolStatistics& statistics) {
  py::kwargs fields;
  fields["items"] = statistics.items;
  fields["failures"] = statistics.failures;
  fields["respawns"] = statistics.respawns;
  fields["workers"] = all(statistics.workers, worker_object);
  return make("PoolStatistics", fields);
}

py::object to_python(const SandboxReport& report) {
  py::kwargs fields;
  fields["level"] = word(report.level);
  fields["layers"] = all(report.layers, layer_object);
  return make("SandboxReport", fields);
}

}  // namespace prong::python
