// The module `trials`: functions whose timing and failures the tests of the command line decide.
#include <prong/plugin.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <numeric>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace trials {

std::string echo(std::string text) { return text; }

std::string twice(std::string text) {
  if (text == "bad") throw std::domain_error("it is bad");
  if (text.starts_with("crash")) std::abort();
  return text + text;
}

std::vector<std::byte> reversed(std::span<const std::byte> data) { return {data.rbegin(), data.rend()}; }

double size(std::span<const std::byte> data) { return static_cast<double>(data.size()); }

// Blocks until another process has opened the FIFO, written to it and closed it again. "fail" makes it fail.
std::string wait_for(std::string fifo) {
  std::ifstream file{fifo};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (text == "fail") throw std::runtime_error("told to");
  return text;
}

std::string touch(std::string path) {
  std::ofstream{path} << "touched\n";
  return path;
}

// Fails the first time that it is called with this path.
std::string fail_once(std::string path) {
  if (std::ifstream{path}.good()) return path;
  std::ofstream{path} << "failed\n";
  throw std::runtime_error("not yet");
}

// Leaves a trace of every call.
double trace(double x, std::string file) {
  std::ofstream{file, std::ios::app} << x << '\n';
  if (x < 0) throw std::domain_error("negative");
  return x;
}

double one_letter(std::string_view text) {
  if (text.size() != 1) throw std::length_error("not one");
  return 1;
}

double refuse_text(std::string_view) { throw std::runtime_error("no text"); }

double refuse_length(std::string_view text) {
  throw std::length_error("of " + std::to_string(text.size()) + " bytes");
}

double refuse_bytes(std::span<const std::byte> data) {
  throw std::runtime_error("of " + std::to_string(data.size()) + " bytes");
}

float half(float x) { return x / 2; }

// Two numbers of one type.
std::tuple<std::int64_t, std::int64_t> divide(std::int64_t x, std::int64_t y) {
  if (y == 0) throw std::domain_error("division by 0");
  return {x / y, x % y};
}

std::string sizes(std::optional<double> number, std::string text) {
  return (number ? "a number, " : "nothing, ") + std::to_string(text.size()) + " bytes";
}

// Of the process that runs it: a line of /proc/self/status.
std::string status(std::string field) {
  std::ifstream file{"/proc/self/status"};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field + ':')) return line;
  }
  throw std::invalid_argument("no such line");
}

std::int32_t worker(double) { return ::getpid(); }

double fail_odd(double x) {
  if (static_cast<std::int64_t>(x) % 2 != 0) throw std::domain_error("odd");
  return x;
}

// On the processor for so many seconds.
double spin(double seconds) {
  const auto spent = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  for (const double end = spent() + seconds; spent() < end;) {
  }
  return seconds;
}

// How many more files can be opened, of so many.
double open_files(double wanted) {
  std::vector<int> files;
  for (double i = 0; i < wanted; ++i) {
    if (const int file = ::dup(STDERR_FILENO); file >= 0) files.push_back(file);
  }
  for (const int file : files)
    ::close(file);
  return static_cast<double>(files.size());
}

double die_by(double signal) {
  ::kill(::getpid(), static_cast<int>(signal));
  return signal;
}

double leave(double code) { ::_exit(static_cast<int>(code)); }

// Its last words, without a newline.
double print_and_die(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::abort();
}

double crash_if_negative(std::vector<double> all) {
  if (all.front() < 0) std::abort();
  return 0;
}

double draw(double) { return static_cast<double>(prong::current_call().item_seed() >> 11); }
double draw_for(std::string_view) { return draw(0); }

std::vector<std::int16_t> backwards(std::vector<std::int16_t> all) {
  if (all.front() == -1) throw std::domain_error("told to");
  return {all.rbegin(), all.rend()};
}

double sum(std::vector<double> all) {
  if (all.front() < 0) throw std::domain_error("told to");
  return std::accumulate(all.begin(), all.end(), 0.0);
}

bool any(std::vector<bool> all) { return std::find(all.begin(), all.end(), true) != all.end(); }

double scale(double x, double factor) { return x * factor; }

double total(std::span<const double> results, double offset) {
  return std::accumulate(results.begin(), results.end(), offset);
}

std::string describe(std::span<const double> results) {
  std::ostringstream out;
  out << results.size() << " results:";
  for (const double result : results)
    out << ' ' << result;
  return out.str();
}

double refuse(std::span<const double>) { throw std::runtime_error("no answer"); }

double number(double x) { return x; }

double number_then_die(double x) { return x; }

double die(std::span<const double>) { std::abort(); }

std::string first(std::span<const std::string_view> results) {
  return results.empty() ? "nothing" : std::string{results.front()};
}

double takes_numbers(std::span<const double>) { return 0; }

}  // namespace trials

PRONG_MODULE(trials, "What the tests of the command line call", "2.1", "MIT")

PRONG_MAP(trials, echo, "The text", text)
PRONG_MAP(trials, twice, "The text twice, unless it is bad", text)
PRONG_MAP(trials, reversed, "The bytes from their end", data)
PRONG_MAP(trials, size, "The number of bytes", data)
PRONG_MAP(trials, wait_for, "What somebody writes into a FIFO", fifo)
PRONG_MAP(trials, touch, "Writes a file", path)
PRONG_MAP(trials, fail_once, "The path", path)
PRONG_MAP(trials, trace, "x", x, file)
PRONG_MAP(trials, one_letter, "Fails for all else", text)
PRONG_MAP(trials, refuse_text, "Fails", text)
PRONG_MAP(trials, refuse_length, "Fails", text)
PRONG_MAP(trials, refuse_bytes, "Fails", data)
PRONG_MAP(trials, half, "x / 2", x)
PRONG_MAP(trials, divide, "Quotient and remainder", x, y)
PRONG_MAP(trials, sizes, "What it was given", number, text)
PRONG_MAP(trials, status, "A line of the worker's status", field)
PRONG_MAP(trials, worker, "The worker's process", x)
PRONG_MAP(trials, fail_odd, "x, if it is even", x)
PRONG_MAP(trials, spin, "Takes processor time", seconds)
PRONG_MAP(trials, open_files, "How many can be open", wanted)
PRONG_MAP(trials, die_by, "Kills the worker", signal)
PRONG_MAP(trials, leave, "Ends the worker", code)
PRONG_MAP(trials, print_and_die, "Prints, and aborts", text)
PRONG_MAP(trials, crash_if_negative, "Aborts, or is 0", all)
PRONG_MAP(trials, backwards, "The list from its end", all)
PRONG_MAP(trials, sum, "The sum", all)
PRONG_MAP(trials, any, "Whether one is true", all)
PRONG_MAP(trials, draw, "A random number", x)
PRONG_MAP(trials, draw_for, "A random number", text)
PRONG_MAP(trials, scale, "x times factor", x, factor)
PRONG_MAP(trials, number, "x", x)
PRONG_MAP(trials, number_then_die, "x", x)
PRONG_RESULT(trials, fail_odd, describe, "All results as text")
PRONG_RESULT(trials, scale, total, "The sum, from an offset on", results, offset)
PRONG_RESULT(trials, wait_for, first, "The first text")
PRONG_RESULT(trials, touch, takes_numbers, "Does not fit its map function")
PRONG_RESULT(trials, number, refuse, "Fails")
PRONG_RESULT(trials, number_then_die, die, "Dies")
