// What the ranks of a run say to one another, and how it looks on the way.
#pragma once

#include "cluster/exchange.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace prong::cluster::mpi {

// One exchange: of which process, and which of it.
struct Peer {
  int rank = 0;
  std::uint32_t port = 0;
  auto operator<=>(const Peer&) const = default;
};

enum class ParcelKind : std::uint8_t {
  capacity,  // `from` takes `number` jobs at a time
  serves,    // `from` serves `queue`; `always`: any number of jobs of it
  leaves,    // no longer
  offered,   // `from` has said once what it serves, all of it
  closed,    // `from` is gone
  job,       // `number` is the submitter's ticket
  answer,    // to the job of that ticket
  refusal,   // of it
  over,      // rank 0 is done: nobody needs anything any more
  bye,       // and `from` has ended what it did
};

struct Parcel {
  ParcelKind kind = ParcelKind::over;
  bool always = false;
  Peer from = {};
  Peer to = {};  // the port counts for job, answer and refusal
  std::uint64_t number = 0;
  std::string queue = {};
  Bytes payload = {};
};

// The payload is not more than limits::engine_payload_bytes_max, so all of it less than 2^31 bytes.
[[nodiscard]] Bytes encode(const Parcel& parcel);
// From rank `from`, to rank `to`. Nothing: another Prong wrote it.
[[nodiscard]] std::optional<Parcel> decode(std::span<const std::byte> bytes, int from, int to);

}  // namespace prong::cluster::mpi
