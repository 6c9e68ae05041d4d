// small_host [--once] [--fork]: a small host, from the making of a pool to its end. Disturbed between its two
// marks, it either gets what it asked for or is told why not. Unless told --once (of a disturbance that
// lasts), it then does the same again, undisturbed. One line on standard output says how it went; exit status
// 0 when it was as it should be.
#include "small_host_marks.hpp"
#include "small_life.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace prong::test {

namespace {

std::string try_once(const Life& life) {
  const std::size_t descriptors = entries_of("/proc/self/fd");
  ::syscall(mark_begin);
  const std::string told = live(life);
  ::syscall(mark_end);
  expect_nothing_left(descriptors);
  return told;
}

int run(const Life& life) {
  const std::string told = try_once(life);
  if (life.disturbance == Disturbance::once) {
    const std::string again = try_once(life);
    if (!again.empty()) throw std::logic_error{"told, and told again, undisturbed: " + told + "; " + again};
  }
  std::printf("%s\n", told.empty() ? "right" : ("told: " + told).c_str());
  return 0;
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) {
  try {
    prong::test::Life life;
    for (const std::string_view word : std::span{arguments + 1, arguments + count}) {
      if (word == "--once") life.disturbance = prong::test::Disturbance::lasting;
      if (word == "--fork") life.start_method = prong::StartMethod::fork;
    }
    return prong::test::run(life);
  } catch (const std::exception& error) {
    std::printf("wrong: %s\n", error.what());
    return 1;
  }
}
