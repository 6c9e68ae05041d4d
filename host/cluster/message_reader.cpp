// The heads of MessagePack (its specification, "Formats"), in whichever width a writer chose.
#include "cluster/message_reader.hpp"

#include <algorithm>

namespace prong::cluster {

namespace {

// First bytes. uint, int, str, bin and array follow one another by width.
constexpr std::uint8_t fix_array = 0x90;
constexpr std::uint8_t fix_str = 0xa0;
constexpr std::uint8_t nil = 0xc0;
constexpr std::uint8_t no = 0xc2;
constexpr std::uint8_t yes = 0xc3;
constexpr std::uint8_t bin_8 = 0xc4;
constexpr std::uint8_t uint_8 = 0xcc;
constexpr std::uint8_t int_8 = 0xd0;
constexpr std::uint8_t str_8 = 0xd9;
constexpr std::uint8_t array_16 = 0xdc;
constexpr std::uint8_t least_negative = 0xe0;

}  // namespace

std::span<const std::byte> MessageReader::take_bytes(std::uint64_t size) {
  if (size > rest_.size()) throw Malformed{};
  const auto taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

std::uint8_t MessageReader::take_byte() { return std::to_integer<std::uint8_t>(take_bytes(1).front()); }

std::uint64_t MessageReader::take_number(std::size_t size) {
  std::uint64_t number = 0;
  for (const std::byte byte : take_bytes(size))
    number = number << 8U | std::to_integer<std::uint64_t>(byte);
  return number;
}

bool MessageReader::take_nil() {
  if (rest_.empty() || rest_.front() != std::byte{nil}) return false;
  rest_ = rest_.subspan(1);
  return true;
}

MessageReader::Integer MessageReader::take_integer() {
  const std::uint8_t head = take_byte();
  if (head < 0x80) return {head, false};
  if (head >= least_negative) return {static_cast<std::uint64_t>(static_cast<std::int8_t>(head)), true};
  if (head >= uint_8 && head < uint_8 + 4) return {take_number(std::size_t{1} << (head - uint_8)), false};
  if (head < int_8 || head >= int_8 + 4) throw Malformed{};
  const std::size_t size = std::size_t{1} << (head - int_8);
  const std::uint64_t read = take_number(size);
  const std::uint64_t sign = std::uint64_t{1} << (8 * size - 1);
  return {(read ^ sign) - sign, (read & sign) != 0};
}

std::size_t MessageReader::take_array() {
  const std::uint8_t head = take_byte();
  std::uint64_t count = 0;
  if (head >= fix_array && head < fix_str) {
    count = head - fix_array;
  } else if (head == array_16 || head == array_16 + 1) {
    count = take_number(head == array_16 ? 2 : 4);
  } else {
    throw Malformed{};
  }
  // Each has at least a byte.
  if (count > rest_.size()) throw Malformed{};
  return count;
}

std::string_view MessageReader::take_str() {
  const std::uint8_t head = take_byte();
  std::uint64_t size = 0;
  if (head >= fix_str && head < nil) {
    size = head - fix_str;
  } else if (head >= str_8 && head < str_8 + 3) {
    size = take_number(std::size_t{1} << (head - str_8));
  } else {
    throw Malformed{};
  }
  const auto bytes = take_bytes(size);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> MessageReader::take_bin() {
  const std::uint8_t head = take_byte();
  if (head < bin_8 || head >= bin_8 + 3) throw Malformed{};
  return take_bytes(take_number(std::size_t{1} << (head - bin_8)));
}

void MessageReader::take(bool& flag) {
  const std::uint8_t head = take_byte();
  if (head != no && head != yes) throw Malformed{};
  flag = head == yes;
}

void MessageReader::take(std::chrono::nanoseconds& time) {
  std::chrono::nanoseconds::rep count = 0;
  take(count);
  time = std::chrono::nanoseconds{count};
}

void MessageReader::take(Bytes& bytes) {
  const auto read = take_bin();
  bytes.assign(read.begin(), read.end());
}

void MessageReader::take(std::array<std::uint8_t, 16>& id) {
  const auto read = take_bin();
  if (read.size() != id.size()) throw Malformed{};
  std::ranges::copy(read, std::as_writable_bytes(std::span{id}).begin());
}

void MessageReader::take(std::vector<std::uint64_t>& numbers) {
  const std::size_t count = take_array();
  numbers.reserve(count);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t more = 0;
    take(more);
    before += more;
    numbers.push_back(before);
  }
}

void MessageReader::take(Piece& piece) {
  take_array_of(field_count<Piece> + 1);
  take_fields(piece);
  const auto read = take_bin();
  if (read.empty()) return;
  // Aligned as by malloc: raw results are read in place. make_shared of bytes promises less.
  const std::shared_ptr<std::byte[]> memory{new std::byte[read.size()]};
  std::ranges::copy(read, memory.get());
  piece.bytes = {memory.get(), read.size()};
  piece.memory = memory;
}

}  // namespace prong::cluster
