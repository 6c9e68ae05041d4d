// What Prong tells, as objects of the Python part of the module: failures, functions, modules, statistics.
#pragma once

#include <prong/pool.hpp>

#include <pybind11/pybind11.h>

namespace prong::python {

// Each makes an object of the class of the same name in prong.facts. [holds the lock]
[[nodiscard]] pybind11::object to_python(const Failure& failure);
[[nodiscard]] pybind11::object to_python(const FunctionInfo& function);
[[nodiscard]] pybind11::object to_python(const ModuleInfo& module);
[[nodiscard]] pybind11::object to_python(const PoolStatistics& statistics);
[[nodiscard]] pybind11::object to_python(const SandboxReport& report);
// None when there is none.
[[nodiscard]] pybind11::object build_object(const PluginBuild* build);

// Bytes that may be anything, for people: what is no UTF-8 is escaped.
[[nodiscard]] pybind11::str readable(const std::string& text);

}  // namespace prong::python
