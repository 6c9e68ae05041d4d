// A visitor of msgpack-cxx's parser, which neither recurses nor allocates for what a header claims. The
// visitor keeps the containers that are open, each with its type, and stops the parser at the first mismatch.
#include "values/msgpack_walk.hpp"

#include "values/base64.hpp"
#include "values/fields_seen.hpp"
#include "values/json_decoder.hpp"
#include "values/json_writer.hpp"
#include "values/msgpack_check.hpp"

#include <fmt/format.h>
#include <msgpack.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::values {
namespace {

struct Integer {
  std::uint64_t magnitude;
  bool negative;
};

bool fits(Kind kind, Integer integer) {
  const auto within = [integer](std::int64_t smallest, std::uint64_t largest) {
    return integer.negative ? integer.magnitude <= 0 - static_cast<std::uint64_t>(smallest)
                            : integer.magnitude <= largest;
  };
  const auto exact = [integer](int digits) {
    if (integer.magnitude == 0) return true;
    return integer.magnitude >> std::countr_zero(integer.magnitude) < std::uint64_t{1} << digits;
  };
  switch (kind) {
    case Kind::i8:
      return within(INT8_MIN, INT8_MAX);
    case Kind::i16:
      return within(INT16_MIN, INT16_MAX);
    case Kind::i32:
      return within(INT32_MIN, INT32_MAX);
    case Kind::i64:
      return within(INT64_MIN, INT64_MAX);
    case Kind::u8:
      return within(0, UINT8_MAX);
    case Kind::u16:
      return within(0, UINT16_MAX);
    case Kind::u32:
      return within(0, UINT32_MAX);
    case Kind::u64:
      return within(0, UINT64_MAX);
    case Kind::f32:
      return exact(std::numeric_limits<float>::digits);
    case Kind::f64:
      return exact(std::numeric_limits<double>::digits);
    default:
      return kind == Kind::any;
  }
}

std::string describe_integer(Integer integer) {
  return fmt::format("{}{}", integer.negative ? "-" : "", integer.magnitude);
}

// An array or map whose end has not been read.
struct Container {
  Container(const Type& container_type, bool map, std::byte* place)
      : type(&container_type), is_map(map), raw(place), fields(container_type) {}

  const Type* type;
  bool is_map;
  std::byte* raw;         // its raw form, when that is wanted
  std::size_t index = 0;  // of the element that is being read
  std::string_view key;   // of it, in a map
  std::size_t field = 0;  // of it, in a structure
  FieldsSeen fields;
};

class TypedVisitor : public msgpack::null_visitor {
 public:
  TypedVisitor(const Type& type, const WalkOutputs& outputs)
      : type_(type), json_(outputs.json), raw_(outputs.raw), text_(outputs.text) {}

  [[nodiscard]] std::optional<Mismatch>& mismatch() { return mismatch_; }

  void parse_error(std::size_t, std::size_t at) {
    fail("MessagePack", fmt::format("a wrong byte at {}", at));
  }
  void insufficient_bytes(std::size_t, std::size_t end) {
    fail("MessagePack", fmt::format("its end after {} bytes, within a value", end));
  }

  bool visit_nil() {
    if (awaits_key_) return fail_key("nil");
    const Kind kind = awaited().kind();
    if (kind != Kind::null && kind != Kind::optional && kind != Kind::any) return fail("nil");
    print("null");
    return true;
  }

  bool visit_boolean(bool value) {
    if (awaits_key_) return fail_key("a bool");
    if (!awaits(Kind::boolean)) return fail(value ? "true" : "false");
    print(value ? "true" : "false");
    store(static_cast<std::uint8_t>(value));
    return true;
  }

  bool visit_positive_integer(std::uint64_t value) { return visit_integer({value, false}); }
  bool visit_negative_integer(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return value < 0 ? visit_integer({0 - bits, true}) : visit_integer({bits, false});
  }

  bool visit_float32(float value) {
    if (awaits_key_) return fail_key("a float 32");
    if (!awaits(Kind::f32) && !awaits(Kind::f64)) return fail(fmt::format("the float 32 {}", value));
    return present().kind() == Kind::f64 ? take_float(static_cast<double>(value)) : take_float(value);
  }

  bool visit_float64(double value) {
    if (awaits_key_) return fail_key("a float 64");
    if (!awaits(Kind::f64)) return fail(fmt::format("the float 64 {}", value));
    return take_float(value);
  }

  bool visit_str(const char* bytes, std::uint32_t size) {
    const std::string_view text = size > 0 ? std::string_view(bytes, size) : std::string_view();
    if (awaits_key_) return take_key(text);
    if (!awaits(Kind::str)) return fail("the str " + quoted(text));
    if (json_) append_json_string(text, *json_);
    if (text_) *text_ = {bytes, size};
    return true;
  }

  bool visit_bin(const char* bytes, std::uint32_t size) {
    if (awaits_key_) return fail_key("a bin");
    if (!awaits(Kind::bytes)) return fail(fmt::format("a bin of {} bytes", size));
    if (text_) *text_ = {bytes, size};
    if (!json_) return true;
    *json_ += '"';
    if (size > 0) append_base64(std::as_bytes(std::span(bytes, size)), *json_);
    *json_ += '"';
    return true;
  }

  bool visit_ext(const char*, std::uint32_t) { return awaits_key_ ? fail_key("an ext") : fail("an ext"); }

  bool start_array(std::uint32_t count) {
    if (awaits_key_) return fail_key("an array");
    const Type& type = present();
    const bool right_count = type.kind() == Kind::tuple && type.children().size() == count;
    if (!right_count && type.kind() != Kind::list && type.kind() != Kind::any) {
      return fail(fmt::format("an array of {}", count));
    }
    return open(type, false, "[");
  }
  bool start_array_item() { return print_comma(); }
  bool end_array_item() { return end_element(); }
  bool end_array() { return close("]"); }

  bool start_map(std::uint32_t count) {
    if (awaits_key_) return fail_key("a map");
    const Kind kind = present().kind();
    if (kind != Kind::structure && kind != Kind::map && kind != Kind::any) {
      return fail(fmt::format("a map of {}", count));
    }
    return open(present(), true, "{");
  }
  bool start_map_key() {
    awaits_key_ = true;
    return print_comma();
  }
  bool end_map_key() {
    awaits_key_ = false;
    print(":");
    return true;
  }
  bool end_map_value() { return end_element(); }
  bool end_map() {
    const Container& map = open_.back();
    if (map.type->kind() == Kind::structure) {
      if (const auto missing = map.fields.find_missing()) return fail_field(*missing, "no field");
    }
    return close("}");
  }

  bool fail(std::string expected, std::string found) {
    if (mismatch_) return false;
    mismatch_ = Mismatch{.path = "$", .expected = std::move(expected), .found = std::move(found)};
    return place_mismatch(open_.size());
  }

 private:
  // The type of the value that comes next.
  [[nodiscard]] const Type& awaited() const {
    if (open_.empty()) return type_;
    const Container& around = open_.back();
    switch (around.type->kind()) {
      case Kind::any:
        return *around.type;
      case Kind::tuple:
        return around.type->children()[around.index];
      case Kind::structure:
        return around.type->children()[around.field];
      default:
        return around.type->children()[0];
    }
  }
  // The same, if it is not nil.
  [[nodiscard]] const Type& present() const {
    return awaited().kind() == Kind::optional ? awaited().children()[0] : awaited();
  }
  [[nodiscard]] bool awaits(Kind kind) const {
    return present().kind() == kind || present().kind() == Kind::any;
  }

  bool visit_integer(Integer integer) {
    if (awaits_key_) return fail_key("an integer");
    const Kind kind = present().kind();
    if (!fits(kind, integer)) return fail(describe_integer(integer));
    if (is_float(kind)) {
      const double magnitude = static_cast<double>(integer.magnitude);
      const double value = integer.negative ? -magnitude : magnitude;
      return kind == Kind::f64 ? take_float(value) : take_float(static_cast<float>(value));
    }
    if (json_) {
      const fmt::format_int digits(integer.magnitude);
      if (integer.negative) *json_ += '-';
      json_->append(digits.data(), digits.size());
    }
    if (raw_) store_integer(kind, integer.negative ? 0 - integer.magnitude : integer.magnitude);
    return true;
  }

  template <class Float>
  bool take_float(Float value) {
    if (json_) append_json_number(value, *json_);
    store(value);
    return true;
  }

  // In two's complement, of which a narrower type has the lower bits.
  void store_integer(Kind kind, std::uint64_t bits) {
    switch (Type(kind).layout()->size) {
      case 1:
        return store(static_cast<std::uint8_t>(bits));
      case 2:
        return store(static_cast<std::uint16_t>(bits));
      case 4:
        return store(static_cast<std::uint32_t>(bits));
      default:
        return store(bits);
    }
  }

  template <class Scalar>
  void store(Scalar value) {
    if (raw_) std::memcpy(raw_place(), &value, sizeof value);
  }

  // Of the value that comes next.
  [[nodiscard]] std::byte* raw_place() const {
    if (!raw_ || open_.empty()) return raw_;
    const Container& around = open_.back();
    return around.raw + around.type->offsets()[around.is_map ? around.field : around.index];
  }

  bool take_key(std::string_view key) {
    Container& map = open_.back();
    if (map.type->kind() == Kind::structure) {
      map.field = map.fields.find(key);
      if (map.field == map.type->children().size()) return fail_field(key, "the unknown field");
      if (map.fields.mark(map.field)) return fail_field(key, "twice the field");
    }
    map.key = key;
    if (json_) append_json_string(key, *json_);
    return true;
  }

  bool open(const Type& type, bool map, const char* bracket) {
    const bool any = type.kind() == Kind::any;
    if (any && any_depth_ == any_depth_max) {
      return fail(fmt::format("at most {} arrays and maps inside each other", any_depth_max), "one more");
    }
    any_depth_ += any;
    open_.emplace_back(type, map, raw_place());
    print(bracket);
    return true;
  }

  bool close(const char* bracket) {
    any_depth_ -= open_.back().type->kind() == Kind::any;
    open_.pop_back();
    print(bracket);
    return true;
  }

  bool end_element() {
    ++open_.back().index;
    return true;
  }

  void print(const char* text) {
    if (json_) *json_ += text;
  }
  bool print_comma() {
    if (open_.back().index > 0) print(",");
    return true;
  }

  bool fail(std::string found) { return fail(describe(awaited()), std::move(found)); }
  bool fail_key(const char* found) {
    mismatch_ = Mismatch{.path = "$", .expected = "a str as key", .found = found};
    return place_mismatch(open_.size() - 1);
  }
  bool fail_field(std::string_view name, const char* what) {
    mismatch_ = unfit_field(*open_.back().type, name, what);
    return place_mismatch(open_.size() - 1);
  }

  // Tells the mismatch in how many of the open containers it is.
  bool place_mismatch(std::size_t depth) {
    while (depth-- > 0) {
      const Container& around = open_[depth];
      around.is_map ? mismatch_->move_below(around.key) : mismatch_->move_below(around.index);
    }
    return false;
  }

  const Type& type_;
  std::string* json_;
  std::byte* raw_;
  std::string_view* text_;
  std::vector<Container> open_;
  std::size_t any_depth_ = 0;
  bool awaits_key_ = false;
  std::optional<Mismatch> mismatch_;
};

}  // namespace

std::optional<Mismatch> walk_msgpack(const Type& type, std::span<const std::byte> value,
                                     const WalkOutputs& outputs) {
  TypedVisitor visitor(type, outputs);
  std::size_t end = 0;
  if (value.empty()) {
    visitor.fail(describe(type), "nothing");
  } else {
    msgpack::parse(reinterpret_cast<const char*>(value.data()), value.size(), end, visitor);
  }
  if (!visitor.mismatch() && end != value.size()) {
    visitor.fail(describe(type), fmt::format("{} bytes after the value", value.size() - end));
  }
  return std::move(visitor.mismatch());
}

std::optional<Mismatch> check_msgpack(const Type& type, std::span<const std::byte> value) {
  return walk_msgpack(type, value);
}

}  // namespace prong::values
