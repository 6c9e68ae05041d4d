// From Python's numbers, tuples and dicts to the bytes of a struct.
#include "raw.hpp"

#include <prong/codec/scalar.hpp>

#include <cmath>
#include <cstring>
#include <utility>

namespace prong::python {

namespace {

template <class T>
void store(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

template <class T>
bool store_integer(PyObject* value, std::byte* to) {
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow == 0 && std::in_range<T>(number)) return store(to, static_cast<T>(number)), true;
  if (!std::is_same_v<T, std::uint64_t> || overflow <= 0) return false;
  const auto large = PyLong_AsUnsignedLongLong(value);
  if (PyErr_Occurred() != nullptr) return PyErr_Clear(), false;
  return store(to, static_cast<std::uint64_t>(large)), true;
}

template <class T>
bool store_float(PyObject* value, std::byte* to) {
  if (PyFloat_Check(value)) {
    const double number = PyFloat_AS_DOUBLE(value);
    const T rounded = static_cast<T>(number);
    if (std::isinf(rounded) && !std::isinf(number)) return false;
    return store(to, rounded), true;
  }
  if (!PyLong_Check(value) || PyBool_Check(value)) return false;
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
  const auto magnitude =
      number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  if (overflow != 0 || !codec::holds<T>(magnitude)) return false;
  return store(to, static_cast<T>(number)), true;
}

bool store_elements(const TypeInfo& type, PyObject* value, std::byte* to) {
  const auto count = static_cast<Py_ssize_t>(type.children.size());
  const bool is_tuple = PyTuple_Check(value);
  if (!is_tuple && !PyList_Check(value)) return false;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    // Comparing a dict's keys may run any code, which may change the list.
    if (PySequence_Fast_GET_SIZE(value) != count) return false;
    const Owned element = owned(Py_NewRef(PySequence_Fast_GET_ITEM(value, static_cast<Py_ssize_t>(i))));
    if (!store_raw(type.children[i], element.get(), to + type.offsets[i])) return false;
  }
  return true;
}

bool store_fields(const TypeInfo& type, PyObject* value, std::byte* to) {
  if (!PyDict_CheckExact(value) || PyDict_GET_SIZE(value) != static_cast<Py_ssize_t>(type.names.size()))
    return false;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    PyObject* const found = PyDict_GetItemString(value, type.names[i].c_str());
    if (found == nullptr) return false;
    const Owned field = owned(Py_NewRef(found));
    if (!store_raw(type.children[i], field.get(), to + type.offsets[i])) return false;
  }
  return true;
}

}  // namespace

bool store_raw(const TypeInfo& type, PyObject* value, std::byte* to) {
  const bool integer = PyLong_Check(value) && !PyBool_Check(value);
  switch (type.kind) {
    case TypeKind::null:
      return value == Py_None && (store(to, std::uint8_t{0}), true);
    case TypeKind::boolean:
      return PyBool_Check(value) && (store(to, static_cast<std::uint8_t>(value == Py_True)), true);
    case TypeKind::i8:
      return integer && store_integer<std::int8_t>(value, to);
    case TypeKind::i16:
      return integer && store_integer<std::int16_t>(value, to);
    case TypeKind::i32:
      return integer && store_integer<std::int32_t>(value, to);
    case TypeKind::i64:
      return integer && store_integer<std::int64_t>(value, to);
    case TypeKind::u8:
      return integer && store_integer<std::uint8_t>(value, to);
    case TypeKind::u16:
      return integer && store_integer<std::uint16_t>(value, to);
    case TypeKind::u32:
      return integer && store_integer<std::uint32_t>(value, to);
    case TypeKind::u64:
      return integer && store_integer<std::uint64_t>(value, to);
    case TypeKind::f32:
      return store_float<float>(value, to);
    case TypeKind::f64:
      return store_float<double>(value, to);
    case TypeKind::tuple:
      return store_elements(type, value, to);
    case TypeKind::structure:
      return store_fields(type, value, to);
    default:
      return false;
  }
}

}  // namespace prong::python
