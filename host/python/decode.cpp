// From bytes to Python's objects.
#include "decode.hpp"

#include <prong/codec/container.hpp>

#include <cstring>
#include <stdexcept>

namespace prong::python {

namespace {

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

Owned none() { return owned(Py_NewRef(Py_None)); }
Owned boolean(bool value) { return owned(PyBool_FromLong(value)); }
Owned text(std::string_view bytes) {
  return owned(PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "surrogateescape"));
}
Owned binary(std::string_view bytes) {
  return owned(PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
}

// PyTuple_SET_ITEM for one that is not shared yet.
void set(const Owned& tuple, std::size_t i, Owned value) {
  PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), value.release());
}
void set(const Owned& dict, std::string_view key, const Owned& value) {
  const Owned name = text(key);
  if (PyDict_SetItem(dict.get(), name.get(), value.get()) != 0) throw PythonError{};
}
void append(PyObject* list, const Owned& value) {
  if (PyList_Append(list, value.get()) != 0) throw PythonError{};
}

Owned read_raw(const TypeInfo& type, const std::byte* from) {
  switch (type.kind) {
    case TypeKind::boolean:
      return boolean(load<std::uint8_t>(from) != 0);
    case TypeKind::i8:
      return owned(PyLong_FromLong(load<std::int8_t>(from)));
    case TypeKind::i16:
      return owned(PyLong_FromLong(load<std::int16_t>(from)));
    case TypeKind::i32:
      return owned(PyLong_FromLong(load<std::int32_t>(from)));
    case TypeKind::i64:
      return owned(PyLong_FromLongLong(load<std::int64_t>(from)));
    case TypeKind::u8:
      return owned(PyLong_FromLong(load<std::uint8_t>(from)));
    case TypeKind::u16:
      return owned(PyLong_FromLong(load<std::uint16_t>(from)));
    case TypeKind::u32:
      return owned(PyLong_FromUnsignedLong(load<std::uint32_t>(from)));
    case TypeKind::u64:
      return owned(PyLong_FromUnsignedLongLong(load<std::uint64_t>(from)));
    case TypeKind::f32:
      return owned(PyFloat_FromDouble(static_cast<double>(load<float>(from))));
    case TypeKind::f64:
      return owned(PyFloat_FromDouble(load<double>(from)));
    case TypeKind::tuple: {
      Owned tuple = owned(PyTuple_New(static_cast<Py_ssize_t>(type.children.size())));
      for (std::size_t i = 0; i < type.children.size(); ++i)
        set(tuple, i, read_raw(type.children[i], from + type.offsets[i]));
      return tuple;
    }
    case TypeKind::structure: {
      Owned dict = owned(PyDict_New());
      for (std::size_t i = 0; i < type.children.size(); ++i)
        set(dict, type.names[i], read_raw(type.children[i], from + type.offsets[i]));
      return dict;
    }
    default:
      return none();
  }
}

// MessagePack, value by value, as the type asks for them.
class MessagePack {
 public:
  explicit MessagePack(std::span<const std::byte> bytes) : from_{bytes} {}

  Owned read_all(const TypeInfo& type) {
    const codec::Place place{.expected = type.signature};
    Owned value = read(type, place, 0);
    from_.expect_end(place);
    return value;
  }

 private:
  using Token = codec::Kind;

  Owned read(const TypeInfo& type, const codec::Place& place, unsigned depth) {
    switch (type.kind) {
      case TypeKind::null:
        return static_cast<void>(from_.next(place, Token::nil)), none();
      case TypeKind::boolean:
        return boolean(from_.next(place, Token::boolean).number != 0);
      case TypeKind::f32:
        return owned(PyFloat_FromDouble(static_cast<double>(codec::Codec<float>::read(from_, place))));
      case TypeKind::f64:
        return owned(PyFloat_FromDouble(codec::Codec<double>::read(from_, place)));
      case TypeKind::str:
        return text(from_.next(place, Token::str).bytes);
      case TypeKind::bytes:
        return binary(from_.next(place, Token::bin).bytes);
      case TypeKind::any:
        return read_any(place, depth);
      case TypeKind::list:
        return read_list(type.children[0], place, from_.next(place, Token::array).number, depth);
      case TypeKind::tuple:
        return read_tuple(type, place, depth);
      case TypeKind::structure:
        return read_struct(type, place, depth);
      case TypeKind::map:
        return read_map(type.children[0], place, from_.next(place, Token::map).number, depth);
      case TypeKind::optional:
        return from_.try_nil() ? none() : read(type.children[0], place, depth);
      default:
        return read_integer(type.kind, place);
    }
  }

  Owned read_integer(TypeKind kind, const codec::Place& place) {
    switch (kind) {
      case TypeKind::i8:
        return owned(PyLong_FromLong(codec::Codec<std::int8_t>::read(from_, place)));
      case TypeKind::i16:
        return owned(PyLong_FromLong(codec::Codec<std::int16_t>::read(from_, place)));
      case TypeKind::i32:
        return owned(PyLong_FromLong(codec::Codec<std::int32_t>::read(from_, place)));
      case TypeKind::i64:
        return owned(PyLong_FromLongLong(codec::Codec<std::int64_t>::read(from_, place)));
      case TypeKind::u8:
        return owned(PyLong_FromLong(codec::Codec<std::uint8_t>::read(from_, place)));
      case TypeKind::u16:
        return owned(PyLong_FromLong(codec::Codec<std::uint16_t>::read(from_, place)));
      case TypeKind::u32:
        return owned(PyLong_FromUnsignedLong(codec::Codec<std::uint32_t>::read(from_, place)));
      default:
        return owned(PyLong_FromUnsignedLongLong(codec::Codec<std::uint64_t>::read(from_, place)));
    }
  }

  // The header's count is a claim: the list grows with what really comes.
  Owned read_list(const TypeInfo& element, const codec::Place& place, std::uint64_t count, unsigned depth) {
    Owned list = owned(PyList_New(0));
    codec::Place inner{.expected = element.signature, .around = &place};
    for (; inner.index < count; ++inner.index)
      append(list.get(), read(element, inner, depth + 1));
    return list;
  }

  Owned read_map(const TypeInfo& element, const codec::Place& place, std::uint64_t count, unsigned depth) {
    Owned dict = owned(PyDict_New());
    codec::Place inner{.expected = element.signature, .around = &place, .is_keyed = true};
    for (std::uint64_t i = 0; i < count; ++i) {
      inner.key = from_.next_key(place);
      set(dict, inner.key, read(element, inner, depth + 1));
    }
    return dict;
  }

  Owned read_tuple(const TypeInfo& type, const codec::Place& place, unsigned depth) {
    const codec::Token token = from_.next(place, Token::array);
    if (token.number != type.children.size()) codec::fail(place, token);
    Owned tuple = owned(PyTuple_New(static_cast<Py_ssize_t>(type.children.size())));
    codec::Place inner{.expected = {}, .around = &place};
    for (; inner.index < type.children.size(); ++inner.index) {
      inner.expected = type.children[inner.index].signature;
      set(tuple, inner.index, read(type.children[inner.index], inner, depth + 1));
    }
    return tuple;
  }

  Owned read_struct(const TypeInfo& type, const codec::Place& place, unsigned depth) {
    const codec::Token token = from_.next(place, Token::map);
    if (token.number != type.children.size()) codec::fail(place, token);
    Owned dict = owned(PyDict_New());
    codec::Place inner{.expected = {}, .around = &place, .is_keyed = true};
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      inner.key = from_.next_key(place);
      const auto name = std::ranges::find(type.names, inner.key);
      if (name == type.names.end()) codec::fail(place, place.expected, "the key " + codec::quote(inner.key));
      const TypeInfo& field = type.children[static_cast<std::size_t>(name - type.names.begin())];
      inner.expected = field.signature;
      set(dict, inner.key, read(field, inner, depth + 1));
    }
    if (PyDict_GET_SIZE(dict.get()) != static_cast<Py_ssize_t>(type.children.size()))
      codec::fail(place, place.expected, "a key twice");
    return dict;
  }

  Owned read_any(const codec::Place& place, unsigned depth) {
    static const TypeInfo any;
    const codec::Token token = from_.next(place);
    const bool nests = token.kind == Token::array || token.kind == Token::map;
    if (nests && depth >= codec::any_depth_max) codec::fail(place, "at most 128 arrays and maps", "one more");
    switch (token.kind) {
      case Token::nil:
        return none();
      case Token::boolean:
        return boolean(token.number != 0);
      case Token::natural:
        return owned(PyLong_FromUnsignedLongLong(token.number));
      case Token::negative:
        return owned(PyLong_FromLongLong(static_cast<std::int64_t>(token.number)));
      case Token::float32:
      case Token::float64:
        return owned(PyFloat_FromDouble(token.real));
      case Token::str:
        return text(token.bytes);
      case Token::bin:
        return binary(token.bytes);
      case Token::array:
        return read_list(any, place, token.number, depth);
      case Token::map:
        return read_map(any, place, token.number, depth);
      case Token::ext:
        break;
    }
    codec::fail(place, token);
  }

  codec::Reader from_;
};

// Item `i` of a piece that begins with its values.
std::span<const std::byte> value_of(const Piece& piece, std::size_t i) {
  if (piece.encoding == Encoding::raw) return piece.bytes.subspan(i * piece.stride, piece.stride);
  const std::size_t begin = i == 0 ? 0 : piece.ends[i - 1];
  return piece.bytes.subspan(begin, piece.ends[i] - begin);
}

}  // namespace

Owned decode(const TypeInfo& type, Encoding encoding, std::span<const std::byte> bytes) {
  const std::string_view all{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  switch (encoding) {
    case Encoding::raw:
      if (bytes.size() < type.size) throw std::invalid_argument("fewer bytes than the type has");
      return read_raw(type, bytes.data());
    case Encoding::views:
      return type.kind == TypeKind::bytes ? binary(all) : text(all);
    default:
      return MessagePack{bytes}.read_all(type);
  }
}

void append_piece(const TypeInfo& type, const std::string& function, const Piece& piece, PyObject* list,
                  const MakeFailed& failed) {
  auto failure = piece.failures.begin();
  for (std::size_t i = 0; i < piece.count; ++i) {
    if (failure != piece.failures.end() && failure->index == piece.first + i) {
      append(list, failed(*failure++));
      continue;
    }
    Owned value;
    try {
      value = decode(type, piece.encoding, value_of(piece, i));
    } catch (const std::invalid_argument& unfit) {
      value = failed({.index = piece.first + i,
                      .ending = Ending::threw,
                      .function = function,
                      .what = std::string{"the result is not of the function's type: "} + unfit.what(),
                      .build = piece.build});
    }
    append(list, value);
  }
}

}  // namespace prong::python
