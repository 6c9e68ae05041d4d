// The exchange over MPI: a port of this process's endpoint. Who gets which job: switchboard.hpp; when this
// process speaks with others: endpoint.hpp.
//
// There is no Parted: MPI has no rank that goes away and comes back. GivenUp comes when a node has ended that
// had the job; Over, when rank 0 has.
#pragma once

#include "cluster/exchange.hpp"
#include "cluster/mpi/endpoint.hpp"
#include "transport/file_descriptor.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace prong::cluster::mpi {

class MpiExchange : public Exchange {
 public:
  // The process's first one starts MPI, and waits for all ranks. Throws what Endpoint::get() throws. [blocks]
  MpiExchange();
  explicit MpiExchange(std::shared_ptr<Endpoint> endpoint);
  // The last one ends MPI, once rank 0's has gone. [blocks]
  ~MpiExchange() override;

  void serve(const std::string& queue) override;
  void leave(const std::string& queue) override;
  void take_at_most(std::size_t jobs) override;
  void serve_always(const std::string& queue) override;
  // These two throw UsageError for a payload of more than limits::engine_payload_bytes_max, which with what
  // belongs to it is less than the 2^31 bytes of a message of MPI.
  [[nodiscard]] Ticket submit(const std::string& queue, std::span<const std::byte> payload) override;
  void answer(JobNumber job, std::span<const std::byte> payload) override;
  void forget(Ticket ticket) override;
  void refuse(JobNumber job) override;
  void ask_servers() override;
  [[nodiscard]] std::vector<Event> wait(Clock::time_point deadline, int wakeup) override;
  [[nodiscard]] unsigned rank() const override { return static_cast<unsigned>(endpoint_->rank()); }

 private:
  transport::FileDescriptor bell_;  // there are events
  std::shared_ptr<Endpoint> endpoint_;
  Switchboard::Port port_;
};

}  // namespace prong::cluster::mpi
