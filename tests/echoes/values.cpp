// Map functions that return what they are given: one for each kind of type.
#include "shapes.hpp"

#include <prong/plugin.hpp>

#define ECHO(name, ...)                                        \
  namespace echoes {                                           \
  __VA_ARGS__ name(const __VA_ARGS__& value) { return value; } \
  }                                                            \
  PRONG_MAP(echoes, name, "The value", value)

PRONG_MODULE(echoes, "What it is given", "1.0.0", "MIT")

ECHO(null, std::monostate)
ECHO(boolean, bool)
ECHO(i8, std::int8_t)
ECHO(i16, std::int16_t)
ECHO(i32, std::int32_t)
ECHO(i64, std::int64_t)
ECHO(u8, std::uint8_t)
ECHO(u16, std::uint16_t)
ECHO(u32, std::uint32_t)
ECHO(u64, std::uint64_t)
ECHO(f32, float)
ECHO(f64, double)
ECHO(str, std::string)
ECHO(bytes, std::vector<std::byte>)
ECHO(any, prong::Any)
ECHO(nothing, std::tuple<>)
ECHO(pair, std::pair<std::int8_t, double>)
ECHO(labelled, std::tuple<std::string, std::int64_t>)
ECHO(point, Point)
ECHO(shape, Shape)
ECHO(numbers, std::vector<double>)
ECHO(integers, std::vector<std::int64_t>)
ECHO(naturals, std::vector<std::uint64_t>)
ECHO(truths, std::vector<bool>)
ECHO(texts, std::vector<std::string>)
ECHO(blobs, std::vector<std::vector<std::byte>>)
ECHO(matrix, std::vector<std::vector<double>>)
ECHO(points, std::vector<Point>)
ECHO(corner, std::array<std::int16_t, 3>)
ECHO(maybe_integer, std::optional<std::int64_t>)
ECHO(maybe_text, std::optional<std::string>)
ECHO(table, std::map<std::string, double>)
ECHO(shapes, std::unordered_map<std::string, Shape>)

namespace echoes {

// Two parameters: an item is a tuple, unless the second is bound.
std::tuple<std::string, Shape> both(const std::string& text, const Shape& shape) { return {text, shape}; }

}  // namespace echoes

PRONG_MAP(echoes, both, "Both values", text, shape)

// What a plugin in another language may do: emit the bytes of the item as they are, whatever they are, and
// say in the note that they are [str].
namespace mapfn::echoes {

__attribute__((visibility("default"))) std::int32_t texts_unchecked(const prong_batch*);
std::int32_t texts_unchecked(const prong_batch* batch) {
  static constexpr auto describe = [](prong::sdk::Json& json) {
    json.raw(prong::sdk::abi_json).raw(R"(,"kind":"map","function":"echoes.texts_unchecked",)");
    json.raw(R"("params":[{"name":"value","type":"bytes"}],"result":"[str]"})");
  };
  PRONG_NOTE static constexpr auto note = prong::sdk::make_note(describe);
  static_cast<void>(note);
  for (std::uint64_t i = 0; i < batch->count; ++i) {
    prong::sdk::publish(*batch, i);
    batch->emit(batch, i, batch->views[i].data, batch->views[i].size);
  }
  prong::sdk::publish(*batch, batch->count);
  return 0;
}

}  // namespace mapfn::echoes
