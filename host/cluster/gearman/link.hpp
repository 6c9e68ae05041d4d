// One line to one broker: a connection that is made again whenever it is lost, with what was submitted,
// asked for and assigned over it.
//
//   waiting ──> connecting ──> greeted ──(ECHO_RES)──> up
//      ^            └──────────────┴──────────────────┘
//      └── after 50 ms to 2 s, when it is lost; what was lost with it is a Loss
//
// As a worker it asks for one job at first, and for more while there are some (GRAB_JOB); when there are none
// and all that it asked for is answered, it sleeps (PRE_SLEEP) until the broker wakes it (NOOP).
#pragma once

#include "cluster/address.hpp"
#include "cluster/exchange.hpp"
#include "cluster/gearman/connection.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace prong::cluster::gearman {

// What went with a connection.
struct Loss {
  std::string reason = {};
  std::vector<Ticket> tickets = {};
  std::vector<JobNumber> jobs = {};
  std::size_t asks = 0;  // for servers, without an answer
};

class Link {
 public:
  using Clock = Exchange::Clock;

  Link(Host host, JobNumber& last_job);

  [[nodiscard]] const Host& host() const noexcept { return host_; }
  // Connected, and the broker has answered.
  [[nodiscard]] bool up() const noexcept { return phase_ == Phase::up; }

  void serve(const std::string& queue);
  // The broker is told when no job of it is held any more: it takes back all that we hold of a queue that we
  // leave, counts them as lost, and gives them to others.
  void leave(const std::string& queue);
  // Whether it is worth to ask for one more job.
  [[nodiscard]] bool wants_job() const;
  void grab();
  // Whether queues that were left have kept jobs of all others away for too long. Another line can serve
  // those then: the one that this returns, and this one takes no more jobs.
  [[nodiscard]] bool is_held_up(Clock::time_point now) const noexcept;
  [[nodiscard]] std::unique_ptr<Link> successor();
  // A line with a successor has done what it had to do.
  [[nodiscard]] bool is_done() const noexcept { return retired_ && taken() == 0 && !has_unsent(); }
  // Jobs that are held or asked for.
  [[nodiscard]] std::size_t taken() const noexcept { return held_.size() + grabs_; }

  // Precondition of all of these: up().
  void submit(Ticket ticket, std::string_view unique_id, const std::string& queue,
              std::span<const std::byte> payload);
  void ask_servers();
  // No matter what is known of the ticket or the job; whether the job was held here.
  void forget(Ticket ticket) { wanted_.erase(ticket); }
  [[nodiscard]] bool holds(JobNumber job) const { return held_.contains(job); }
  bool answer(JobNumber job, std::span<const std::byte> payload);
  // Whether the broker's machine has not yet taken all of its answer.
  [[nodiscard]] bool is_sending(JobNumber job) const { return sending_.contains(job); }
  // Whether part of a large packet has come just now, and more of it is to come.
  [[nodiscard]] bool is_receiving(Clock::time_point now) const noexcept;
  bool refuse(JobNumber job);

  [[nodiscard]] int descriptor() const noexcept { return connection_ ? connection_->descriptor() : -1; }
  [[nodiscard]] short interest() const noexcept { return connection_ ? connection_->interest() : short{0}; }
  [[nodiscard]] bool has_unsent() const noexcept { return connection_ && connection_->has_unsent(); }
  // The socket took less than it was given at last.
  [[nodiscard]] bool is_backed_up() const noexcept { return is_backed_up_ && has_unsent(); }
  // When tend() is to be called although nothing happened.
  [[nodiscard]] Clock::time_point due() const noexcept;
  // Connects, sends, reconnects.
  void tend(Clock::time_point now);
  // Reads, and appends what happened. To be called before tend() whenever the descriptor can be read.
  void read(Clock::time_point now, std::vector<Event>& events);
  // Gives up a broker that does not answer. To be called when all that has come is read.
  void watch(Clock::time_point now);
  // Whether the connection was lost, or could not be made, since the last time.
  [[nodiscard]] std::optional<Loss> take_loss();

 private:
  enum class Phase { waiting, connecting, greeted, up };
  struct Held {
    std::string handle;
    std::string queue;
  };

  void take(Packet packet, Clock::time_point now, std::vector<Event>& events);
  void take_job(Packet packet, std::vector<Event>& events);
  void take_error(const Packet& packet, std::vector<Event>& events);
  // The ticket of a job that has ended, when somebody still wants it.
  [[nodiscard]] std::optional<Ticket> end_ticket(std::string_view handle);
  void settle_grab(bool got_one);
  void arrive(Clock::time_point now);
  void lose(Clock::time_point now);
  void note_sent(Clock::time_point now);
  void take_text(const Packet& packet, std::vector<Event>& events);
  std::optional<Held> release(JobNumber job);
  void leave_idle_queues();

  Host host_;
  JobNumber& last_job_;
  Phase phase_ = Phase::waiting;
  std::optional<Connection> connection_;
  std::optional<Loss> loss_;
  Clock::time_point retry_at_ = {};
  Clock::duration retry_delay_;
  Clock::time_point up_since_ = {};
  std::minstd_rand chance_;
  std::optional<Clock::time_point> probed_;  // an echo is due since then

  std::deque<Ticket> submitted_;                       // their JOB_CREATED is due, in this order
  std::unordered_map<std::string, Ticket> by_handle_;  // their end is due
  std::unordered_set<Ticket> wanted_;                  // of both, what was not forgotten
  std::size_t asks_ = 0;
  Servers servers_;  // of the last list

  std::set<std::string> queues_;   // served
  std::set<std::string> leaving_;  // announced, to be left
  std::optional<Clock::time_point> leaving_since_;
  bool retired_ = false;  // it has a successor
  std::unordered_map<JobNumber, Held> held_;
  std::map<std::string, std::size_t> held_of_;  // a queue
  // Answers that are being sent: up to which byte of all that is sent here.
  std::unordered_map<JobNumber, std::uint64_t> sending_;
  bool is_backed_up_ = false;
  std::size_t grabs_ = 0;  // whose answer is due
  std::size_t grabs_max_ = 1;
  bool dry_ = false;  // the broker had no job: ask no more before it has woken us
  bool asleep_ = false;
};

}  // namespace prong::cluster::gearman
