// From Python's objects to bytes.
#include "encode.hpp"

#include "raw.hpp"

#include <prong/codec/scalar.hpp>
#include <prong/error.hpp>

#include <cmath>
#include <cstring>
#include <vector>

namespace prong::python {

namespace {

// Lists and dicts inside each other: as deep as `any` may be, and no deeper than the stack bears.
constexpr unsigned depth_max = codec::any_depth_max;

// A value that has no form: the sentence goes on after whose value it is.
struct Formless {
  std::string what;
};

std::string type_name(PyObject* value) { return Py_TYPE(value)->tp_name; }

// The bytes of an object, wherever it has them.
class Buffer {
 public:
  explicit Buffer(PyObject* object) {
    if (PyObject_GetBuffer(object, &view_, PyBUF_C_CONTIGUOUS) == 0) return;
    PyErr_Clear();
    copy_ = owned(PyBytes_FromObject(object));
    if (PyObject_GetBuffer(copy_.get(), &view_, PyBUF_SIMPLE) != 0) throw PythonError{};
  }
  ~Buffer() { PyBuffer_Release(&view_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {static_cast<const std::byte*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }

 private:
  Py_buffer view_{};
  Owned copy_;
};

// The text in UTF-8, and bytes that are none of it as Python escapes them in file names.
class Text {
 public:
  explicit Text(PyObject* text) {
    Py_ssize_t size = 0;
    if (const char* bytes = PyUnicode_AsUTF8AndSize(text, &size)) {
      text_ = {bytes, static_cast<std::size_t>(size)};
      return;
    }
    PyErr_Clear();
    escaped_ = owned(PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape"));
    text_ = {PyBytes_AS_STRING(escaped_.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(escaped_.get()))};
  }
  [[nodiscard]] std::string_view view() const { return text_; }

 private:
  std::string_view text_;
  Owned escaped_;
};

bool is_bytes(PyObject* value) {
  return PyBytes_Check(value) || PyByteArray_Check(value) || PyMemoryView_Check(value);
}

// What NumPy's arrays and scalars, and array.array, are in plain Python; null when it is none of them.
Owned plain(PyObject* value) {
  PyObject* method = nullptr;
  if (PyObject_CheckBuffer(value) != 0 || PyIndex_Check(value) != 0)
    method = PyObject_GetAttrString(value, "tolist");
  if (method == nullptr) {
    PyErr_Clear();
    return {};
  }
  const Owned call{method};
  return owned(PyObject_CallNoArgs(call.get()));
}

template <class Bytes>
class Encoder {
 public:
  explicit Encoder(Bytes& to) : to_{to} {}

  void append(const TypeInfo& declared, PyObject* value, unsigned depth = 0) {
    if (value == Py_None) return to_.nil();
    const TypeInfo& type = declared.kind == TypeKind::optional ? declared.children[0] : declared;
    if (PyFloat_Check(value)) return append_float(type, PyFloat_AS_DOUBLE(value));
    if (PyBool_Check(value)) return to_.boolean(value == Py_True);
    if (PyLong_Check(value)) return append_integer(value);
    if (PyUnicode_Check(value)) return to_.str(Text{value}.view());
    if (depth == depth_max) throw Formless{"has more than 128 lists and dicts inside each other"};
    if (is_bytes(value) || (type.kind == TypeKind::bytes && PyObject_CheckBuffer(value) != 0))
      return to_.bin(Buffer{value}.bytes());
    if (PyDict_Check(value)) return append_dict(type, value, depth);
    const bool sequence = PyList_Check(value) || PyTuple_Check(value);
    if (type.kind == TypeKind::structure && append_attributes(type, value, depth)) return;
    if (sequence) return append_sequence(type, value, depth);
    append_other(type, value, depth);
  }

 private:
  void append_float(const TypeInfo& type, double value) {
    // Rounded once, as JSON is. What is out of range stays what it is, and the worker says so.
    const auto narrow = static_cast<float>(value);
    if (type.kind == TypeKind::f32 && (std::isfinite(narrow) || !std::isfinite(value)))
      return to_.real(narrow);
    to_.real(value);
  }

  void append_integer(PyObject* value) {
    int overflow = 0;
    const long long small = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) return to_.integer(static_cast<std::int64_t>(small));
    const auto large = overflow > 0 ? PyLong_AsUnsignedLongLong(value) : 0;
    if (overflow < 0 || PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      throw Formless{"is an integer of more than 64 bits"};
    }
    to_.integer(static_cast<std::uint64_t>(large));
  }

  void append_dict(const TypeInfo& type, PyObject* value, unsigned depth) {
    // A copy: what the elements do when they are read must not change it.
    const Owned items = owned(PyDict_Items(value));
    const Py_ssize_t count = PyList_GET_SIZE(items.get());
    to_.map(static_cast<std::size_t>(count));
    for (Py_ssize_t i = 0; i < count; ++i) {
      PyObject* const pair = PyList_GET_ITEM(items.get(), i);
      PyObject* const key = PyTuple_GET_ITEM(pair, 0);
      if (!PyUnicode_Check(key))
        throw Formless{"has a key of type '" + type_name(key) + "', which is no str"};
      const Text name{key};
      to_.str(name.view());
      append(value_type(type, name.view()), PyTuple_GET_ITEM(pair, 1), depth + 1);
    }
  }

  static const TypeInfo& value_type(const TypeInfo& type, std::string_view key) {
    if (type.kind == TypeKind::map) return type.children[0];
    for (std::size_t i = 0; i < type.names.size(); ++i) {
      if (type.names[i] == key) return type.children[i];
    }
    return any_;
  }

  // A dataclass, a named tuple, an element of a structured array: whatever has the fields. False: it has not.
  bool append_attributes(const TypeInfo& type, PyObject* value, unsigned depth) {
    std::vector<Owned> fields;
    for (const std::string& name : type.names) {
      PyObject* field = PyObject_GetAttrString(value, name.c_str());
      if (field == nullptr) {
        PyErr_Clear();
        const Owned key = owned(PyUnicode_FromString(name.c_str()));
        if (!PyList_Check(value) && PyObject_CheckBuffer(value) != 0)
          field = PyObject_GetItem(value, key.get());
      }
      if (field == nullptr) {
        PyErr_Clear();
        return false;
      }
      fields.emplace_back(field);
    }
    to_.map(fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      to_.str(type.names[i]);
      append(type.children[i], fields[i].get(), depth + 1);
    }
    return true;
  }

  void append_sequence(const TypeInfo& type, PyObject* value, unsigned depth) {
    const Owned elements = owned(PySequence_Tuple(value));  // a copy, as of a dict
    const auto count = static_cast<std::size_t>(PyTuple_GET_SIZE(elements.get()));
    to_.array(count);
    for (std::size_t i = 0; i < count; ++i)
      append(element_type(type, i), PyTuple_GET_ITEM(elements.get(), static_cast<Py_ssize_t>(i)), depth + 1);
  }

  static const TypeInfo& element_type(const TypeInfo& type, std::size_t i) {
    if (type.kind == TypeKind::list) return type.children[0];
    return type.kind == TypeKind::tuple && i < type.children.size() ? type.children[i] : any_;
  }

  void append_other(const TypeInfo& type, PyObject* value, unsigned depth) {
    if (const Owned simple = plain(value)) return append(type, simple.get(), depth + 1);
    if (PyIndex_Check(value) == 0)
      throw Formless{
          "is a value of type '" + type_name(value) +
          "', which has no form: None, bool, int, float, str, bytes, list, tuple and dict have, and "
          "arrays"};
    append_integer(owned(PyNumber_Index(value)).get());
  }

  static inline const TypeInfo any_;
  codec::Writer<Bytes> to_;
};

std::size_t size_of(PyObject* items) { return static_cast<std::size_t>(PyTuple_GET_SIZE(items)); }
PyObject* item_of(PyObject* items, std::size_t i) {
  return PyTuple_GET_ITEM(items, static_cast<Py_ssize_t>(i));
}

// The three forms; each gives nothing when an item does not fit it.
std::optional<EncodedItems> encode_raw(const TypeInfo& type, PyObject* items, const Allocate& allocate) {
  EncodedItems encoded;
  encoded.items.count = size_of(items);
  const std::size_t size = encoded.items.count * type.size;
  encoded.bytes = allocate(size);
  auto* const begin = static_cast<std::byte*>(encoded.bytes.get());
  const bool padded = type.kind == TypeKind::tuple || type.kind == TypeKind::structure;
  if (padded) std::memset(begin, 0, size);
  for (std::size_t i = 0; i < encoded.items.count; ++i) {
    if (!store_raw(type, item_of(items, i), begin + i * type.size)) return std::nullopt;
  }
  encoded.items.bytes = {begin, size};
  return encoded;
}

// Where each item ends, in memory of the pool.
class Offsets {
 public:
  Offsets(std::size_t count, const Allocate& allocate)
      : memory_{allocate((count + 1) * sizeof(std::uint64_t))},
        at_{static_cast<std::uint64_t*>(memory_.get())} {
    put(0);
  }
  void put(std::size_t end) { *at_++ = end; }
  void finish(EncodedItems& encoded, Encoding encoding, const GrowingBytes& bytes) {
    const auto* const begin = static_cast<const std::uint64_t*>(memory_.get());
    encoded.encoding = encoding;
    encoded.items.offsets = {begin, at_};
    encoded.items.count = encoded.items.offsets.size() - 1;
    encoded.items.bytes = {static_cast<const std::byte*>(bytes.memory().get()), bytes.size()};
    encoded.bytes = bytes.memory();
    encoded.offsets = std::move(memory_);
  }

 private:
  std::shared_ptr<void> memory_;
  std::uint64_t* at_;
};

std::optional<EncodedItems> encode_views(const TypeInfo& type, PyObject* items, const Allocate& allocate) {
  GrowingBytes bytes{allocate};
  Offsets offsets{size_of(items), allocate};
  const auto append = [&](std::span<const std::byte> item) {
    bytes.insert(bytes.end(), item.data(), item.data() + item.size());
    offsets.put(bytes.size());
  };
  for (std::size_t i = 0; i < size_of(items); ++i) {
    PyObject* const item = item_of(items, i);
    if (type.kind == TypeKind::str) {
      if (!PyUnicode_Check(item)) return std::nullopt;
      const Text text{item};
      append(std::as_bytes(std::span{text.view()}));
    } else if (is_bytes(item)) {
      append(Buffer{item}.bytes());
    } else {
      return std::nullopt;
    }
  }
  EncodedItems encoded;
  offsets.finish(encoded, Encoding::views, bytes);
  return encoded;
}

template <class Bytes>
void append_value(const TypeInfo& type, PyObject* value, Bytes& to, const std::string& what) {
  try {
    Encoder<Bytes>{to}.append(type, value);
  } catch (const Formless& formless) {
    throw Mismatch{what + " cannot be sent: it " + formless.what};
  } catch (const std::length_error& large) {  // 4 GiB and more
    throw Mismatch{what + " cannot be sent: " + large.what()};
  }
}

EncodedItems encode_msgpack_items(const TypeInfo& type, PyObject* items, const Allocate& allocate) {
  GrowingBytes bytes{allocate};
  Offsets offsets{size_of(items), allocate};
  for (std::size_t i = 0; i < size_of(items); ++i) {
    append_value(type, item_of(items, i), bytes, "item " + std::to_string(i));
    offsets.put(bytes.size());
  }
  EncodedItems encoded;
  offsets.finish(encoded, Encoding::msgpack, bytes);
  return encoded;
}

}  // namespace

EncodedItems encode_items(const TypeInfo& type, PyObject* given, const Allocate& allocate) {
  // A list may be changed by code that runs while its items are read.
  const Owned tuple = owned(PySequence_Tuple(given));
  PyObject* const items = tuple.get();
  std::optional<EncodedItems> encoded;
  if (type.is_raw()) encoded = encode_raw(type, items, allocate);
  if (type.kind == TypeKind::str || type.kind == TypeKind::bytes)
    encoded = encode_views(type, items, allocate);
  return encoded ? *std::move(encoded) : encode_msgpack_items(type, items, allocate);
}

EncodedItems encode_stream(const TypeInfo& type, PyObject* items, const Allocate& allocate) {
  return encode_msgpack_items(type, owned(PySequence_Tuple(items)).get(), allocate);
}

std::string encode_value(const TypeInfo& type, PyObject* value, const std::string& what) {
  std::string bytes;
  append_value(type, value, bytes, what);
  return bytes;
}

}  // namespace prong::python
