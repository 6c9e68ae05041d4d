// What cannot be called at all: each status, and structs of older and newer programs.
#include "fixture.hpp"

namespace prong_c_test {

namespace {

// Status and message of a call that must fail.
struct Told {
  prong_status status = PRONG_STATUS_OK;
  std::string message;
  std::string code;
};

Told tell(prong_error* raw) {
  const Error error{raw};
  return {prong_error_status(raw), prong_error_message(raw), prong_error_code(raw)};
}

Told failed_map(const PoolHandle& pool, const prong_call& call, const prong_items& items) {
  prong_error* error = nullptr;
  const Results results{prong_map(pool.get(), &call, &items, &error)};
  CHECK(results == nullptr);
  return tell(error);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("no error is told of none") {
  CHECK(prong_error_status(nullptr) == PRONG_STATUS_OK);
  CHECK(std::string{prong_error_message(nullptr)}.empty());
  prong_error_free(nullptr);
}

TEST_CASE("each status has its reason") {
  const PoolHandle pool = make_pool();
  const std::vector<double> one{1};
  Told told = failed_map(pool, make_call("examples.sqare"), make_items(one));
  CHECK(told.status == PRONG_STATUS_CANNOT_FIND);
  CHECK(contains(told.message, "did you mean 'square'?"));

  told = failed_map(pool, make_call("loads_crash.same"), make_items(one));
  CHECK(told.status == PRONG_STATUS_REFUSED);
  CHECK(told.code == "crashed-on-load");

  prong_call call = make_call("examples.square");
  call.item_signature = "i64";
  told = failed_map(pool, call, make_items(one));
  CHECK(told.status == PRONG_STATUS_MISMATCH);
  CHECK(contains(told.message, "i64"));

  told = failed_map(pool, make_call("examples.square", PRONG_NATIVE), make_items(one));
  CHECK(told.status == PRONG_STATUS_USAGE_ERROR);
  told = failed_map(pool, make_call("examples.square", 17), make_items(one));
  CHECK(told.status == PRONG_STATUS_USAGE_ERROR);
  CHECK(contains(told.message, "17 is no encoding"));
  call = make_call("examples.square");
  call.kind = 2;
  CHECK(failed_map(pool, call, make_items(one)).status == PRONG_STATUS_USAGE_ERROR);

  prong_pool_options broken = pool_options();
  broken.zygote = "/nowhere/prong-zygote";
  prong_error* error = nullptr;
  CHECK(prong_pool_new(make_registry().get(), &broken, &error) == nullptr);
  CHECK(tell(error).status == PRONG_STATUS_POOL_BROKEN);
}

TEST_CASE("an error may be left out") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("examples.sqare");
  const prong_items items = make_items({});
  CHECK(prong_map(pool.get(), &call, &items, nullptr) == nullptr);
  CHECK(prong_pool_join(pool.get(), nullptr) == PRONG_STATUS_USAGE_ERROR);  // before close
}

TEST_CASE("NULL where something is needed is told, and is no crash") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("examples.square");
  const prong_items items = make_items({});
  prong_error* error = nullptr;
  CHECK(prong_map(nullptr, &call, &items, &error) == nullptr);
  CHECK(tell(error).message == "the pool is NULL");
  CHECK(prong_map(pool.get(), nullptr, &items, &error) == nullptr);
  CHECK(tell(error).message == "the prong_call is NULL");
  CHECK(prong_map(pool.get(), &call, nullptr, &error) == nullptr);
  CHECK(tell(error).message == "the prong_items is NULL");
  CHECK(failed_map(pool, make_call(nullptr), items).message == "the function is NULL");
  CHECK(prong_pool_new(nullptr, nullptr, &error) == nullptr);
  CHECK(tell(error).message == "the registry is NULL");
  CHECK(prong_job_collect(nullptr, &error) == nullptr);
  CHECK(tell(error).message == "the job is NULL");
  prong_items without_bytes = items;
  without_bytes.count = 1;
  without_bytes.size = sizeof(double);
  without_bytes.bytes = nullptr;
  CHECK(contains(failed_map(pool, call, without_bytes).message, "of bytes, which is NULL"));
  prong_call unbound = call;
  unbound.bound_count = 1;
  CHECK(failed_map(pool, unbound, items).message == "there are 1 of bound, which is NULL");
  prong_job_free(nullptr);
  prong_results_free(nullptr);
  prong_pool_free(nullptr);
}

TEST_CASE("items that do not fit the call are told") {
  const PoolHandle pool = make_pool();
  const std::vector<double> numbers{1, 2};
  prong_items items = make_items(numbers);
  items.count = 3;
  CHECK(failed_map(pool, make_call("examples.square"), items).status == PRONG_STATUS_USAGE_ERROR);
  items = make_items(numbers);
  CHECK(contains(failed_map(pool, make_call("examples.square", PRONG_JSON), items).message,
                 "of offsets, which is NULL"));
}

TEST_CASE("the structs of an older program end earlier, and what is missing is the default") {
  const PoolHandle pool = make_pool();
  prong_call call = make_call("examples.square");
  call.bound_count = 99;  // behind what the program knows
  call.struct_size = offsetof(prong_call, bound);
  const prong_items items = make_items({});
  const Told told = failed_map(pool, call, items);
  CHECK(told.status == PRONG_STATUS_USAGE_ERROR);
  CHECK(contains(told.message, "item_encoding"));  // the first that is missing
}

TEST_CASE("the structs of a newer program may be longer, unless something is set there") {
  struct Newer {
    prong_items items;
    uint64_t more;
  };
  const PoolHandle pool = make_pool();
  const std::vector<double> one{3};
  Newer newer{make_items(one), 0};
  newer.items.struct_size = sizeof newer;
  CHECK(number(prong_results_value(map(pool, make_call("examples.square"), newer.items).get(), 0)) == 9);
  newer.more = 1;
  const Told told = failed_map(pool, make_call("examples.square"), newer.items);
  CHECK(told.status == PRONG_STATUS_USAGE_ERROR);
  CHECK(contains(told.message, "older than the program"));
}

TEST_CASE("a struct without its size is told") {
  const PoolHandle pool = make_pool();
  prong_call call = make_call("examples.square");
  call.struct_size = 0;
  CHECK(failed_map(pool, call, make_items({})).message ==
        "prong_call: struct_size is 0; set it to sizeof(prong_call)");
}

TEST_CASE("a result function needs results in their native encoding") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("examples.square", PRONG_RAW, PRONG_JSON);
  const Results squares = map(pool, call, make_items({1}));
  prong_error* error = nullptr;
  CHECK(prong_reduce(pool.get(), &call, squares.get(), &error) == nullptr);
  CHECK(contains(tell(error).message, "PRONG_NATIVE"));
}

}  // namespace prong_c_test
