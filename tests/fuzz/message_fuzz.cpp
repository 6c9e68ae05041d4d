// What comes over an engine, from whoever reaches it: any bytes at all, read by the real code. What is taken
// for a message can be worked on as it says, and is the same one when it is sent again. The first byte says
// as what the rest is read; message_seeds.cpp writes the same.
#include "assertion.hpp"
#include "cluster/gearman/packet.hpp"
#include "cluster/gearman/servers.hpp"
#include "cluster/message.hpp"
#include "cluster/mpi/parcel.hpp"
#include "cluster/seal.hpp"
#include "message_forms.hpp"
#include "message_members.hpp"
#include "piece_check.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::test {

namespace {

// Just as large as the message is, so that a sanitizer sees a read beyond it.
Bytes exact(std::span<const std::uint8_t> bytes) {
  const auto copied = std::as_bytes(bytes);
  return {copied.begin(), copied.end()};
}

std::uint64_t sum_of(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (const std::byte byte : bytes)
    sum += std::to_integer<std::uint64_t>(byte);
  return sum;
}

template <class Message>
void assert_same_when_sent(const Message& message, const auto& decode) {
  const auto again = decode(encode(message));
  assert_that(again && same(message, *again), "a message that was read is another one when sent again", {});
}

void read_request(const Bytes& bytes) {
  const auto request = decode_request(bytes);
  if (!request) return;
  assert_same_when_sent(*request, decode_request);
  if (!request->chunk) return;
  const Items items = request->chunk->items();
  for (std::size_t i = 0; i + 1 < items.offsets.size(); ++i)
    static_cast<void>(
        sum_of(items.bytes.subspan(items.offsets[i], items.offsets[i + 1] - items.gap - items.offsets[i])));
}

// Where all items failed, nothing need be said of their results: JobState::hand_over does.
Piece with_ends(Piece piece) {
  if (piece.encoding == Encoding::raw && piece.stride == 0)
    piece.ends.resize(piece.count, piece.bytes.size());
  return piece;
}

void read_answer(const Bytes& bytes) {
  const auto answer = decode_answer(bytes);
  if (!answer) return;
  assert_same_when_sent(*answer, decode_answer);
  std::uint64_t next = 0;
  for (const Piece& piece : answer->pieces) {
    assert_that(piece.first == next, "pieces do not follow on one another",
                {{"piece", piece.first}, {"wanted", next}});
    assert_that(piece.count <= bytes.size(), "more items than bytes were sent for them",
                {{"items", piece.count}, {"bytes", bytes.size()}});
    check_piece(with_ends(piece));
    next += piece.count;
  }
}

void read_claim(const Bytes& bytes) {
  if (const auto claim = decode_claim(bytes)) assert_same_when_sent(*claim, decode_claim);
}

void read_claim_answer(const Bytes& bytes) {
  if (const auto answer = decode_claim_answer(bytes)) assert_same_when_sent(*answer, decode_claim_answer);
}

// Without a key; with one, none of these bytes are a letter.
void read_letter(const Bytes& bytes) {
  static const Seal key{Seal::Key{1, 2, 3}};
  static const Seal none;
  assert_that(!key.open(queue_of_seeds, bytes), "a letter that nobody with the key wrote", {});
  const auto letter = none.open(queue_of_seeds, bytes);
  if (!letter) return;
  assert_that(none.close(letter->envelope, queue_of_seeds, letter->content) == bytes,
              "a letter that was opened is another one when closed again", {});
}

struct Heard {
  std::vector<gearman::Packet> packets;
  std::string wrong;
};

Heard hear(std::span<const std::byte> bytes, std::size_t step) {
  gearman::PacketReader reader;
  Heard heard;
  while (!bytes.empty() && reader.wrong().empty()) {
    const auto space = reader.space();
    assert_that(!space.empty(), "no room for the next byte, and nothing is wrong", {{"left", bytes.size()}});
    const std::size_t count = std::min({step, bytes.size(), space.size()});
    std::ranges::copy(bytes.first(count), space.begin());
    reader.take(count);
    bytes = bytes.subspan(count);
    while (auto packet = reader.next())
      heard.packets.push_back(std::move(*packet));
  }
  heard.wrong = reader.wrong();
  return heard;
}

// However the stream is cut, the same packets come out of it.
void read_packets(const Bytes& bytes) {
  const Heard whole = hear(bytes, std::numeric_limits<std::size_t>::max());
  const Heard cut = hear(bytes, 1);
  const auto equal = [](const gearman::Packet& one, const gearman::Packet& other) {
    return one.type == other.type && one.words == other.words && one.data == other.data;
  };
  assert_that(std::ranges::equal(whole.packets, cut.packets, equal) && whole.wrong == cut.wrong,
              "other packets when the stream comes byte by byte",
              {{"whole", whole.packets.size()}, {"cut", cut.packets.size()}});
  for (const gearman::Packet& packet : whole.packets) {
    static_cast<void>(sum_of(packet.data));
    if (packet.type == gearman::PacketType::text)
      static_cast<void>(gearman::servers_from_status(packet.text()));
  }
}

void read_parcel(const Bytes& bytes) {
  const auto parcel = mpi::decode(bytes, 1, 0);
  if (!parcel) return;
  const auto again = mpi::decode(mpi::encode(*parcel), 1, 0);
  assert_that(again && again->kind == parcel->kind && again->always == parcel->always &&
                  again->from == parcel->from && again->to == parcel->to && again->number == parcel->number &&
                  again->queue == parcel->queue && again->payload == parcel->payload,
              "a parcel that was read is another one when sent again", {});
}

void read(MessageForm form, const Bytes& bytes) {
  switch (form) {
    case MessageForm::request:
      return read_request(bytes);
    case MessageForm::answer:
      return read_answer(bytes);
    case MessageForm::claim:
      return read_claim(bytes);
    case MessageForm::claim_answer:
      return read_claim_answer(bytes);
    case MessageForm::letter:
      return read_letter(bytes);
    case MessageForm::packets:
      return read_packets(bytes);
    case MessageForm::parcel:
      return read_parcel(bytes);
  }
}

}  // namespace

}  // namespace prong::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prong::test;
  if (size == 0) return 0;
  read(static_cast<MessageForm>(data[0] % message_forms), exact({data + 1, size - 1}));
  return 0;
}
