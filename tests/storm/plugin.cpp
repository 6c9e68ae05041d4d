// The module `storm`: functions of known answers that count how often they are called.
#include "known_answers.hpp"

#include <prong/plugin.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>

namespace storm {

namespace {

std::uint8_t* find_tally() {
  const char* path = std::getenv(prong::test::tally_variable);
  const int file = path != nullptr ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) throw std::runtime_error("no tally");
  void* memory = ::mmap(nullptr, prong::test::tally_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (memory == MAP_FAILED) throw std::runtime_error("no tally");
  return static_cast<std::uint8_t*>(memory);
}

// Some work, so that workers are struck while they do it.
void spend(unsigned rounds) {
  volatile std::uint64_t spent = rounds;
  for (unsigned i = 0; i < rounds; ++i)
    spent = prong::test::number_of(spent);
}

void count(std::uint64_t id) {
  static std::uint8_t* const tally = find_tally();
  std::atomic_ref{tally[id % prong::test::tally_bytes]}.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

std::uint64_t number(std::uint64_t id) {
  count(id);
  spend(2000);
  return prong::test::number_of(id);
}
std::uint64_t pure_number(std::uint64_t id) {
  spend(20);
  return prong::test::number_of(id);
}

// For single-stepping: few instructions.
std::uint64_t brief_number(std::uint64_t id) {
  count(id);
  return prong::test::number_of(id);
}
std::string brief_text(const std::string& id_text) {
  return std::to_string(brief_number(std::stoull(id_text)));
}

std::string text(const std::string& id_text) {
  const std::uint64_t id = std::stoull(id_text);
  count(id);
  spend(1000);
  return prong::test::text_of(id);
}

std::uint64_t picky(std::uint64_t id) {
  count(id);
  if (prong::test::is_refused(id)) throw std::invalid_argument(std::to_string(id));
  return prong::test::number_of(id);
}

std::uint64_t lazy(std::uint64_t id) {
  count(id);
  std::this_thread::sleep_for(std::chrono::microseconds{prong::test::micros_of(id)});
  return prong::test::number_of(id);
}

std::uint64_t sum(std::span<const std::uint64_t> all) {
  std::uint64_t total = 0;
  for (const std::uint64_t one : all)
    total += one;
  return total;
}

}  // namespace storm

PRONG_MODULE(storm, "Functions of known answers", "1.0.0", "MIT")
PRONG_MAP(storm, number, "number_of(id)", id)
PRONG_MAP_PURE(storm, pure_number, "number_of(id), not counted", id)
PRONG_MAP(storm, brief_number, "number_of(id)", id)
PRONG_MAP(storm, brief_text, "number_of(id) as text", id_text)
PRONG_MAP(storm, text, "text_of(id)", id_text)
PRONG_MAP(storm, picky, "number_of(id), or an exception", id)
PRONG_MAP(storm, lazy, "number_of(id), after a while", id)
PRONG_RESULT(storm, number, sum, "The sum of all")
