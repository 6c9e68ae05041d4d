// The exchange over Gearman: one thread's connections to one or more brokers.
//
// **Brokers.** Each queue is served at every broker that can be reached. A job is submitted to the first one
// of the address that is up; when that goes away, the next one takes new ones.
//
// **Joined and Parted** alternate, whatever the number of brokers. Joined: what is submitted from now on goes
// to the broker that it names. Parted comes when a broker went away with anything of ours, when the last one
// did, when none could be reached at first, and for what was submitted meanwhile; it names the tickets and
// jobs that are void by it. All others stay valid: their brokers are still there. When one is up, Joined
// follows on Parted at once. A broker that goes away with nothing of ours, while another is up, is no event.
//
// **Two connections** to each broker: one submits, and serves the queues of serve(); another, made when it is
// first needed, serves those of serve_always(), submits what goes beside a job, and asks for servers. A
// worker cannot tell the broker of which queue it wants a job (GRAB_JOB), and cannot stop serving one while
// it works for it: gearmand takes the jobs back at CANT_DO, and counts them as lost. So whoever is full could
// not take a job of one queue without risking to get one of another. And what is small does not wait behind
// what is large.
//
// A job of a queue that was left may still come, when it was on its way. While jobs of a queue that was left
// are held, no jobs of other queues are taken over that connection; when that lasts, another one is made in
// its place, and that one ends when its last job has.
//
// Everything is sent and received in wait(). A broker has to run with -R, or a queue that is always full
// keeps others from being served, and with -j N, or jobs that kill nodes are tried for ever.
#pragma once

#include "cluster/address.hpp"
#include "cluster/exchange.hpp"
#include "cluster/gearman/link.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace prong::cluster::gearman {

class GearmanExchange : public Exchange {
 public:
  // Connects in wait(): Joined tells when, Parted that it could not be done so far. Throws UsageError when
  // the address is not one of Gearman.
  explicit GearmanExchange(const EngineAddress& address);
  ~GearmanExchange() override;

  void serve(const std::string& queue) override;
  void leave(const std::string& queue) override;
  // One job, until told otherwise.
  void take_at_most(std::size_t jobs) override;
  void serve_always(const std::string& queue) override;
  // Throws UsageError for a payload of more than limits::engine_payload_bytes_max.
  [[nodiscard]] Ticket submit(const std::string& queue, std::span<const std::byte> payload) override;
  [[nodiscard]] Ticket submit_beside(JobNumber job, const std::string& queue,
                                     std::span<const std::byte> payload) override;
  void forget(Ticket ticket) override;
  void answer(JobNumber job, std::span<const std::byte> payload) override;
  void refuse(JobNumber job) override;
  [[nodiscard]] bool has_unsent() const override;
  [[nodiscard]] bool is_sending(JobNumber job) const override;
  [[nodiscard]] bool is_backed_up() const override;
  [[nodiscard]] bool is_receiving() const override;
  void ask_servers() override;
  [[nodiscard]] std::vector<Event> wait(Clock::time_point deadline, int wakeup) override;

 private:
  enum class Told { nothing, parted, joined };
  struct Broker {
    std::unique_ptr<Link> link;
    std::unique_ptr<Link> beside = nullptr;
    std::vector<std::unique_ptr<Link>> retired = {};  // in whose place `link` is
    bool failed = false;                              // ever

    [[nodiscard]] bool holds(JobNumber job) const;
  };

  template <typename Action>
  void for_each_link(Action action);
  [[nodiscard]] Broker* find_broker();
  template <typename Condition>
  [[nodiscard]] bool any_link(Condition condition) const;
  // null: no broker is up.
  [[nodiscard]] Ticket submit_over(Link* link, const std::string& queue, std::span<const std::byte> payload);
  // The one for what is small.
  [[nodiscard]] static Link* find_beside(Broker& broker);
  void replace_held_up(Clock::time_point now);
  void tend(Clock::time_point now);
  void grab_jobs();
  void tell_loss(Loss loss);
  void tell_stranded();
  void tell_joined();
  // Whether `wakeup` can be read.
  bool poll_until(Clock::time_point deadline, int wakeup);

  std::vector<Broker> brokers_;
  std::size_t turn_ = 0;  // which of them is asked for jobs first
  std::size_t jobs_max_ = 1;
  std::string unique_prefix_;  // random
  Ticket last_ticket_ = 0;
  JobNumber last_job_ = 0;
  std::size_t asks_ = 0;          // that no broker has heard of yet
  std::vector<Ticket> stranded_;  // submitted while no broker was up
  Told told_ = Told::nothing;
  std::string reason_;  // of the last loss
  std::vector<Event> events_;
};

}  // namespace prong::cluster::gearman
