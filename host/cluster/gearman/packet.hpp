// Gearman's binary protocol, as a client and worker speaks it, and the reply to the text protocol's `status`
// on the same connection. Source: PROTOCOL in gearmand's repository (github.com/gearman/gearmand), and, where
// that is silent, gearmand 1.1.20.
//
//   "\0REQ" or "\0RES" | type, 4 bytes | size of what follows, 4 bytes, both big-endian
//   word \0 word \0 … data            as many words as the type has; the data may hold anything
#pragma once

#include "cluster/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cluster::gearman {

enum class PacketType : std::uint32_t {
  text = 0,  // not on the wire: all lines of a reply of the text protocol, up to the one that is "."
  // to the broker                                       words; data
  can_do = 1,      // –; queue
  cant_do = 2,     // –; queue
  pre_sleep = 4,   // wake us with noop
  submit_job = 7,  // queue, unique id; payload
  grab_job = 9,
  echo_request = 16,  // –; anything
  // from the broker
  noop = 6,
  job_created = 8,  // –; handle
  no_job = 10,
  job_assign = 11,  // handle, queue; payload
  echo_response = 17,
  error = 19,  // code; sentence
  // both
  work_status = 12,     // handle, numerator; denominator
  work_complete = 13,   // handle; payload
  work_fail = 14,       // –; handle
  work_exception = 25,  // handle; payload
  work_data = 28,       // handle; payload
  work_warning = 29,    // handle; payload
};

struct Packet {
  PacketType type = PacketType::noop;
  std::vector<std::string> words = {};
  Bytes data = {};

  // The data as text.
  [[nodiscard]] std::string_view text() const;
};

// Everything of a request but its data, which has `data_bytes`. Precondition: words hold no NUL, all fits.
[[nodiscard]] std::string request_head(PacketType type, std::initializer_list<std::string_view> words,
                                       std::size_t data_bytes);

// Packets from a broker's bytes, whatever they are. Payloads that are large are read into where they stay.
// Memory that is touched is bounded by what was read, and by limits.hpp.
class PacketReader {
 public:
  PacketReader();

  // Where the next bytes belong. Valid until next() or space(). Never empty when next() had nothing more, and
  // nothing is wrong.
  [[nodiscard]] std::span<std::byte> space();
  // So many bytes were put there.
  void take(std::size_t bytes);

  // The next packet, when all of it is there.
  [[nodiscard]] std::optional<Packet> next();
  // Whether a packet has begun whose data is still on its way.
  [[nodiscard]] bool is_inside() const noexcept { return packet_ && filled_ < data_bytes_; }
  // Why no more packets come: what was read is none. Empty: all is well.
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  [[nodiscard]] std::optional<Packet> next_text();
  // False: more bytes are needed, or something is wrong.
  [[nodiscard]] bool begin_packet();
  [[nodiscard]] bool begin_data(std::size_t bytes);
  [[nodiscard]] std::span<const std::byte> unread() const;

  std::vector<std::byte> staging_;  // what was read and is not a packet's yet: begin_ to end_
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::optional<Packet> packet_;  // its words are complete
  std::size_t data_bytes_ = 0;    // that it will have
  std::size_t filled_ = 0;        // of them are read
  std::string lines_;             // of a text
  std::string wrong_;
};

}  // namespace prong::cluster::gearman
