// One MessagePack value per JSON value, in the shortest form but for floats, which keep their width and sign.
#include "values/json_to_msgpack.hpp"

#include "values/base64.hpp"
#include "values/json_decoder.hpp"
#include "values/json_scalar.hpp"
#include "values/msgpack_writer.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace prong::values {
namespace {

// Makes the one byte at `at` the header of the array or map that follows it.
void set_header(std::string& out, std::size_t at, Kind kind, std::size_t count) {
  std::string header;
  append_msgpack_header(kind, count, header);
  out.replace(at, 1, header);
}

const Type& without_optional(const Type& type) {
  return type.kind() == Kind::optional ? type.children()[0] : type;
}

// A number of any type: the first of these that holds it without loss.
bool read_any_number(std::string_view token, std::string& out) {
  std::byte scalar[8];
  for (const Kind kind : {Kind::i64, Kind::u64, Kind::f64}) {
    if (kind != Kind::f64 && token == "-0") continue;
    if (token.front() == '"' || !read_scalar(kind, token, scalar)) continue;
    append_msgpack_scalar(kind, scalar, out);
    return true;
  }
  return false;
}

bool fits_bracket(Kind kind, char bracket) {
  if (kind == Kind::any) return true;
  return bracket == '[' ? kind == Kind::list || kind == Kind::tuple
                        : kind == Kind::map || kind == Kind::structure;
}

bool read_any_token(std::string_view token, std::string& out) {
  std::byte truth{};
  if (token == "null") {
    append_msgpack_nil(out);
  } else if (read_scalar(Kind::boolean, token, &truth)) {
    append_msgpack_scalar(Kind::boolean, &truth, out);
  } else {
    return read_any_number(token, out);
  }
  return true;
}

// One walk of a value whose arrays and objects are counted as they are written.
class MsgpackReader {
 public:
  MsgpackReader(const JsonWalk& walk, std::string& out) : walk_(walk), out_(out) {}

  MaybeMismatch read(const Type& type, JsonValue& value) {
    const std::string_view token = JsonWalk::token(value);
    switch (token.front()) {
      case '"':
        return read_string(type, token, value);
      case '[':
      case '{':
        return fits_bracket(without_optional(type).kind(), token.front())
                   ? read_composed(without_optional(type), token, value)
                   : walk_.wrong(type, token);
      default:
        return read_msgpack_token(walk_, type, token, out_);
    }
  }

 private:
  MaybeMismatch read_string(const Type& type, std::string_view token, JsonValue& value) {
    std::string_view string;
    if (const auto error = value.get_string().get(string)) return walk_.broken_string(token.data(), error);
    return read_msgpack_string(walk_, type, token, string, out_);
  }

  MaybeMismatch read_composed(const Type& type, std::string_view token, JsonValue& value) {
    switch (type.kind()) {
      case Kind::any:
        return read_any(type, token, value);
      case Kind::list:
        return read_array(type, type.children()[0], value);
      case Kind::map:
        return read_object(type, type.children()[0], value);
      case Kind::tuple:
        return read_tuple(type, value);
      case Kind::structure:
        return read_structure(type, value);
      default:
        return walk_.wrong(type, token);
    }
  }

  MaybeMismatch read_any(const Type& type, std::string_view token, JsonValue& value) {
    if (any_depth_ == any_depth_max) {
      return Mismatch{
          .path = "$",
          .expected = fmt::format("at most {} arrays and objects inside each other", any_depth_max),
          .found = "one more"};
    }
    ++any_depth_;
    auto mismatch = token.front() == '[' ? read_array(type, type, value) : read_object(type, type, value);
    --any_depth_;
    return mismatch;
  }

  MaybeMismatch read_array(const Type& type, const Type& element, JsonValue& value) {
    const std::size_t header = out_.size();
    std::size_t count = 0;
    out_ += '\0';
    auto mismatch = walk_.elements(type, value, [&](std::size_t, JsonValue& inner) {
      ++count;
      return read(element, inner);
    });
    if (!mismatch) set_header(out_, header, Kind::list, count);
    return mismatch;
  }

  MaybeMismatch read_object(const Type& type, const Type& element, JsonValue& value) {
    const std::size_t header = out_.size();
    std::size_t count = 0;
    out_ += '\0';
    auto mismatch = walk_.members(type, value, [&](std::string_view key, JsonValue& inner) {
      ++count;
      append_msgpack_str(key, out_);
      return read(element, inner);
    });
    if (!mismatch) set_header(out_, header, Kind::map, count);
    return mismatch;
  }

  MaybeMismatch read_tuple(const Type& type, JsonValue& value) {
    append_msgpack_header(Kind::tuple, type.children().size(), out_);
    return walk_.tuple(type, value, [&](std::size_t index, JsonValue& inner) {
      return read(type.children()[index], inner);
    });
  }

  MaybeMismatch read_structure(const Type& type, JsonValue& value) {
    append_msgpack_header(Kind::structure, type.children().size(), out_);
    return walk_.fields(type, value, [&](std::size_t index, JsonValue& inner) {
      append_msgpack_str(type.field_names()[index], out_);
      return read(type.children()[index], inner);
    });
  }

  const JsonWalk& walk_;
  std::string& out_;
  std::size_t any_depth_ = 0;
};

}  // namespace

MaybeMismatch read_msgpack(const JsonWalk& walk, const Type& type, JsonValue& value, std::string& out) {
  return MsgpackReader(walk, out).read(type, value);
}

MaybeMismatch read_msgpack_token(const JsonWalk& walk, const Type& type, std::string_view token,
                                 std::string& out) {
  const bool nullable = type.kind() == Kind::null || type.kind() == Kind::optional;
  if (nullable && token == "null") {
    append_msgpack_nil(out);
    return {};
  }
  const Kind kind = without_optional(type).kind();
  std::byte scalar[8];
  if (read_scalar(kind, token, scalar)) {
    append_msgpack_scalar(kind, scalar, out);
    return {};
  }
  if (kind == Kind::any && read_any_token(token, out)) return {};
  Mismatch mismatch = walk.wrong(type, token);
  mismatch.found = describe_scalar(kind == Kind::any ? Kind::f64 : kind, token);
  return mismatch;
}

MaybeMismatch read_msgpack_string(const JsonWalk& walk, const Type& type, std::string_view token,
                                  std::string_view string, std::string& out) {
  const Kind kind = without_optional(type).kind();
  if (kind == Kind::str || kind == Kind::any) {
    append_msgpack_str(string, out);
    return {};
  }
  if (is_float(kind)) return read_msgpack_token(walk, type, token, out);
  if (kind != Kind::bytes) return walk.wrong(type, token);
  std::string bytes;
  if (!append_from_base64(string, bytes)) {
    Mismatch mismatch = walk.wrong(type, token);
    mismatch.expected += " (padded base64)";
    return mismatch;
  }
  append_msgpack_bin(bytes, out);
  return {};
}

}  // namespace prong::values
