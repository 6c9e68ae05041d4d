// Items whose workers crashed and whose reports lack names: a worker reads these from the files that had been
// loaded, since such a file may kill who reads it. Until then, or until that takes too long, the item has not
// ended. The engine's lock guards it.
#pragma once

#include "pool/worker_life.hpp"
#include "transport/job_record.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prong::pool {

class Obituaries {
 public:
  using Clock = std::chrono::steady_clock;

  // Delivers those that need no name that is not known. Places to ask a worker for; empty: there is nothing
  // to ask, or it was asked before.
  [[nodiscard]] std::vector<transport::CodePlace> add(std::vector<Unfinished> items, Clock::time_point now);
  [[nodiscard]] bool has_asked(std::uint64_t number) const { return asked_.contains(number); }
  // Job `number` asks for these.
  void asked(std::uint64_t number, std::vector<transport::CodePlace> places);
  // It has ended; with a line for each place, as worker/symbols writes them, or with something else, which
  // stands for no names at all. Delivers what has all names now.
  void answer(std::uint64_t number, std::string_view lines);
  // As far as names are known by now.
  void deliver_late(Clock::time_point now);
  void deliver_all();
  // When deliver_late() has something to do.
  [[nodiscard]] std::optional<Clock::time_point> due() const noexcept;

  // The same for one report that nobody waits for: the places that it lacks, and the failure with what is
  // known.
  [[nodiscard]] std::vector<transport::CodePlace> unknown_places(const Failure& failure) const;
  void learn(const std::vector<transport::CodePlace>& places, std::string_view lines);
  [[nodiscard]] Failure with_names(Failure failure) const;

 private:
  struct Name {
    std::string function = {};
    std::string source = {};
    std::uint32_t line = 0;
  };
  struct Waiting {
    Unfinished item;
    Clock::time_point due;
  };
  static Name parse(std::string_view line);
  void deliver(Unfinished item) const;

  std::map<transport::CodePlace, Name> known_;
  std::map<std::uint64_t, std::vector<transport::CodePlace>> asked_;  // by the number of the job
  std::vector<Waiting> waiting_;                                      // in the order of their deaths
};

}  // namespace prong::pool
