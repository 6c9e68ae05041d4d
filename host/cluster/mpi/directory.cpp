// The least loaded of those who serve a queue.
#include "cluster/mpi/directory.hpp"

namespace prong::cluster::mpi {

void Directory::remove(Peer peer, const std::string& queue) {
  const auto found = queues_.find(queue);
  if (found == queues_.end()) return;
  found->second.erase(peer);
  if (found->second.empty()) queues_.erase(found);
}

void Directory::remove(Peer peer) {
  for (auto& [queue, servers] : queues_)
    servers.erase(peer);
  std::erase_if(queues_, [](const auto& queue) { return queue.second.empty(); });
  peers_.erase(peer);
}

std::optional<Peer> Directory::choose(const std::string& queue) const {
  const auto servers = queues_.find(queue);
  if (servers == queues_.end()) return std::nullopt;
  std::optional<Peer> best;
  Load least;
  for (const auto& [peer, always] : servers->second) {
    if (always) return peer;
    const auto known = peers_.find(peer);
    const Load load = known == peers_.end() ? Load{} : known->second;
    if (load.jobs >= load.capacity) continue;
    // jobs / capacity, without a division.
    if (best && load.jobs * least.capacity >= least.jobs * load.capacity) continue;
    best = peer;
    least = load;
  }
  return best;
}

bool Directory::begin(Peer peer, const std::string& queue) {
  if (queues_.at(queue).at(peer)) return false;
  ++peers_[peer].jobs;
  return true;
}

void Directory::end(Peer peer) {
  const auto known = peers_.find(peer);
  if (known != peers_.end() && known->second.jobs > 0) --known->second.jobs;
}

Servers Directory::servers() const {
  Servers servers;
  for (const auto& [queue, peers] : queues_)
    servers.queues.emplace(queue, static_cast<unsigned>(peers.size()));
  return servers;
}

}  // namespace prong::cluster::mpi
