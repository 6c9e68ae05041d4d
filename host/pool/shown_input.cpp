// From the inputs back to something to read.
#include "pool/shown_input.hpp"

#include "names/printable.hpp"
#include "values/json_writer.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace prong::pool {

namespace {

// A beginning of at most so many bytes, that ends between two characters.
std::string_view beginning(std::string_view text, std::size_t size) {
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t next = end + names::utf8_sequence(text.substr(end)).length;
    if (next > size) break;
    end = next;
  }
  return text.substr(0, end);
}

// What lies in the pool's inputs or outputs at this offset, as a segment's record counts them. `part`: of
// pool_owned; what was copied lies behind the record.
const std::byte* memory_at(const Segment& segment, std::size_t part, std::uint64_t offset) {
  const RangePointer& owner = segment.pool_owned[part] ? segment.pool_owned[part] : segment.record;
  return owner->data() - owner->offset() + offset;
}

std::optional<std::string_view> item_at(const JobFacts& facts, const ItemRange& range, std::uint64_t place) {
  const Segment& segment = *range.segment;
  if (facts.kind != transport::JobKind::map) return std::nullopt;
  const auto& record = *reinterpret_cast<const transport::SegmentRecord*>(segment.record->data());
  const std::uint64_t index = range.start + place;
  if (index >= record.count) return std::nullopt;
  const auto* items = reinterpret_cast<const char*>(memory_at(segment, 0, record.items));
  if (facts.items == Encoding::raw)
    return std::string_view{items + index * facts.item_stride, facts.item_stride};
  const auto* offsets =
      reinterpret_cast<const std::uint64_t*>(memory_at(segment, 1, record.item_offsets)) + index;
  return std::string_view{items + offsets[0], offsets[1] - offsets[0] - record.gap};
}

std::string json_of(const JobFacts& facts, std::string_view item) {
  std::string json;
  const auto bytes = std::as_bytes(std::span{item});
  if (facts.items == Encoding::raw) {
    values::append_json_raw(facts.item_type, bytes.data(), json);
  } else if (values::append_json(facts.item_type, bytes, json)) {
    json.clear();
  }
  return json;
}

bool is_list_of_numbers(const values::Type& type) {
  if (type.kind() != values::Kind::list) return false;
  const values::Kind inside = type.children().front().kind();
  return values::is_integer(inside) || values::is_float(inside);
}

// A number's, in MessagePack, by its first byte; 0: it is no number.
std::size_t number_bytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte <= 0x7f || byte >= 0xe0) return 1;                     // small integers
  if (byte >= 0xca && byte <= 0xcb) return byte == 0xca ? 5 : 9;  // f32, f64
  if (byte >= 0xcc && byte <= 0xd3) return 1 + (std::size_t{1} << (byte & 3U));
  return 0;
}

// JSON of the first numbers of a long list, which goes on. Empty: it is none.
std::string json_of_beginning(const JobFacts& facts, std::string_view list) {
  constexpr std::size_t numbers_max = limits::shown_input_bytes / 2;
  // A count of 16 or of 32 bits: fewer elements are no long list.
  const std::size_t head = list.starts_with('\xdc') ? 3 : list.starts_with('\xdd') ? 5 : 0;
  if (head == 0 || facts.items != Encoding::msgpack || !is_list_of_numbers(facts.item_type)) return {};
  std::size_t end = head;
  std::size_t count = 0;
  for (; count < numbers_max && end < list.size(); ++count) {
    const std::size_t size = number_bytes(list[end]);
    if (size == 0 || size > list.size() - end) return {};
    end += size;
  }
  const std::string numbers{list.substr(head, end - head)};
  std::string json = json_of(facts, std::string{'\xdc', '\0', static_cast<char>(count)} + numbers);
  if (!json.empty()) json.back() = ',';
  return json;
}

bool is_string(const values::Type& type) { return type.kind() == values::Kind::str; }

}  // namespace

ShownInput shown_input(const JobFacts& facts, const ItemRange& range, std::uint64_t place) {
  const auto item = item_at(facts, range, place);
  if (!item) return {};
  const bool is_verbatim = facts.items == Encoding::text && is_string(facts.item_type);
  if (facts.items == Encoding::json || (facts.items == Encoding::text && !is_verbatim)) {
    const std::string_view text = beginning(*item, limits::shown_input_bytes);
    return {std::string{text}, text.size() < item->size()};
  }
  // What is as long as it wants to be is cut before it is transcoded.
  std::string_view part = *item;
  if (is_verbatim || facts.items == Encoding::views) part = beginning(part, limits::shown_input_bytes);
  const bool is_long = part.size() > limits::transcoded_input_bytes_max;
  std::string json;
  if (is_long) {
    json = json_of_beginning(facts, part);
  } else if (is_verbatim) {
    values::append_json_string(part, json);
  } else {
    json = json_of(facts, part);
  }
  const std::string_view text = beginning(json, 2 * limits::shown_input_bytes);
  return {std::string{text}, is_long || part.size() < item->size() || text.size() < json.size()};
}

}  // namespace prong::pool
