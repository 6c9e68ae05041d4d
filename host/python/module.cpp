// The native half of the module: prong._native, which the Python half in prong/ is written with.
#include "calls.hpp"
#include "facts.hpp"

#include <prong/version.hpp>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>

namespace prong::python {

namespace py = pybind11;

namespace {

py::object given(Owned object) { return py::reinterpret_steal<py::object>(object.release()); }
Owned taken(py::object object) { return owned(object.release().ptr()); }

const MakeFailed as_failure = [](const Failure& failure) { return taken(to_python(failure)); };

[[noreturn]] Owned raise_failure(const Failure& failure) {
  const py::object error = py::module_::import("prong.errors").attr("TaskFailed")(to_python(failure));
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
  throw PythonError{};
}

void set_error(const char* name, const std::string& what, const char* code = nullptr) {
  const py::object type = py::module_::import("prong.errors").attr(name);
  const py::object error = code != nullptr ? type(readable(what), code) : type(readable(what));
  PyErr_SetObject(type.ptr(), error.ptr());
}

void translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const PythonError&) {  // is set
  } catch (const CannotFind& error) {
    set_error("CannotFind", error.what());
  } catch (const Refused& error) {
    set_error("Refused", error.what(), error.code().c_str());
  } catch (const Mismatch& error) {
    set_error("Mismatch", error.what());
  } catch (const UsageError& error) {
    set_error("UsageError", error.what());
  } catch (const PoolBroken& error) {
    set_error("PoolBroken", error.what());
  } catch (const Error& error) {
    set_error("Error", error.what());
  }
}

// Of a mapping by name; what it has, in its type.
template <class T>
void take(const py::dict& from, const char* name, T& to) {
  if (from.contains(name) && !from[name].is_none()) to = from[name].cast<T>();
}
template <class Time>
void take_time(const py::dict& from, const char* name, std::optional<Time>& to) {
  if (!from.contains(name) || from[name].is_none()) return;
  to = std::chrono::ceil<Time>(nanoseconds(from[name].cast<double>()));
}
void take_path(const py::dict& from, const char* name, std::filesystem::path& to) {
  std::string path;
  take(from, name, path);
  to = path;
}

Sandbox sandbox_level(const std::string& name) {
  if (name == "none") return Sandbox::none;
  if (name == "limits") return Sandbox::limits;
  if (name == "strict") return Sandbox::strict;
  throw UsageError{"sandbox '" + name + "': there are 'none', 'limits' and 'strict'"};
}

std::vector<std::filesystem::path> paths(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

PoolOptions pool_options(const py::dict& from) {
  PoolOptions options;
  take(from, "workers", options.workers);
  std::optional<std::chrono::milliseconds> load_timeout;
  take_time(from, "load_timeout", load_timeout);
  if (load_timeout) options.load_timeout = *load_timeout;
  take(from, "max_tasks_per_child", options.max_tasks_per_child);
  take(from, "max_memory_per_child", options.max_memory_per_child);
  take_time(from, "idle_timeout", options.idle_timeout);
  take_path(from, "zygote", options.zygote);
  take_path(from, "core_directory", options.core_directory);
  std::string level = "none";
  take(from, "sandbox", level);
  options.sandbox = sandbox_level(level);
  take(from, "memory_limit", options.memory_limit);
  take_time(from, "processor_limit", options.processor_limit);
  take(from, "descriptor_limit", options.descriptor_limit);
  std::vector<std::string> allow_read;
  take(from, "allow_read", allow_read);
  options.allow_read = paths(allow_read);
  take(from, "engine", options.engine.address);
  take_path(from, "key", options.engine.key);
  if (from.contains("key") && !from["key"].is_none() && options.engine.key.empty())
    throw UsageError{"key: which file? its name is empty; None means that there is no key"};
  take(from, "insecure", options.engine.insecure);
  take(from, "any_build", options.engine.any_build);
  std::optional<std::chrono::milliseconds> patience;
  take_time(from, "patience", patience);
  if (patience) options.engine.patience = *patience;
  if (from.contains("initializer") && !from["initializer"].is_none()) {
    const auto [function, item] = from["initializer"].cast<std::pair<std::string, py::object>>();
    options.initializer = {
        .function = function,
        .item = {.encoding = Encoding::msgpack,
                 .value = encode_value(TypeInfo{}, item.ptr(), "the initializer's argument")}};
  }
  return options;
}

Request make_request(const FunctionPointer& function, const py::dict& bound, const py::dict& options) {
  Call call{.function = function->info.name, .kind = function->info.kind};
  for (const auto& [key, value] : bound) {
    const auto name = key.cast<std::string>();
    TypeInfo type;
    for (std::size_t i = 0; i < function->parameters.size(); ++i) {
      if (function->info.parameters[i].name == name) type = function->parameters[i];
    }
    call.bound.push_back({.name = name,
                          .encoding = Encoding::msgpack,
                          .value = encode_value(type, value.ptr(), "argument '" + name + "'")});
  }
  call.result_signature = function->result.signature;
  take(options, "chunk_size", call.chunk_size);
  take(options, "seed", call.seed);
  take_time(options, "timeout", call.timeout);
  take(options, "retries", call.retries);
  take(options, "ordered", call.ordered);
  take(options, "item_signature", call.item_signature);  // of a result function's call
  return {.function = function, .call = std::move(call)};
}

RunningCall submit_buffer(const NativePool& pool, const Request& request, const py::object& array,
                          std::size_t count) {
  Py_buffer view{};
  if (PyObject_GetBuffer(array.ptr(), &view, PyBUF_C_CONTIGUOUS) != 0) throw PythonError{};
  const std::unique_ptr<Py_buffer, decltype(&PyBuffer_Release)> release{&view, PyBuffer_Release};
  const auto size = static_cast<std::size_t>(view.len);
  if (size != count * request.function->item(!request.call.bound.empty()).size)
    throw UsageError{"the array has another size than its items"};
  return pool.submit_raw(request, {static_cast<const std::byte*>(view.buf), size}, count);
}

void add_types(py::module_& module) {
  py::class_<TypeInfo>(module, "Type")
      .def_property_readonly("kind", [](const TypeInfo& type) { return name_of(type.kind); })
      .def_readonly("signature", &TypeInfo::signature)
      .def_readonly("children", &TypeInfo::children)
      .def_readonly("names", &TypeInfo::names)
      .def_readonly("size", &TypeInfo::size);
  py::class_<Function, std::shared_ptr<Function>>(module, "Function")
      .def_property_readonly("info", [](const Function& function) { return to_python(function.info); })
      .def_readonly("result", &Function::result)
      .def_property_readonly("names",
                             [](const Function& function) {
                               std::vector<std::string> names;
                               for (const Parameter& parameter : function.info.parameters)
                                 names.push_back(parameter.name);
                               return names;
                             })
      .def("item", &Function::item, py::return_value_policy::reference_internal);
  py::class_<Request>(module, "Request").def(py::init(&make_request));
  py::class_<Memory>(module, "Memory", py::buffer_protocol()).def_buffer([](Memory& memory) {
    return py::buffer_info(reinterpret_cast<std::uint8_t*>(memory.bytes.data()),
                           static_cast<py::ssize_t>(memory.bytes.size()), memory.read_only);
  });
}

void add_calls(py::module_& module) {
  py::class_<Outputs>(module, "Outputs")
      .def("__len__", &Outputs::size)
      .def("build", [](const Outputs& outputs) { return build_object(outputs.build().get()); })
      .def("failures",
           [](const Outputs& outputs) {
             py::list all;
             for (const Failure& failure : outputs.failures())
               all.append(to_python(failure));
             return all;
           })
      .def("first_failure",
           [](const Outputs& outputs) -> py::object {
             const std::optional<Failure> first = outputs.first_failure();
             return first ? to_python(*first) : py::none();
           })
      .def("values", [](const Outputs& outputs) { return given(outputs.values(as_failure)); })
      .def("values_or_raise", [](const Outputs& outputs) { return given(outputs.values(raise_failure)); })
      .def("memory", &Outputs::memory);
  py::class_<RunningCall>(module, "RunningCall")
      .def_property_readonly("bytes_each", &RunningCall::bytes_each)
      .def("push", [](RunningCall& call, const py::object& items) { call.push(items.ptr()); })
      .def("push_outputs", &RunningCall::push_outputs)
      .def("finish", &RunningCall::finish)
      .def("wait", &RunningCall::wait)
      .def("next",
           [](RunningCall& call, std::optional<double> seconds) -> py::object {
             Owned list = call.next(seconds, as_failure);
             return list ? given(std::move(list)) : py::none();
           })
      .def("outputs", &RunningCall::outputs)
      .def("forget", &RunningCall::forget)
      .def("cancel", &RunningCall::cancel)
      .def("detach", &RunningCall::detach)
      .def("when_done", [](RunningCall& call, const py::object& callable) { call.when_done(callable.ptr()); })
      .def("progress", [](RunningCall& call) {
        const JobProgress progress = call.progress();
        return py::make_tuple(progress.pushed, progress.ended, progress.failed);
      });
}

void add_pool(py::module_& module) {
  const auto released = [](auto member) {
    return [member](const NativePool& native) {
      return without_lock([&] { return (native.pool().*member)(); });
    };
  };
  py::class_<NativePool>(module, "Pool")
      .def(py::init([](const std::vector<std::string>& plugins, bool default_path, const py::dict& options) {
        return std::make_unique<NativePool>(
            RegistryOptions{.plugin_path = paths(plugins), .default_path = default_path},
            pool_options(options));
      }))
      .def("function",
           [](const NativePool& native, const std::string& name, bool is_result) {
             return std::const_pointer_cast<Function>(
                 native.function(name, is_result ? FunctionKind::result : FunctionKind::map));
           })
      .def("open", &NativePool::open)
      .def("submit", [](const NativePool& native, const Request& request,
                        const py::object& items) { return native.submit(request, items.ptr()); })
      .def("submit_buffer", submit_buffer)
      .def("apply",
           [](const NativePool& native, const Request& request, const py::object& items) {
             return given(native.apply(request, items.ptr(), raise_failure));
           })
      .def("allocate", &NativePool::allocate)
      .def("modules",
           [](const NativePool& native) {
             py::list all;
             for (const ModuleInfo& one : without_lock([&] { return native.pool().modules(); }))
               all.append(to_python(one));
             return all;
           })
      .def("statistics",
           [](const NativePool& native) {
             return to_python(without_lock([&] { return native.pool().statistics(); }));
           })
      .def("sandbox_report",
           [](const NativePool& native) {
             return to_python(without_lock([&] { return native.pool().sandbox_report(); }));
           })
      .def("workers", released(&Pool::workers))
      .def("worker_pids", released(&Pool::worker_pids))
      .def("resize", [](const NativePool& native,
                        unsigned workers) { without_lock([&] { native.pool().resize(workers); }); })
      .def("close", released(&Pool::close))
      .def("terminate", released(&Pool::terminate))
      .def("join", &NativePool::join)
      .def("abandon", &NativePool::abandon);
}

}  // namespace

}  // namespace prong::python

PYBIND11_MODULE(_native, module) {
  using namespace prong::python;
  module.doc() = "The native half of prong: see the package.";
  pybind11::register_exception_translator(translate);
  module.attr("version") = std::string{prong::version()};
  add_types(module);
  add_calls(module);
  add_pool(module);
  module.def("call_and_report", [](const pybind11::object& callable, const pybind11::object& argument) {
    call_and_report(callable.ptr(), argument.ptr());
  });
  module.def("is_in_callback", is_in_callback);
}
