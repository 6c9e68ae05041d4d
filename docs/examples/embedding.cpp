// The snippets of docs/embedding.md in its order, as one program that prints what they give.
#include <prong/prong.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <ranges>
#include <span>
#include <string>
#include <tuple>
#include <vector>

using namespace std::chrono_literals;

namespace {

const std::vector<double> xs{1, 2, 3, 4};

void calls(prong::Pool& pool) {
  const prong::Results<double> squares = pool.map<double>("examples.square", xs);
  const double nine = pool.apply<double>("examples.square", 3.0);
  const double five = pool.apply<double>("examples.hypot", 3.0, 4.0);
  const auto text = pool.run<std::string>("examples.square", xs);  // map, then the result function
  std::printf("%g %g %g\n%s\n", squares[3], nine, five, text.c_str());

  const std::vector<std::tuple<double, double>> sides{{3, 4}, {5, 12}};
  const auto lengths = pool.starmap<double>("examples.hypot", sides);

  const auto cubes = pool.map<double>("examples.power", xs, {.bound = {prong::bind("exponent", 3.0)}});
  std::printf("%g %g\n", lengths[1], cubes[3]);
}

void own_functions() {
  const std::vector<double> table(1'000'000, 0.5);  // workers read it where it is: nothing is copied
  prong::Registry functions;
  functions.define("look_up", [&table](std::uint64_t i) { return table.at(i); });
  functions.define_result("look_up", [](std::span<const double> all) { return double(all.size()); });
  prong::Pool pool{functions};
  const auto halves = pool.map<double>("look_up", std::vector<std::uint64_t>{1, 2, 3});
  std::printf("%g %g\n", halves[2], pool.run<double>("look_up", std::vector<std::uint64_t>{1, 2}));
}

void streams(prong::Pool& pool) {
  auto numbers = std::views::iota(1) | std::views::transform([](int i) { return double(i); });
  double sum = 0;
  for (const double square : pool.imap<double>("examples.square", numbers)) {
    sum += square;
    if (sum > 1000) break;
  }
  std::printf("%g\n", sum);
}

void outcomes(prong::Pool& pool) {
  const std::vector<double> inputs{4, -1, 9};
  const auto outcomes = pool.map_outcomes<double>("examples.sqrt", inputs);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const prong::Outcome<double> outcome = outcomes[i]) {
      std::printf("item %zu: %g\n", i, outcome.value());
    } else {
      const prong::Failure& failure = outcome.failure();
      std::printf("item %zu: %s: %s\n", i, failure.type.c_str(), failure.what.c_str());
    }
  }

  try {
    const auto roots = pool.map<double>("examples.sqrt", inputs);
    std::printf("%zu roots\n", roots.size());
  } catch (const prong::TaskFailed& failed) {
    std::printf("no roots, because of item %d\n", int(failed.failure().index));
  }
}

void later(prong::Pool& pool) {
  double last = 0;
  const prong::AsyncResult<prong::Results<double>> cubes = pool.map_async<double>(
      "examples.cube", xs,
      {.callback = [&](const prong::Results<double>& all) { last = all[3]; },
       .error_callback = [](const prong::TaskFailed& failed) { std::puts(failed.what()); }});
  if (!cubes.wait_for(60s)) cubes.cancel();
  const double first = cubes.get()[0];

  const auto root = pool.apply_async<double>("examples.sqrt", 2.0);
  const double value = root.get_for(60s);
  std::printf("%g %g %g\n", last, first, value);
}

void limits(prong::Pool& pool) {
  const std::vector<double> seconds{0, 3600, 0};
  const auto outcomes = pool.map_outcomes<double>("examples.slow", seconds, {.timeout = 500ms, .retries = 1});
  std::printf("%d %s\n", int(outcomes.failures()[0].index),
              std::string{to_string(outcomes[1].ending())}.c_str());

  const auto hour = pool.apply_async<double>("examples.slow", 3600.0);
  hour.cancel();
  const bool done = hour.wait_for(60s) && !hour.successful();
  std::printf("%s\n", done ? "cancelled" : "not cancelled");
}

void progress(prong::Pool& pool) {
  const auto naps = pool.map_async<double>("examples.slow", std::vector<double>(20, 0.01));
  while (!naps.wait_for(20ms)) {
    const prong::JobProgress progress = naps.progress();
    std::fprintf(stderr, "%d of %d\n", int(progress.ended), int(progress.pushed));
  }
  const prong::PoolStatistics statistics = pool.statistics();
  std::fprintf(stderr, "%d workers were replaced\n", int(statistics.respawns));
  std::printf("%d naps\n", int(naps.progress().ended));
}

void options() {
  prong::Pool pool{prong::Registry{{.plugin_path = {"plugins"}}},
                   {.workers = 4,
                    .initializer = prong::initializer("examples.square", 1.0),
                    .max_tasks_per_child = 1000,
                    .max_memory_per_child = std::size_t{512} << 20,
                    .idle_timeout = 60s}};
  pool.resize(2);
  std::printf("%u workers\n", pool.workers());

  pool.close();  // no more calls
  pool.join();   // those that run have ended, and the workers are gone
}

void sandbox() {
  prong::Pool guarded{prong::Registry{{.plugin_path = {"plugins"}}},
                      {.sandbox = prong::Sandbox::strict, .memory_limit = std::size_t{512} << 20}};
  for (const prong::SandboxLayer& layer : guarded.sandbox_report().layers)
    std::fprintf(stderr, "%s: %s\n", layer.name.c_str(), layer.in_force ? "yes" : "no");
}

void lifetimes(prong::Pool& pool) {
  auto inputs = pool.allocate<double>(1'000'000);  // workers read it where it is
  std::iota(inputs.begin(), inputs.end(), 0.0);
  const auto results = pool.map<double>("examples.square", inputs);
  const std::span<const double> in_place = results.span();  // valid as long as `results`
  const std::vector<double> copy = results;                 // valid for ever
  const auto words = pool.map<std::string_view>("examples.upper", std::vector<std::string>{"a", "b"});
  const std::string_view word = words[1];  // valid as long as `words`
  std::printf("%g %zu %s\n", in_place[3], copy.size(), std::string{word}.c_str());
}

void errors(prong::Pool& pool) {
  try {
    static_cast<void>(pool.map<double>("examples.sqare", xs));
  } catch (const prong::Error& error) {
    std::printf("%s\n", error.what());
  }
}

void untyped(prong::Pool& pool) {
  const std::string lines = "1\n2\n3\n";
  const std::vector<std::uint64_t> offsets{0, 2, 4, 6};
  prong::Job job = pool.submit(
      {.function = "examples.square", .items = prong::Encoding::json, .results = prong::Encoding::json},
      {.bytes = std::as_bytes(std::span{lines}), .offsets = offsets, .count = 3, .gap = 1});
  while (const auto piece = job.next())
    std::fwrite(piece->bytes.data(), 1, piece->bytes.size(), stdout);
}

}  // namespace

int main() {
  prong::Pool pool{prong::Registry{}, {.workers = 2}};
  calls(pool);
  own_functions();
  streams(pool);
  outcomes(pool);
  later(pool);
  limits(pool);
  progress(pool);
  options();
  sandbox();
  lifetimes(pool);
  errors(pool);
  untyped(pool);
}
