// A program that has printed to buffers, and read ahead, when its workers are forked; workers print, read and
// call exit().
#include <prong/prong.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace {

struct Object {
  ~Object() { std::puts("destroyed"); }
} object;

std::string read_line() {
  std::string line;
  for (int c = 0; (c = std::getchar()) != '\n' && c != EOF;)
    line += static_cast<char>(c);
  return line;
}

}  // namespace

int main(int, char** arguments) {
  std::atexit([] { std::puts("handler"); });
  std::FILE* file = std::fopen(arguments[1], "w");
  std::ofstream stream{arguments[1], std::ios::app};
  const std::string first = read_line();
  std::printf("pending, ");
  std::fputs("pending in a file, ", file);
  stream << "pending in a stream, ";

  prong::Registry functions;
  functions.define("print", [](double x) {
    std::printf("a worker ");
    std::cout << "prints" << std::endl;
    std::fflush(nullptr);
    return x;
  });
  functions.define("read", [](double) { return read_line() + "."; });
  functions.define("leave", [](double x) {
    if (x > 0) {
      std::printf("a worker leaves");
      std::exit(static_cast<int>(x));
    }
    return x;
  });
  bool good = true;
  {
    prong::Pool pool{functions, {.workers = 1, .allow_fork_with_threads = true}};
    good = pool.apply<double>("print", 1.0) == 1 && pool.apply<std::string>("read", 1.0) == ".";
    const auto outcomes = pool.map_outcomes<double>("leave", std::vector<double>{0, 3});
    good = good && outcomes[1].ending() == prong::Ending::exited && outcomes[1].failure().exit_code == 3;
  }
  std::printf("end; read %s, %s\n", first.c_str(), read_line().c_str());
  std::fputs("and its end\n", file);
  std::fclose(file);
  stream << "and its end\n";
  return good ? 0 : 1;
}
