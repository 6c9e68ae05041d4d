// One process's part in a run of MPI, without MPI: the exchanges of this process, which are its ports, and
// what goes from them to those of other ranks. What a rank sends to itself does not leave the switchboard.
//
//   submit ──> waiting ──(somebody has room)──> job ══> the other's port ──> Assigned, or its backlog
//   Answered, GivenUp <── answer, refusal <══ answer(), refuse()
//
// **A star.** Rank 0 has the clients. Every other rank tells rank 0 alone what it serves, and gets jobs of no
// other. So two ranks other than 0 never speak with one another.
//
// **Who gets a job** is decided where it was submitted: the peer that has the fewest jobs of ours for those
// that it takes. As long as nobody has room, it waits there. A peer that gets more than it takes, since it
// gets jobs of several processes, keeps them waiting itself.
//
// **The end.** When rank 0 has no port any more, it says that all is over; the others end what they do, and
// say bye. The last words between two ranks are `over` and `bye`, so that nothing is on its way after them.
#pragma once

#include "cluster/mpi/directory.hpp"
#include "cluster/mpi/parcel.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace prong::cluster::mpi {

// Not thread-safe.
class Switchboard {
 public:
  using Clock = Exchange::Clock;
  using Port = std::uint32_t;

  Switchboard(int rank, int ranks, Clock::time_point now);

  // An exchange of this process; `ring` is called when there are events for it.
  [[nodiscard]] Port open(std::function<void()> ring);
  // What it has been given is refused; of what it submitted nobody wants to know.
  void close(Port port);

  // As in Exchange.
  void serve(Port port, const std::string& queue, bool always);
  void leave(Port port, const std::string& queue);
  void take_at_most(Port port, std::size_t jobs);
  [[nodiscard]] Ticket submit(Port port, const std::string& queue, Bytes payload);
  void forget(Ticket ticket);
  void answer(JobNumber job, Bytes payload);
  void refuse(JobNumber job);
  // Answered when every other rank, and every node of this one, has offered something; what a node serves
  // before its next take_events() is one offer, since a part of it would look like the whole. Or when
  // limits::mpi_offers_time has passed: what nobody serves by then, nobody has.
  void ask_servers(Port port);
  [[nodiscard]] std::vector<Event> take_events(Port port);

  // The other side: parcels from and to other ranks.
  void take(Parcel parcel);
  [[nodiscard]] std::vector<Parcel> take_outgoing();
  [[nodiscard]] bool has_outgoing() const noexcept { return !outgoing_.empty(); }
  // What is due by time alone.
  void tend(Clock::time_point now);

  [[nodiscard]] bool has_ports() const noexcept { return !ports_.empty(); }
  // Rank 0: tells the others. After that, nothing is sent any more.
  void say_over();
  // Another rank: precondition: over, and without ports.
  void say_bye();
  [[nodiscard]] bool over() const noexcept { return over_; }
  // Rank 0: who has not said bye.
  [[nodiscard]] std::vector<int> missing() const;

 private:
  struct Facts {
    std::function<void()> ring;
    std::vector<Event> events = {};
    std::set<std::string> queues = {};
    std::set<std::string> always = {};
    std::size_t jobs_max = 1;
    std::size_t jobs = 0;             // that are held, and count
    std::deque<Parcel> backlog = {};  // jobs, until there is room
    bool is_node = false;             // it has said how many it takes
    bool has_served = false;          // something that is not served always
    bool has_offered = false;         // and the others know that this was all
    bool asks = false;                // for servers
  };
  struct Waiting {
    Ticket ticket = 0;
    Port port = 0;
    Bytes payload = {};
  };
  struct Sent {
    Port port = 0;
    Peer to = {};
    bool counts = false;
    bool wanted = true;
  };
  struct Held {
    Port port = 0;
    Peer from = {};
    Ticket ticket = 0;
    bool counts = false;
  };

  void tell(Port port, Event event);
  void send(Parcel parcel);
  void announce(Parcel parcel);  // to all who may submit something
  void handle(Parcel parcel);
  void take_job(Parcel parcel);
  void give(Port port, Parcel parcel, bool counts);
  void end_ticket(Parcel parcel);
  void end_job(JobNumber job, ParcelKind kind, Bytes payload);
  void place_waiting();
  void settle();
  [[nodiscard]] bool all_have_offered() const;

  const int rank_;
  const int ranks_;
  const Clock::time_point offers_due_;
  Clock::time_point now_;
  std::map<Port, Facts> ports_;
  Port next_port_ = 0;
  Directory directory_;
  std::set<Peer> offered_;  // who has offered something
  std::map<std::string, std::deque<Waiting>> waiting_;
  std::unordered_map<Ticket, Sent> sent_;
  std::unordered_map<JobNumber, Held> held_;
  Ticket last_ticket_ = 0;
  JobNumber last_job_ = 0;
  std::deque<Parcel> local_;  // to this rank
  std::vector<Parcel> outgoing_;
  std::set<int> byes_;
  bool over_ = false;
  bool silent_ = false;  // the last word is said
};

}  // namespace prong::cluster::mpi
