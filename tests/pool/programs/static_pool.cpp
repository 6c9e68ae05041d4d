// A program whose pools are static objects, of both kinds: made before main, ended after it.
#include <prong/prong.hpp>

#include <cstdio>

namespace {

struct Goodbye {
  ~Goodbye() { std::puts("bye"); }  // once: not in workers
} goodbye;

prong::Registry functions = [] {
  prong::Registry made;
  made.define("triple", [](double x) { return 3 * x; });
  return made;
}();
// The thread sanitizer has a thread of its own.
prong::Pool forked{functions, {.workers = 2, .allow_fork_with_threads = true}};
prong::Pool fresh{functions, {.workers = 2, .start_method = prong::StartMethod::exec}};

}  // namespace

int main() {
  std::printf("%g\n", forked.apply<double>("triple", 2.0));
  std::printf("%g\n", fresh.apply<double>("examples.square", 3.0));
}
