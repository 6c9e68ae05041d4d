// small_host [--once]: a small host, from the making of a pool to its end. Disturbed between its two marks,
// it either gets what it asked for or is told why not. Unless told --once (of a disturbance that lasts), it
// then does the same again, undisturbed. One line on standard output says how it went; exit status 0 when it
// was as it should be.
#include "small_host_marks.hpp"
#include "small_life.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>

namespace prong::test {

namespace {

std::string try_once(Disturbance disturbance) {
  const std::size_t descriptors = entries_of("/proc/self/fd");
  ::syscall(mark_begin);
  const std::string told = live(disturbance);
  ::syscall(mark_end);
  expect_nothing_left(descriptors);
  return told;
}

int run(Disturbance disturbance) {
  const std::string told = try_once(disturbance);
  if (disturbance == Disturbance::once) {
    const std::string again = try_once(disturbance);
    if (!again.empty()) throw std::logic_error{"told, and told again, undisturbed: " + told + "; " + again};
  }
  std::printf("%s\n", told.empty() ? "right" : ("told: " + told).c_str());
  return 0;
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) {
  try {
    const bool once = count > 1 && std::string_view{arguments[1]} == "--once";
    return prong::test::run(once ? prong::test::Disturbance::lasting : prong::test::Disturbance::once);
  } catch (const std::exception& error) {
    std::printf("wrong: %s\n", error.what());
    return 1;
  }
}
