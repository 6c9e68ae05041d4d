// Names that cannot be found: the caller hears it at submission, with what was there instead.
#include "fixture.hpp"

#include <unistd.h>

#include <fstream>

namespace prong::test {

namespace {

namespace fs = std::filesystem;

// A folder of its own, removed at the end.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("prong-test-" + std::to_string(::getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

template <class Error>
std::string message(Pool& pool, std::string_view function) {
  try {
    static_cast<void>(pool.apply<double>(function, 1.0));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a function that is not there, with a suggestion") {
  PoolFixture pool;
  CHECK(
      message<CannotFind>(*pool, "examples.sqare") ==
      "cannot find map function 'examples.sqare': examples.so has no such function (did you mean 'square'?)");
  CHECK(message<CannotFind>(*pool, "examples.zzzzzz") ==
        "cannot find map function 'examples.zzzzzz': examples.so has no such function");
}

TEST_CASE("a module that is not there, a name that is none, a name that is no plugin's") {
  PoolFixture pool;
  CHECK(message<CannotFind>(*pool, "exmples.square").find("did you mean 'examples.square'?") !=
        std::string::npos);
  CHECK(message<CannotFind>(*pool, "examples.").starts_with("cannot find map function 'examples.': "));
  CHECK(message<CannotFind>(*pool, "square").find("defined before the pool started") != std::string::npos);
  CHECK(message<CannotFind>(*pool, "") != "no error");
  CHECK(message<CannotFind>(*pool, "../examples.square") != "no error");
}

TEST_CASE("a file dropped in later is found, a replaced one is loaded anew") {
  const Folder folder;
  const std::size_t before = open_descriptors();
  {
    Pool pool{Registry{{.plugin_path = {folder.path}, .default_path = false}}, {.workers = 2}};
    CHECK(message<CannotFind>(pool, "examples.square") != "no error");
    fs::copy_file(fs::path{PRONG_TEST_PLUGINS} / "examples.so", folder.path / "examples.so");
    CHECK(pool.apply<double>("examples.square", 3.0) == 9);
    // Another file of that name: workers that hold the old one must not run new calls.
    fs::copy_file(fs::path{PRONG_TEST_PLUGINS} / "examples.so", folder.path / "new");
    fs::rename(folder.path / "new", folder.path / "examples.so");
    CHECK(pool.apply<double>("examples.square", 4.0) == 16);
    std::vector<double> xs(1000, 5.0);
    CHECK(pool.map<double>("examples.square", xs)[999] == 25);
    fs::remove(folder.path / "examples.so");
    CHECK(message<CannotFind>(pool, "examples.square") != "no error");
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("a file that is no plugin is refused with what was found") {
  const Folder folder;
  std::ofstream{folder.path / "text.so"} << "this is text";
  std::ofstream{folder.path / "empty.so"};
  Pool pool{Registry{{.plugin_path = {folder.path}, .default_path = false}}, {.workers = 1}};
  CHECK(message<Refused>(pool, "text.square").find("not-a-shared-object") != std::string::npos);
  CHECK(message<Refused>(pool, "empty.square").find("an empty file") != std::string::npos);
  const auto modules = pool.modules();
  REQUIRE(modules.size() == 2);
  CHECK(modules[0].refusal);
  CHECK(modules[1].refusal);
}

TEST_CASE(
    "a plugin without one of its libraries is refused with the soname, and tried again once it is there") {
  const Folder folder;
  const fs::path made{PRONG_TEST_CULPRITS};
  fs::copy_file(made / "needs_library.so", folder.path / "needs_library.so");
  Pool pool{Registry{{.plugin_path = {folder.path}, .default_path = false}}, {.workers = 1}};
  for (int round = 0; round < 2; ++round) {
    const std::string refused = message<Refused>(pool, "needs_library.twice");
    CHECK(refused.find("libprong_test_library.so") != std::string::npos);
    CHECK(refused.find("[missing-dependency]") != std::string::npos);
  }
  fs::create_directory(folder.path / "library");
  fs::copy_file(made / "library/libprong_test_library.so", folder.path / "library/libprong_test_library.so");
  CHECK(pool.apply<double>("needs_library.twice", 21.0) == 42);
}

}  // namespace prong::test
