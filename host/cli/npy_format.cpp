// Reading and writing of headers.
#include "cli/npy_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace prong::cli {

namespace {

static_assert(std::endian::native == std::endian::little, "the types below are little-endian");

struct Scalar {
  std::string_view name;
  std::string_view npy;
  std::size_t bytes;
};
constexpr std::array<Scalar, 11> scalars{{{"bool", "|b1", 1},
                                          {"i8", "|i1", 1},
                                          {"u8", "|u1", 1},
                                          {"i16", "<i2", 2},
                                          {"u16", "<u2", 2},
                                          {"i32", "<i4", 4},
                                          {"u32", "<u4", 4},
                                          {"i64", "<i8", 8},
                                          {"u64", "<u8", 8},
                                          {"f32", "<f4", 4},
                                          {"f64", "<f8", 8}}};

const Scalar* scalar_named(std::string_view name) {
  for (const Scalar& scalar : scalars) {
    if (scalar.name == name) return &scalar;
  }
  return nullptr;
}

template <class Value>
std::string number_json(std::string_view bytes) {
  Value value;
  std::memcpy(&value, bytes.data(), sizeof value);
  if constexpr (std::is_floating_point_v<Value>) {
    if (std::isnan(value)) return R"("NaN")";
    if (std::isinf(value)) return value > 0 ? R"("Infinity")" : R"("-Infinity")";
  }
  return fmt::format("{}", value);
}

std::string scalar_json(std::string_view type, std::string_view bytes) {
  if (type == "bool") return bytes.front() != 0 ? "true" : "false";
  if (type == "i8") return number_json<std::int8_t>(bytes);
  if (type == "u8") return number_json<std::uint8_t>(bytes);
  if (type == "i16") return number_json<std::int16_t>(bytes);
  if (type == "u16") return number_json<std::uint16_t>(bytes);
  if (type == "i32") return number_json<std::int32_t>(bytes);
  if (type == "u32") return number_json<std::uint32_t>(bytes);
  if (type == "i64") return number_json<std::int64_t>(bytes);
  if (type == "u64") return number_json<std::uint64_t>(bytes);
  if (type == "f32") return number_json<float>(bytes);
  return number_json<double>(bytes);
}

std::string scalar_of_descr(std::string_view descr) {
  for (const Scalar& scalar : scalars) {
    if (scalar.npy == descr ||
        (scalar.bytes == 1 && descr.size() == 3 && descr.substr(1) == scalar.npy.substr(1)))
      return std::string{scalar.name};
  }
  if (descr.starts_with('>')) {
    throw std::invalid_argument(
        fmt::format("its values are big-endian ('{}'); save a.astype(a.dtype.newbyteorder('<'))", descr));
  }
  throw std::invalid_argument(fmt::format(
      "its values are '{}', and arrays of bool, integers, float32 or float64 can be read", descr));
}

// A Python literal, as far as headers have them.
class Literal {
 public:
  explicit Literal(std::string_view text) : text_{text} {}

  NpyHeader read() {
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr") {
        if (peek() == '[') throw std::invalid_argument("its values are records; save each field as an array");
        header_.item.scalar = scalar_of_descr(string());
      } else if (key == "fortran_order") {
        is_fortran_ = word() == "True";
      } else if (key == "shape") {
        shape();
      } else {
        throw broken();
      }
      if (!accept(',') && peek() != '}') throw broken();
    }
    if (header_.item.scalar.empty() || !has_shape_ || peek() != '\0') throw broken();
    if (is_fortran_ && header_.item.columns > 1 && header_.count > 1)
      throw std::invalid_argument("it is stored by columns; save numpy.ascontiguousarray(a)");
    return header_;
  }

 private:
  static std::invalid_argument broken() {
    return std::invalid_argument("its header is broken; is it a file that numpy.save wrote?");
  }
  char peek() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n'))
      text_.remove_prefix(1);
    return text_.empty() ? '\0' : text_.front();
  }
  bool accept(char wanted) {
    if (peek() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) throw broken();
  }
  std::string_view take(std::size_t size) {
    const std::string_view taken = text_.substr(0, size);
    text_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') throw broken();
    text_.remove_prefix(1);
    const std::size_t end = text_.find(quote);
    if (end == std::string_view::npos) throw broken();
    const std::string_view found = take(end);
    text_.remove_prefix(1);
    return found;
  }
  std::string_view word() {
    peek();
    const std::string_view found = take(text_.find_first_of(",} \n"));
    if (found != "True" && found != "False") throw broken();
    return found;
  }
  std::uint64_t number() {
    peek();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{}) throw broken();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }
  void shape() {
    std::vector<std::uint64_t> sizes;
    expect('(');
    while (!accept(')')) {
      sizes.push_back(number());
      if (!accept(',') && peek() != ')') throw broken();
    }
    if (sizes.empty() || sizes.size() > 2) {
      throw std::invalid_argument(
          fmt::format("it has {} dimensions; one, or two for rows, can be read", sizes.size()));
    }
    if (sizes.size() == 2 && sizes[1] == 0) throw std::invalid_argument("its rows are empty");
    header_.count = sizes[0];
    header_.item.columns = sizes.size() == 2 ? sizes[1] : 0;
    has_shape_ = true;
  }

  std::string_view text_;
  NpyHeader header_;
  bool is_fortran_ = false;
  bool has_shape_ = false;
};

}  // namespace

std::string NpyItem::signature() const {
  if (columns == 0) return scalar;
  std::string text = "(" + scalar;
  for (std::uint64_t i = 1; i < columns; ++i)
    text += ", " + scalar;
  return text + ")";
}

std::size_t NpyItem::bytes() const { return scalar_named(scalar)->bytes * (columns == 0 ? 1 : columns); }

std::string NpyItem::json(std::string_view item) const {
  const std::size_t size = scalar_named(scalar)->bytes;
  if (columns == 0) return scalar_json(scalar, item);
  std::string text = "[";
  for (std::uint64_t i = 0; i < columns; ++i)
    text += (i > 0 ? "," : "") + scalar_json(scalar, item.substr(i * size, size));
  return text + "]";
}

std::string_view npy_type(std::string_view scalar) { return scalar_named(scalar)->npy; }

std::optional<NpyItem> npy_item_of(std::string_view signature) {
  if (scalar_named(signature) != nullptr) return NpyItem{.scalar = std::string{signature}};
  if (!signature.starts_with('(')) return std::nullopt;
  const std::string scalar{signature.substr(1, signature.find_first_of(",)") - 1)};
  if (scalar_named(scalar) == nullptr) return std::nullopt;
  const auto commas = static_cast<std::uint64_t>(std::count(signature.begin(), signature.end(), ','));
  NpyItem item{.scalar = scalar, .columns = commas + 1};
  return item.signature() == signature ? std::optional{item} : std::nullopt;
}

std::size_t npy_length_bytes(std::string_view prefix) {
  constexpr std::string_view magic = "\x93NUMPY";
  if (!prefix.starts_with(magic)) throw std::invalid_argument("it is no .npy file: it does not begin as one");
  const auto version = static_cast<unsigned char>(prefix[magic.size()]);
  if (version < 1 || version > 3) {
    throw std::invalid_argument(
        fmt::format("its format has version {}; 1, 2 and 3 can be read", unsigned{version}));
  }
  return version == 1 ? 2 : 4;
}

NpyHeader parse_npy_header(std::string_view text) { return Literal{text}.read(); }

std::string npy_header(const NpyHeader& header) {
  const std::string dictionary = fmt::format(
      "{{'descr': '{}', 'fortran_order': False, 'shape': ({},{}), }}", scalar_named(header.item.scalar)->npy,
      header.count, header.item.columns == 0 ? std::string{} : fmt::format(" {}", header.item.columns));
  constexpr std::size_t text_bytes = npy_header_bytes - npy_prefix_bytes - 2;
  std::string all{"\x93NUMPY\x01\x00", npy_prefix_bytes};
  all += static_cast<char>(text_bytes & 0xff);
  all += static_cast<char>(text_bytes >> 8);
  return all + fmt::format("{:<{}}\n", dictionary, text_bytes - 1);
}

}  // namespace prong::cli
