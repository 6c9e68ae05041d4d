// Messages: an array of the version, what it is, and its fields.
#include "cluster/message.hpp"

#include "cluster/message_reader.hpp"
#include "cluster/message_rules.hpp"
#include "cluster/message_writer.hpp"

#include <exception>

namespace prong::cluster {

namespace {

// Of the fields and their order, whatever changes of them.
constexpr std::uint8_t version = 2;

// So that none is taken for another.
template <class Message>
constexpr std::uint8_t number_of = 0;
template <>
constexpr std::uint8_t number_of<Request> = 1;
template <>
constexpr std::uint8_t number_of<Answer> = 2;
template <>
constexpr std::uint8_t number_of<Claim> = 3;
template <>
constexpr std::uint8_t number_of<ClaimAnswer> = 4;

// Nearly all that the heads and short texts of a message take.
constexpr std::size_t usual_rest = 1024;

template <class Message>
Bytes encode_message(const Message& message, std::size_t bytes) {
  Bytes encoded;
  encoded.reserve(bytes + usual_rest);
  MessageWriter writer{encoded};
  writer.put_array(3);
  writer.put(version);
  writer.put(number_of<Message>);
  writer.put(message);
  return encoded;
}

template <class Message>
std::optional<Message> decode_message(std::span<const std::byte> bytes) {
  try {
    MessageReader reader{bytes};
    std::uint8_t read_version = 0;
    std::uint8_t number = 0;
    reader.take_array_of(3);
    reader.take(read_version);
    reader.take(number);
    if (read_version != version || number != number_of<Message>) return {};
    std::optional<Message> message{std::in_place};
    reader.take(*message);
    if (!reader.at_end() || !is_consistent(*message)) return {};
    return message;
  } catch (const Malformed&) {
    return {};
  } catch (const std::exception&) {  // no memory for it
    return {};
  }
}

}  // namespace

Items Chunk::items() const {
  return {.bytes = bytes,
          .offsets = offsets,
          .count = count,
          .gap = gap,
          .indices = indices,
          .first_index = first_index};
}

Bytes encode(const Request& request) {
  const Chunk none;
  const Chunk& chunk = request.chunk ? *request.chunk : none;
  return encode_message(request, chunk.bytes.size() + 2 * (chunk.offsets.size() + chunk.indices.size()));
}

Bytes encode(const Answer& answer) {
  std::size_t bytes = 0;
  for (const Piece& piece : answer.pieces)
    bytes += piece.bytes.size() + 2 * piece.ends.size();
  return encode_message(answer, bytes);
}

Bytes encode(const Claim& claim) { return encode_message(claim, 0); }
Bytes encode(const ClaimAnswer& answer) { return encode_message(answer, 0); }

std::optional<Request> decode_request(std::span<const std::byte> bytes) {
  return decode_message<Request>(bytes);
}
std::optional<Answer> decode_answer(std::span<const std::byte> bytes) {
  return decode_message<Answer>(bytes);
}
std::optional<Claim> decode_claim(std::span<const std::byte> bytes) { return decode_message<Claim>(bytes); }
std::optional<ClaimAnswer> decode_claim_answer(std::span<const std::byte> bytes) {
  return decode_message<ClaimAnswer>(bytes);
}

}  // namespace prong::cluster
