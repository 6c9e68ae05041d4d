// The thread that looks, sends, and sleeps in between.
#include "cluster/mpi/endpoint.hpp"

#include "cluster/mpi/module.hpp"
#include "limits.hpp"
#include "transport/quiet_thread.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <future>
#include <vector>

namespace prong::cluster::mpi {

namespace {

// Sleeps until the descriptor can be read, or for that time.
void sleep(std::chrono::nanoseconds time, int descriptor) {
  pollfd look{.fd = descriptor, .events = POLLIN, .revents = 0};
  const timespec limit{.tv_sec = 0, .tv_nsec = static_cast<long>(time.count())};
  static_cast<void>(::ppoll(&look, 1, &limit, nullptr));
}

}  // namespace

std::shared_ptr<Endpoint> Endpoint::get() {
  // MPI is one in a process, whatever the number of its pools and nodes.
  static std::mutex mutex;
  static std::weak_ptr<Endpoint> current;
  static bool was_made = false;
  const std::lock_guard lock{mutex};
  if (auto endpoint = current.lock()) return endpoint;
  if (was_made)
    throw UsageError{
        "MPI has ended in this process, with its last pool or node, and cannot be started again: keep one of "
        "them as long as more are to come"};
  auto endpoint = std::make_shared<Endpoint>(open_module());
  was_made = true;
  current = endpoint;
  return endpoint;
}

Endpoint::Endpoint(const prong_mpi_line& line) : line_{line}, wakeup_{transport::make_eventfd()} {
  std::promise<bool> joined;
  auto has_joined = joined.get_future();
  thread_ = transport::start_quiet_thread([this, &joined] {  // as are those that MPI starts
    const bool is_joined = join();
    joined.set_value(is_joined);
    if (is_joined) serve();
  });
  if (has_joined.get()) return;
  thread_.join();
  throw Refused{"no-mpi", "MPI cannot be used: " + problem_};
}

Endpoint::~Endpoint() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  transport::signal_eventfd(wakeup_.number());
  thread_.join();
}

Endpoint::Outgoing::~Outgoing() {
  if (endpoint_.switchboard_->has_outgoing()) transport::signal_eventfd(endpoint_.wakeup_.number());
}

bool Endpoint::join() {
  std::array<char, 256> problem{};
  if (line_.join(&rank_, &ranks_, problem.data(), problem.size()) != 0) {
    problem_ = problem.data();
    return false;
  }
  switchboard_ = std::make_unique<Switchboard>(rank_, ranks_, Exchange::Clock::now());
  return true;
}

void Endpoint::serve() {
  auto pause = limits::mpi_pause_least;
  while (true) {
    const bool has_sent = send_all();
    const bool has_received = receive_all();
    tidy_sends();
    if (step_to_end()) break;
    // MPI moves long messages along only while it is called.
    pause = has_sent || has_received || !sendings_.empty() ? limits::mpi_pause_least
                                                           : std::min(2 * pause, limits::mpi_pause_most);
    sleep(pause, wakeup_.number());
    transport::drain_eventfd(wakeup_.number());
  }
  line_.leave();
}

bool Endpoint::send_all() {
  std::vector<Parcel> parcels;
  {
    const std::lock_guard lock{mutex_};
    switchboard_->tend(Exchange::Clock::now());
    parcels = switchboard_->take_outgoing();
  }
  for (Parcel& parcel : parcels) {
    Sending& sending = sendings_.emplace_back();
    sending.bytes = encode(parcel);
    parcel.payload = {};
    sending.handle = line_.send(parcel.to.rank, sending.bytes.data(), static_cast<int>(sending.bytes.size()));
  }
  return !parcels.empty();
}

bool Endpoint::receive_all() {
  bool any = false;
  int rank = 0;
  int size = 0;
  while (line_.arrived(&rank, &size) != 0) {
    Bytes bytes(static_cast<std::size_t>(size));
    line_.receive(bytes.data());
    auto parcel = decode(bytes, rank, rank_);
    if (!parcel)
      line_.end(fmt::format("rank {} runs another version of Prong than rank {}", rank, rank_).c_str());
    const std::lock_guard lock{mutex_};
    switchboard_->take(std::move(*parcel));
    any = true;
  }
  return any;
}

void Endpoint::tidy_sends() {
  sendings_.remove_if([&](const Sending& one) { return line_.sent(one.handle) != 0; });
}

bool Endpoint::step_to_end() {
  std::vector<int> missing;
  {
    const std::lock_guard lock{mutex_};
    if (!ends_) return false;
    if (!has_said_end_) {
      if (rank_ == 0) {
        switchboard_->say_over();
      } else if (switchboard_->over()) {
        switchboard_->say_bye();
      } else {
        return false;
      }
      has_said_end_ = true;
      end_due_ = Exchange::Clock::now() + limits::mpi_farewell_time;
    }
    if (rank_ == 0) missing = switchboard_->missing();
    if (missing.empty()) return sendings_.empty() && !switchboard_->has_outgoing();
  }
  if (Exchange::Clock::now() > end_due_) give_up_missing(missing);
  return false;
}

void Endpoint::give_up_missing(const std::vector<int>& ranks) {
  line_.end(fmt::format("rank {} of MPI does not answer at the end of the run: all ranks are ended",
                        fmt::join(ranks, ", "))
                .c_str());
}

}  // namespace prong::cluster::mpi
