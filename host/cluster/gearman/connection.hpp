// One TCP connection to a broker, from its name to its end. Nothing here blocks.
#pragma once

#include "cluster/address.hpp"
#include "cluster/gearman/outgoing.hpp"
#include "cluster/gearman/packet.hpp"
#include "cluster/gearman/resolution.hpp"
#include "transport/file_descriptor.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cluster::gearman {

class Connection {
 public:
  using Clock = Exchange::Clock;

  // Begins to connect: to one address of the host after the other, until one takes it. Here, and in tend()
  // until it is open, throws std::system_error when this process may have no more descriptors.
  Connection(const Host& host, Clock::time_point now);

  [[nodiscard]] bool open() const noexcept { return state_ == State::open; }
  // Why it is over, a sentence: "gearman://10.0.0.1:4730 closed the connection". Empty: it is not.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  // Ends it for a reason that follows the broker's name: "assigned a job that nobody asked for".
  void fail(std::string_view what);

  // What poll() is to look at; negative when it is over.
  [[nodiscard]] int descriptor() const noexcept;
  [[nodiscard]] short interest() const noexcept;
  // When tend() is to be called although nothing happened.
  [[nodiscard]] Clock::time_point due() const noexcept;
  // Goes on with connecting; sends what waits.
  void tend(Clock::time_point now);
  // Reads once; false when nothing is there. Then next(), until there is none.
  [[nodiscard]] bool read(Clock::time_point now);
  [[nodiscard]] std::optional<Packet> next();

  // Sent by tend(). Precondition: open.
  void send(PacketType type, std::initializer_list<std::string_view> words = {},
            std::span<const std::byte> data = {});
  void send(PacketType type, std::string_view word);  // as its data
  void send_text(std::string_view line);

  [[nodiscard]] bool has_unsent() const noexcept { return open() && !outgoing_.empty(); }
  // Bytes since the beginning: that were to be sent, and of these, that the broker's machine has taken.
  [[nodiscard]] std::uint64_t given_bytes() const noexcept { return outgoing_.appended_bytes(); }
  [[nodiscard]] std::uint64_t taken_bytes() const noexcept;
  // Part of a packet has come, and not all of it.
  [[nodiscard]] bool is_inside_packet() const noexcept { return open() && reader_.is_inside(); }

  // When bytes last went in either direction.
  [[nodiscard]] Clock::time_point moved() const noexcept { return moved_; }

 private:
  enum class State { resolving, connecting, open, over };

  void connect_next(Clock::time_point now);
  void finish_connecting(Clock::time_point now);

  Host host_;
  State state_ = State::resolving;
  std::optional<Resolution> resolution_;
  std::vector<SocketAddress> addresses_;
  std::size_t tried_ = 0;       // of the addresses
  Clock::time_point deadline_;  // of the step that is under way
  transport::FileDescriptor socket_;
  Outgoing outgoing_;
  PacketReader reader_;
  Clock::time_point moved_;
  std::string failure_;
};

}  // namespace prong::cluster::gearman
