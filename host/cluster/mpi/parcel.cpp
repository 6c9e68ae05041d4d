// A head of fixed size, the queue, the payload. Ranks of one run are machines of one kind: numbers are sent
// as they lie.
#include "cluster/mpi/parcel.hpp"

#include <algorithm>
#include <cstring>

namespace prong::cluster::mpi {

namespace {

// "PRGM", and a number that changes with what is said.
constexpr std::uint64_t version = 0x5052'474d'0000'0001;

struct Head {
  std::uint64_t version = mpi::version;
  std::uint64_t number = 0;
  std::uint32_t from_port = 0;
  std::uint32_t to_port = 0;
  std::uint32_t queue_bytes = 0;
  std::uint8_t kind = 0;
  std::uint8_t always = 0;
  std::uint8_t unused[2] = {};
};
static_assert(sizeof(Head) == 32);

}  // namespace

Bytes encode(const Parcel& parcel) {
  const Head head{.number = parcel.number,
                  .from_port = parcel.from.port,
                  .to_port = parcel.to.port,
                  .queue_bytes = static_cast<std::uint32_t>(parcel.queue.size()),
                  .kind = static_cast<std::uint8_t>(parcel.kind),
                  .always = parcel.always};
  Bytes bytes(sizeof head + parcel.queue.size() + parcel.payload.size());
  std::memcpy(bytes.data(), &head, sizeof head);
  const auto rest = std::span{bytes}.subspan(sizeof head);
  std::ranges::copy(std::as_bytes(std::span{parcel.queue}), rest.begin());
  std::ranges::copy(parcel.payload, rest.subspan(parcel.queue.size()).begin());
  return bytes;
}

std::optional<Parcel> decode(std::span<const std::byte> bytes, int from, int to) {
  Head head;
  if (bytes.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof head);
  bytes = bytes.subspan(sizeof head);
  if (head.version != version || head.kind > static_cast<std::uint8_t>(ParcelKind::bye) ||
      head.queue_bytes > bytes.size())
    return std::nullopt;
  const auto queue = bytes.first(head.queue_bytes);
  const auto payload = bytes.subspan(head.queue_bytes);
  return Parcel{.kind = static_cast<ParcelKind>(head.kind),
                .always = head.always != 0,
                .from = {from, head.from_port},
                .to = {to, head.to_port},
                .number = head.number,
                .queue = {reinterpret_cast<const char*>(queue.data()), queue.size()},
                .payload = {payload.begin(), payload.end()}};
}

}  // namespace prong::cluster::mpi
