// A connection to an engine that carries jobs from whoever submits them to whoever serves their queue. The
// only thing that an engine has to do for the rest of this folder: Gearman's broker and MPI each have one.
//
//   one peer: submit(queue, payload) ──> engine ──> Assigned at one peer that serves the queue
//             Answered             <── engine <──   answer(job, payload)
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prong::cluster {

// A job that was submitted here: never twice the same in one process.
using Ticket = std::uint64_t;
// A job that was assigned to us; the exchange's own number of it.
using JobNumber = std::uint64_t;
using Bytes = std::vector<std::byte>;

// Somebody's job for us, of a queue that we serve. It has to be answered, once.
struct Assigned {
  JobNumber job = 0;
  std::string queue = {};
  Bytes payload = {};
};

// The answer to what was submitted here. Whoever reached the engine may have made it.
struct Answered {
  Ticket ticket = 0;
  Bytes payload = {};
};

// The engine gave the job up: who took it was lost, again and again, or refused it.
struct GivenUp {
  Ticket ticket = 0;
};

// The engine went away. What was submitted here and not answered will not be; what was assigned to us cannot
// be answered any more. Queues are served, and jobs taken, as soon as it is back: `Joined` tells.
// An engine of several brokers goes away in parts: only what is named here is void. With one, that is all.
struct Parted {
  std::string reason = {};  // "gearman://10.0.0.1:4730 closed the connection"
  std::vector<Ticket> tickets = {};
  std::vector<JobNumber> jobs = {};
};
struct Joined {
  std::string engine = {};  // "gearman://10.0.0.1:4730"
};

// How many peers serve each queue, as of now; those without are not in it. Answers ask_servers().
struct Servers {
  std::map<std::string, unsigned, std::less<>> queues = {};
};

// Of an engine that ends with its run (MPI): the client is done. Nothing more comes, and nothing of what was
// assigned needs to be answered.
struct Over {};

using Event = std::variant<Assigned, Answered, GivenUp, Parted, Joined, Servers, Over>;

// Throws UsageError for a payload of more than limits::engine_payload_bytes_max.
void check_payload(std::span<const std::byte> payload);

// One thread's. No function but wait() blocks, and none fails for what the engine does: that is an event.
class Exchange {
 public:
  using Clock = std::chrono::steady_clock;

  Exchange() = default;
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // From now on, jobs of this queue are for us too; or no longer. Remembered when the engine goes away.
  // Idempotent. A queue's name: 1 to 512 printable characters without white space.
  virtual void serve(const std::string& queue) = 0;
  virtual void leave(const std::string& queue) = 0;
  // We take no more jobs while we hold so many that are not answered. Of the queues that were served as
  // `always`, any number, whatever else we hold.
  virtual void take_at_most(std::size_t jobs) = 0;
  virtual void serve_always(const std::string& queue) = 0;

  // A job for any one peer that serves the queue; it waits in the engine as long as there is none. While the
  // engine is away, it is answered by Parted at the next wait().
  [[nodiscard]] virtual Ticket submit(const std::string& queue, std::span<const std::byte> payload) = 0;
  // The same through the broker that assigned the job: who submitted that is to be found there.
  [[nodiscard]] virtual Ticket submit_beside(JobNumber /*job*/, const std::string& queue,
                                             std::span<const std::byte> payload) {
    return submit(queue, payload);
  }
  // Its answer is not wanted any more: no event comes of it. The job itself goes on.
  virtual void forget(Ticket ticket) = 0;

  // Precondition: the job was assigned, and is neither answered nor refused. Nothing when the engine has
  // been away since.
  virtual void answer(JobNumber job, std::span<const std::byte> payload) = 0;
  // The submitter is told that it was given up.
  virtual void refuse(JobNumber job) = 0;

  // Whether something that was submitted or answered has not left this process; wait() sends it.
  [[nodiscard]] virtual bool has_unsent() const { return false; }
  // Whether the answer to this job is on its way out of this machine.
  [[nodiscard]] virtual bool is_sending(JobNumber /*job*/) const { return false; }
  // Whether what is to be sent has to wait for what is being sent.
  [[nodiscard]] virtual bool is_backed_up() const { return false; }
  // Whether part of something large has come just now, and the rest is on its way: what else comes waits
  // behind it.
  [[nodiscard]] virtual bool is_receiving() const { return false; }

  // Servers comes.
  virtual void ask_servers() = 0;

  // Of an engine whose processes are numbered (MPI): which one this is. Clients belong into number 0.
  [[nodiscard]] virtual unsigned rank() const { return 0; }

  // What happened, in order, as soon as there is something; nothing at the deadline, or when `wakeup`, a
  // descriptor, can be read. [blocks]
  [[nodiscard]] virtual std::vector<Event> wait(Clock::time_point deadline, int wakeup) = 0;
};

}  // namespace prong::cluster
