// Jobs per second through a running gearmand: a client with some in flight, and a node that sends each
// payload back. By hand, for decision 18: prong_gearman_jobs gearman://127.0.0.1:4730 BYTES IN_FLIGHT SECONDS
#include "cluster/gearman/exchange.hpp"

#include <cstdio>
#include <cstdlib>
#include <stop_token>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;
using prong::cluster::Answered;
using prong::cluster::Assigned;
using prong::cluster::Bytes;
using prong::cluster::Exchange;
using prong::cluster::gearman::GearmanExchange;
using prong::cluster::Joined;

void serve(const std::stop_token& stop, const std::string& address, std::size_t in_flight) {
  GearmanExchange node{prong::cluster::parse_engine_address(address)};
  node.take_at_most(in_flight);
  node.serve("prong:bench");
  while (!stop.stop_requested()) {
    for (const auto& event : node.wait(Exchange::Clock::now() + 100ms, -1)) {
      if (const auto* job = std::get_if<Assigned>(&event)) node.answer(job->job, job->payload);
    }
  }
}

double jobs_per_second(const std::string& address, std::size_t bytes, std::size_t in_flight,
                       std::chrono::seconds time) {
  GearmanExchange client{prong::cluster::parse_engine_address(address)};
  const Bytes payload(bytes, std::byte{42});
  std::uint64_t answers = 0;
  auto begin = Exchange::Clock::now();
  while (Exchange::Clock::now() < begin + time) {
    for (const auto& event : client.wait(begin + time, -1)) {
      if (std::holds_alternative<Joined>(event)) {
        begin = Exchange::Clock::now();
        for (std::size_t i = 0; i < in_flight; ++i)
          static_cast<void>(client.submit("prong:bench", payload));
      } else if (std::holds_alternative<Answered>(event)) {
        ++answers;
        static_cast<void>(client.submit("prong:bench", payload));
      }
    }
  }
  return static_cast<double>(answers) / std::chrono::duration<double>(Exchange::Clock::now() - begin).count();
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 2;
  const std::string address = words[1];
  const std::size_t bytes = std::strtoull(words[2], nullptr, 10);
  const std::size_t in_flight = std::strtoull(words[3], nullptr, 10);
  const std::jthread node{serve, address, in_flight};
  std::printf("%.1f jobs/s\n",
              jobs_per_second(address, bytes, in_flight, std::chrono::seconds{std::atoi(words[4])}));
}
