// Who serves which queue, and who should get the next job of it: whoever has the fewest for what he takes.
#pragma once

#include "cluster/mpi/parcel.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace prong::cluster::mpi {

class Directory {
 public:
  void set_capacity(Peer peer, std::size_t jobs) { peers_[peer].capacity = jobs; }
  void add(Peer peer, const std::string& queue, bool always) { queues_[queue][peer] = always; }
  void remove(Peer peer, const std::string& queue);
  void remove(Peer peer);

  // Nothing: nobody serves the queue, or all who do have as many jobs as they take.
  [[nodiscard]] std::optional<Peer> choose(const std::string& queue) const;
  // A job of the queue goes to the peer; and has ended there, when it was one that counts.
  bool begin(Peer peer, const std::string& queue);  // whether it counts
  void end(Peer peer);

  [[nodiscard]] Servers servers() const;

 private:
  struct Load {
    std::size_t capacity = 1;
    std::size_t jobs = 0;  // that count: not those of queues that are served always
  };

  std::map<Peer, Load> peers_;
  std::map<std::string, std::map<Peer, bool>, std::less<>> queues_;  // whether always
};

}  // namespace prong::cluster::mpi
