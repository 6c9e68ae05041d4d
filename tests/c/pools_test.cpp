// Registries and pools: options, what they tell of themselves and of plugins, and how they end.
#include "fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace prong_c_test {

TEST_CASE("the library says which one it is") {
  CHECK(prong_c_api_version() == PRONG_C_API_VERSION);
  CHECK(std::string{prong_version()}.find('.') != std::string::npos);
}

TEST_CASE("a registry has the folders that it was given, then the default ones") {
  const Registry registry = make_registry();
  REQUIRE(prong_registry_folder_count(registry.get()) > 2);
  CHECK(std::string{prong_registry_folder(registry.get(), 0)} == PRONG_TEST_CULPRITS);
  const char* const folder = "relative";
  const prong_registry_options options{sizeof options, 1, &folder, 1};
  const Registry alone{prong_registry_new(&options, NoError{})};
  REQUIRE(prong_registry_folder_count(alone.get()) == 1);
  CHECK(prong_registry_folder(alone.get(), 0) == std::filesystem::current_path() / "relative");
  const Registry usual{prong_registry_new(nullptr, NoError{})};
  CHECK(prong_registry_folder_count(usual.get()) == prong_registry_folder_count(registry.get()) - 2);
}

TEST_CASE("modules, with their functions and refusals") {
  const PoolHandle pool = make_pool();
  const Modules modules{prong_pool_modules(pool.get(), NoError{})};
  REQUIRE(modules != nullptr);
  bool has_examples = false;
  for (uint64_t i = 0; i < prong_modules_count(modules.get()); ++i) {
    const prong_module* module = prong_modules_at(modules.get(), i);
    CHECK(module->struct_size == sizeof(prong_module));
    if (module->name != std::string_view{"examples"}) continue;
    has_examples = true;
    CHECK(std::string{module->file}.ends_with("examples.so"));
    CHECK(std::string{module->license} == "MIT");
    CHECK(module->abi_major == PRONG_ABI_MAJOR);
    CHECK(module->refusal == nullptr);
    CHECK(module->shadowed_by == nullptr);
    CHECK(module->function_count > 5);
  }
  CHECK(has_examples);

  const Modules found{prong_pool_find(pool.get(), "examples.power", NoError{})};
  REQUIRE(prong_modules_count(found.get()) == 1);
  const prong_module* module = prong_modules_at(found.get(), 0);
  REQUIRE(module->function_count == 1);
  const prong_function_info* power = module->functions[0];
  CHECK(std::string{power->name} == "examples.power");
  REQUIRE(power->parameter_count == 2);
  CHECK(std::string{power->parameters[1].name} == "exponent");
  CHECK(std::string{power->parameters[1].type} == "f64");
  CHECK(std::string{power->result} == "f64");
  CHECK(std::string{power->symbol} == "_ZN5mapfn8examples5powerEPK11prong_batch");
  CHECK(power->pure == 0);
}

TEST_CASE("a file that cannot be used is told with the reason") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("loads_crash.same");
  const std::vector<double> one{1};
  const prong_items items = make_items(one);
  CHECK(prong_map(pool.get(), &call, &items, nullptr) == nullptr);
  const Modules found{prong_pool_find(pool.get(), "loads_crash", NoError{})};
  REQUIRE(prong_modules_count(found.get()) == 1);
  const prong_refusal* refusal = prong_modules_at(found.get(), 0)->refusal;
  REQUIRE(refusal != nullptr);
  CHECK(refusal->struct_size == sizeof(prong_refusal));
  CHECK(std::string{refusal->code} == "crashed-on-load");
  CHECK(std::string{refusal->fix} != "");
}

TEST_CASE("a function describes itself") {
  const PoolHandle pool = make_pool();
  prong_function_info* square =
      prong_pool_describe(pool.get(), "examples.square", PRONG_FUNCTION_RESULT, NoError{});
  REQUIRE(square != nullptr);
  CHECK(square->kind == PRONG_FUNCTION_RESULT);
  CHECK(std::string{square->result} == "str");
  CHECK(std::string{square->parameters[0].type} == "[f64]");
  prong_function_info_free(square);
  prong_function_info_free(nullptr);
}

TEST_CASE("options reach the pool") {
  prong_pool_options options = pool_options();
  options.workers = 1;
  options.max_tasks_per_child = 1;
  options.idle_timeout_ms = 60'000;
  options.load_timeout_ms = 60'000;
  const double two = 2;
  const prong_argument item{nullptr, nullptr, {&two, sizeof two}, PRONG_RAW, 0};
  options.initializer = "examples.square";
  options.initializer_item = &item;
  const PoolHandle pool = make_pool(options);
  prong_call call = make_call("examples.square");
  call.chunk_size = 1;
  CHECK(number(prong_results_value(map(pool, call, make_items({1, 2, 3})).get(), 2)) == 9);
  prong_pool_statistics* statistics = prong_pool_get_statistics(pool.get(), NoError{});
  REQUIRE(statistics != nullptr);
  CHECK(statistics->workers_wanted == 1);
  CHECK(statistics->items == 3);
  CHECK(statistics->failures == 0);
  CHECK(statistics->respawns >= 2);
  for (uint64_t i = 0; i < statistics->worker_count; ++i)
    CHECK(statistics->workers[i]->pid > 0);
  prong_pool_statistics_free(statistics);
  CHECK(prong_pool_resize(pool.get(), 3, NoError{}) == PRONG_STATUS_OK);
}

TEST_CASE("options that make no sense are told") {
  const auto status = [](const prong_pool_options& options) {
    prong_error* raw = nullptr;
    const PoolHandle pool{prong_pool_new(make_registry().get(), &options, &raw)};
    const Error error{raw};
    CHECK(pool == nullptr);
    return prong_error_status(raw);
  };
  prong_pool_options options = pool_options();
  options.start_method = 9;
  CHECK(status(options) == PRONG_STATUS_USAGE_ERROR);
  options = pool_options();
  options.sandbox = 9;
  CHECK(status(options) == PRONG_STATUS_USAGE_ERROR);
  options = pool_options();
  options.initializer = "examples.square";
  CHECK(status(options) == PRONG_STATUS_USAGE_ERROR);
}

TEST_CASE("a pool of forks of this process") {
  prong_pool_options options = pool_options();
  options.start_method = PRONG_START_FORK;
  options.allow_fork_with_threads = 1;
  const PoolHandle pool = make_pool(options);
  CHECK(number(prong_results_value(map(pool, make_call("examples.square"), make_items({3})).get(), 0)) == 9);
}

TEST_CASE("in a child of the program a pool is inert") {
  PoolHandle pool = make_pool();
  const std::vector<double> one{1};
  map(pool, make_call("examples.square"), make_items(one));
  const pid_t child = ::fork();
  if (child == 0) {
    const prong_call call = make_call("examples.square");
    const prong_items items = make_items(one);
    prong_error* error = nullptr;
    const bool is_told = prong_map(pool.get(), &call, &items, &error) == nullptr &&
                         prong_error_status(error) == PRONG_STATUS_USAGE_ERROR;
    prong_error_free(error);
    pool.reset();
    ::_exit(is_told ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(number(prong_results_value(map(pool, make_call("examples.square"), make_items(one)).get(), 0)) == 1);
}

}  // namespace prong_c_test
