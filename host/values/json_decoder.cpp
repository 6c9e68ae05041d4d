// The whole of one text: which reader it needs, and that nothing follows the value.
#include "values/json_decoder.hpp"

#include "values/base64.hpp"
#include "values/json_scalar.hpp"
#include "values/json_to_msgpack.hpp"
#include "values/json_to_raw.hpp"

#include <cstring>
#include <utility>

namespace prong::values {
namespace {

static_assert(json_padding >= simdjson::SIMDJSON_PADDING);

bool is_composed(std::string_view text) { return text.front() == '[' || text.front() == '{'; }

Mismatch nothing_found(const Type& type) {
  return {.path = "$", .expected = describe(type), .found = "nothing"};
}

// What follows the value, when something does. `text` is trimmed.
MaybeMismatch check_end(const JsonWalk& walk, simdjson::ondemand::document& document) {
  if (document.current_location().error() == simdjson::OUT_OF_BOUNDS) return {};
  return walk.broken(simdjson::TRAILING_CONTENT);
}

}  // namespace

struct JsonDecoder::Parser {
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;

  // `text` is trimmed and not empty.
  MaybeMismatch open(const JsonWalk& walk, std::string_view text) {
    const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + json_padding);
    if (const auto error = parser.iterate(padded).get(document)) return walk.broken(error);
    return {};
  }

  // Calls read(value) for a text that is an array or object.
  template <class Read>
  MaybeMismatch read_composed(const JsonWalk& walk, std::string_view text, Read&& read) {
    if (auto mismatch = open(walk, text)) return mismatch;
    JsonValue value;
    if (const auto error = document.get_value().get(value)) return walk.broken(error);
    if (auto mismatch = read(value)) return mismatch;
    return check_end(walk, document);
  }

  // Calls read(string) for a text that is a string.
  template <class Read>
  MaybeMismatch read_string(const JsonWalk& walk, std::string_view text, Read&& read) {
    if (auto mismatch = open(walk, text)) return mismatch;
    std::string_view string;
    if (const auto error = document.get_string().get(string)) return walk.broken_string(text.data(), error);
    if (auto mismatch = check_end(walk, document)) return mismatch;
    return read(string);
  }

  MaybeMismatch read_view(const JsonWalk& walk, const Type& type, std::string& out) {
    const std::string_view text = walk.text();
    if (text.front() != '"') return walk.wrong(type, text);
    return read_string(walk, text, [&](std::string_view string) -> MaybeMismatch {
      if (type.kind() == Kind::str) {
        out += string;
      } else if (!append_from_base64(string, out)) {
        Mismatch mismatch = walk.wrong(type, text);
        mismatch.expected += " (padded base64)";
        return mismatch;
      }
      return {};
    });
  }

  MaybeMismatch read_msgpack(const JsonWalk& walk, const Type& type, std::string& out) {
    const std::string_view text = walk.text();
    if (is_composed(text)) {
      return read_composed(walk, text,
                           [&](JsonValue& value) { return values::read_msgpack(walk, type, value, out); });
    }
    if (text.front() != '"') return read_msgpack_token(walk, type, text, out);
    return read_string(walk, text, [&](std::string_view string) {
      return read_msgpack_string(walk, type, text, string, out);
    });
  }
};

JsonDecoder::JsonDecoder(Type type) : type_(std::move(type)), parser_(std::make_unique<Parser>()) {}
JsonDecoder::~JsonDecoder() = default;
JsonDecoder::JsonDecoder(JsonDecoder&&) noexcept = default;
JsonDecoder& JsonDecoder::operator=(JsonDecoder&&) noexcept = default;

std::optional<Mismatch> JsonDecoder::decode_raw(std::string_view json, std::byte* at) {
  const std::string_view text = trim_json(json);
  if (type_.kind() < Kind::any) {
    if (read_scalar(type_.kind(), text, at)) return {};
    Mismatch mismatch = nothing_found(type_);
    mismatch.found = describe_scalar(type_.kind(), text);
    return mismatch;
  }
  if (text.empty()) return nothing_found(type_);
  const JsonWalk walk(json);
  if (!is_composed(text)) return walk.wrong(type_, text);
  std::memset(at, 0, type_.layout()->size);
  return parser_->read_composed(walk, text,
                                [&](JsonValue& value) { return read_raw(walk, type_, value, at); });
}

std::optional<Mismatch> JsonDecoder::decode(std::string_view json, std::string& out) {
  const std::size_t size_before = out.size();
  const JsonWalk walk(json);
  MaybeMismatch mismatch;
  if (walk.text().empty()) {
    mismatch = nothing_found(type_);
  } else if (const auto layout = type_.layout()) {
    out.resize(size_before + layout->size);
    mismatch = decode_raw(json, reinterpret_cast<std::byte*>(out.data() + size_before));
  } else if (wire_of(type_) == Wire::views) {
    mismatch = parser_->read_view(walk, type_, out);
  } else {
    mismatch = parser_->read_msgpack(walk, type_, out);
  }
  if (mismatch) out.resize(size_before);
  return mismatch;
}

std::optional<Mismatch> JsonDecoder::decode_text(std::string_view text, std::string& out) {
  if (wire_of(type_) != Wire::views) return decode(text, out);
  out += text;
  return {};
}

}  // namespace prong::values
