// Which rank does what.
#include "cli/ranks.hpp"

#include "cli/console.hpp"
#include "cli/interruption.hpp"
#include "cli/job_setup.hpp"

#include <prong/error.hpp>
#include <prong/node.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace prong::cli {

namespace {

// The node of rank 0, for as long as the command runs there.
class OwnNode {
 public:
  explicit OwnNode(Node& node) : node_{node}, thread_{[this] { serve(); }} {}
  // What it still does, nobody waits for.
  ~OwnNode() {
    node_.stop();
    node_.stop();
    thread_.join();
  }
  OwnNode(const OwnNode&) = delete;
  OwnNode& operator=(const OwnNode&) = delete;

  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  // When its pool is broken, the other ranks get its items, and the run ends as one in which that happened.
  void serve() {
    try {
      node_.serve();
    } catch (const std::exception& error) {
      console::complain(error.what());
      failed_ = true;
    }
  }

  Node& node_;
  std::atomic<bool> failed_ = false;
  std::thread thread_;
};

}  // namespace

bool runs_on_ranks(const Command& command, const Options& options) {
  return options.engine.address == "mpi" && !command.serves;
}

ExitStatus run_on_ranks(const Command& command, const Options& options, Interruption& interruption) {
  Node node{make_registry(options), {.engine = options.engine, .pool = local_pool_options(options, 0)}};
  if (node.rank() != 0) {
    const Interruption::Drain drain{interruption, [&node] { node.stop(); }};
    node.serve();
    return ExitStatus::success;
  }
  const OwnNode own{node};
  const ExitStatus status = command.run(options, interruption);
  return own.failed() ? std::max(status, ExitStatus::broken) : status;
}

}  // namespace prong::cli
