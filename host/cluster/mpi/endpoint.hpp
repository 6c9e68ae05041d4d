// This process's place in a run of MPI: one for all its exchanges, with the one thread that makes all calls
// of MPI. Rank 0's client and node share it, and reach one another without MPI.
//
// **A wait in MPI burns a processor**, so the thread does not: it looks whether something has come, and
// sleeps, for limits::mpi_pause_least after something has, and doubled each time up to
// limits::mpi_pause_most. What exchanges of this process have to send wakes it at once.
//
// **Its life** begins with the first exchange of the process, which blocks until all ranks have come, and
// ends with the last: then rank 0 tells the others that all is over, and waits until they have ended; any
// other rank waits for that. MPI cannot be started again in a process.
//
// **A lost rank** is for MPI to notice: its launcher ends all ranks, says why, and has a status that is not
// 0. A rank that is there and does not answer at the end is noticed here, and ends the run likewise.
#pragma once

#include "cluster/mpi/line.h"
#include "cluster/mpi/switchboard.hpp"
#include "transport/file_descriptor.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace prong::cluster::mpi {

// [any thread]
class Endpoint {
 public:
  // The process's own. Throws Refused ("no-mpi") when there is no MPI, UsageError when it has been and is
  // over. [blocks]
  [[nodiscard]] static std::shared_ptr<Endpoint> get();

  explicit Endpoint(const prong_mpi_line& line);
  ~Endpoint();  // [blocks]
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  [[nodiscard]] int rank() const noexcept { return rank_; }

  // Does something with the switchboard, and has sent what comes of it.
  template <typename Action>
  auto with_switchboard(Action action) {
    const Outgoing outgoing{*this};
    return action(*switchboard_);
  }

 private:
  // Holds the lock, and wakes the thread at its end when that has something to do.
  class Outgoing {
   public:
    explicit Outgoing(Endpoint& endpoint) : endpoint_{endpoint}, lock_{endpoint.mutex_} {}
    ~Outgoing();
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

   private:
    Endpoint& endpoint_;
    std::lock_guard<std::mutex> lock_;
  };
  struct Sending {
    void* handle = nullptr;
    Bytes bytes;
  };

  // All of it the thread's.
  void serve();
  [[nodiscard]] bool join();
  [[nodiscard]] bool send_all();     // whether there was anything
  [[nodiscard]] bool receive_all();  // likewise
  void tidy_sends();
  [[nodiscard]] bool step_to_end();  // whether it is reached
  void give_up_missing(const std::vector<int>& ranks);

  const prong_mpi_line& line_;
  int rank_ = 0;
  int ranks_ = 1;
  std::string problem_;
  transport::FileDescriptor wakeup_;
  std::mutex mutex_;
  std::unique_ptr<Switchboard> switchboard_;  // guarded by mutex_
  bool ends_ = false;                         // guarded by mutex_
  std::list<Sending> sendings_;
  bool has_said_end_ = false;
  Exchange::Clock::time_point end_due_ = {};
  std::thread thread_;
};

}  // namespace prong::cluster::mpi
