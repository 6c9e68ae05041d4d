// Bytes on their way out of a socket that takes them as it likes. Small ones are gathered, large ones copied
// once, and not moved after that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace prong::cluster::gearman {

class Outgoing {
 public:
  void append(std::span<const std::byte> bytes);
  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
  // As many as the socket takes now; how many, or a negative number, an errno.
  [[nodiscard]] std::ptrdiff_t send(int socket);
  // Bytes since the beginning: that were appended, and of these, that the socket took.
  [[nodiscard]] std::uint64_t appended_bytes() const noexcept { return appended_bytes_; }
  [[nodiscard]] std::uint64_t sent_bytes() const noexcept { return sent_bytes_; }

 private:
  void drop(std::size_t bytes);

  std::deque<std::vector<std::byte>> parts_;  // none of them empty
  std::size_t sent_ = 0;                      // of the first one
  std::uint64_t appended_bytes_ = 0;
  std::uint64_t sent_bytes_ = 0;
};

}  // namespace prong::cluster::gearman
