// Names that cannot be found: the caller hears it at submission, with what was there instead.
#include "fixture.hpp"

#include <fstream>

namespace prong::test {

namespace {

namespace fs = std::filesystem;

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
  CHECK(message<CannotFind>(*pool, std::string(300, 'a') + ".square").find("needs a file name of") !=
        std::string::npos);
}

TEST_CASE("a file dropped in later is found, a replaced one is loaded anew") {
  const Folder folder;
  const std::size_t before = open_descriptors();
  {
    Pool pool{folder.registry(), {.workers = 2}};
    CHECK(message<CannotFind>(pool, "examples.square") != "no error");
    fs::copy_file(fs::path{PRONG_TEST_PLUGINS} / "examples.so", folder.path / "examples.so");
    CHECK(pool.apply<double>("examples.square", 3.0) == 9);
    // Another file of that name: workers that hold the old one must not run new calls.
    folder.put(fs::path{PRONG_TEST_PLUGINS} / "examples.so", "examples.so");
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
  Pool pool{folder.registry(), {.workers = 1}};
  CHECK(message<Refused>(pool, "text.square").find("not-a-shared-object") != std::string::npos);
  CHECK(message<Refused>(pool, "empty.square").find("an empty file") != std::string::npos);
  const auto modules = pool.modules();
  REQUIRE(modules.size() == 2);
  CHECK(modules[0].refusal);
  CHECK(modules[1].refusal);
}

namespace {

void check_missing(Pool& pool, const std::string& soname) {
  for (int round = 0; round < 2; ++round) {
    const std::string refused = message<Refused>(pool, "needs_library.twice");
    CHECK_MESSAGE(refused.find("found " + soname + ": ") != std::string::npos, refused);
    CHECK(refused.find("[missing-dependency]") != std::string::npos);
  }
}

}  // namespace

TEST_CASE(
    "a plugin without one of its libraries is refused with the soname, and tried again once it is there") {
  const Folder folder;
  const fs::path made = culprits() / "library";
  const fs::path library = folder.path / "library";
  fs::copy_file(culprits() / "needs_library.so", folder.path / "needs_library.so");
  Pool pool{folder.registry(), {.workers = 1}};
  check_missing(pool, "libprong_test_library.so");
  fs::create_directories(library / "inner");
  fs::copy_file(made / "libprong_test_library.so", library / "libprong_test_library.so");
  // The library needs another one, which the plugin knows nothing of.
  check_missing(pool, "libprong_test_inner_library.so");
  fs::copy_file(made / "inner/libprong_test_inner_library.so",
                library / "inner/libprong_test_inner_library.so");
  CHECK(pool.apply<double>("needs_library.twice", 21.0) == 42);
}

TEST_CASE(
    "a plugin whose library lacks a symbol is refused with the symbol, and tried again with another "
    "library") {
  const Folder folder;
  const fs::path made = culprits() / "library";
  const fs::path library = folder.path / "library";
  fs::create_directories(library / "inner");
  fs::copy_file(culprits() / "needs_library.so", folder.path / "needs_library.so");
  fs::copy_file(made / "inner/libprong_test_inner_library.so",
                library / "inner/libprong_test_inner_library.so");
  // Another library in its place.
  fs::copy_file(made / "inner/libprong_test_inner_library.so", library / "libprong_test_library.so");
  Pool pool{folder.registry(), {.workers = 1}};
  for (int round = 0; round < 2; ++round) {
    const std::string refused = message<Refused>(pool, "needs_library.twice");
    CHECK_MESSAGE(refused.find("undefined symbol: _Z16prong_test_twiced") != std::string::npos, refused);
    CHECK(refused.find("[undefined-symbol]") != std::string::npos);
  }
  fs::remove(library / "libprong_test_library.so");
  fs::copy_file(made / "libprong_test_library.so", library / "libprong_test_library.so");
  CHECK(pool.apply<double>("needs_library.twice", 21.0) == 42);
}

TEST_CASE(
    "two files of one module in one folder: the one with the module's name is used, the other refused") {
  const Folder folder;
  const fs::path plugin = fs::path{PRONG_TEST_PLUGINS} / "examples.so";
  folder.put(plugin, "other.so");
  Pool pool{folder.registry(), {.workers = 1}};
  CHECK(message<Refused>(pool, "other.square").find("[module-name]") != std::string::npos);
  folder.put(plugin, "examples.so");
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
  const std::string refused = message<Refused>(pool, "other.square");
  CHECK_MESSAGE(refused.find("examples.so in the same folder") != std::string::npos, refused);
  CHECK(refused.find("[duplicate-module]") != std::string::npos);
  fs::remove(folder.path / "examples.so");
  CHECK(message<Refused>(pool, "other.square").find("name the file examples.so") != std::string::npos);
}

TEST_CASE("find gives a module, or the functions of a name, with all files that claim it") {
  const Folder folder;
  folder.put(fs::path{PRONG_TEST_PLUGINS} / "examples.so", "examples.so");
  Pool pool{Registry{{.plugin_path = {folder.path, PRONG_TEST_PLUGINS}, .default_path = false}},
            {.workers = 1}};
  const auto files = pool.find("examples");
  REQUIRE(files.size() == 2);
  CHECK(files[0].file == folder.path / "examples.so");
  CHECK_FALSE(files[0].shadowed_by);
  CHECK(files[1].shadowed_by == files[0].file);
  CHECK(files[0].functions.size() == 10);
  const auto square = pool.find("examples.square");
  REQUIRE(square.size() == 2);
  REQUIRE(square[0].functions.size() == 2);
  CHECK(square[0].functions[0].symbol == "_ZN5mapfn8examples6squareEPK11prong_batch");
  CHECK(square[0].functions[1].symbol == "_ZN8resultfn8examples6squareEPK11prong_batch");
  CHECK_THROWS_AS(static_cast<void>(pool.find("examples.squar")), CannotFind);
  CHECK_THROWS_AS(static_cast<void>(pool.find("exampl")), CannotFind);
  CHECK_THROWS_AS(static_cast<void>(pool.find("../examples")), CannotFind);
  CHECK_THROWS_AS(static_cast<void>(pool.find("")), CannotFind);
}

}  // namespace prong::test
