// The plugin as a file: its notes, its exports, its machine code.
#include "kinds_plugin.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace {

TEST_CASE("readelf reads every note of a plugin made of several sources") {
  const std::vector<std::string> notes = notes_of(kinds_plugin());
  const auto holds = [&](std::string_view note) { return std::ranges::count(notes, note) == 1; };
  CHECK(notes.size() == 40);
  CHECK(holds(R"({"abi":[1,0],"kind":"module","module":"tests.kinds","description":"Every kind of function",)"
              R"("version":"1.2.3","license":"MIT"})"));
  CHECK(holds(
      R"({"abi":[1,0],"kind":"map","function":"tests.kinds.square","params":[{"name":"x","type":"f64"}],)"
      R"("result":"f64","pure":true,"state":false,"doc":"x squared"})"));
  CHECK(holds(
      R"({"abi":[1,0],"kind":"map","function":"tests.kinds.weigh","params":[{"name":"count","type":"i8"},)"
      R"({"name":"weight","type":"f64"},{"name":"is_negative","type":"bool"}],"result":"f64","pure":false,)"
      R"("state":false,"doc":""})"));
  CHECK(
      holds(R"({"abi":[1,0],"kind":"map","function":"tests.kinds.mirror","params":[{"name":"point",)"
            R"("type":"{x: f64, y: f64, is_visible: bool}"}],"result":"{x: f64, y: f64, is_visible: bool}",)"
            R"("pure":false,"state":false,"doc":""})"));
  CHECK(holds(
      R"({"abi":[1,0],"kind":"map","function":"tests.kinds.twice","params":[{"name":"text","type":"str"}],)"
      R"("result":"str","pure":false,"state":false,"doc":"say \"it\" \\ \u000a\u0001 twice – ×2"})"));
  CHECK(holds(R"({"abi":[1,0],"kind":"result","function":"tests.kinds.square","params":[{"name":"results",)"
              R"("type":"[f64]"}],"result":"f64","pure":false,"state":false,"doc":"the sum"})"));
  CHECK(
      holds(R"({"abi":[1,0],"kind":"result","function":"tests.kinds.weigh","params":[{"name":"all",)"
            R"("type":"[f64]"},{"name":"weight","type":"f64"},{"name":"sign","type":"str"}],"result":"f64",)"
            R"("pure":false,"state":false,"doc":""})"));
  CHECK(holds(
      R"({"abi":[1,0],"kind":"map","function":"tests.kinds.prefixed","params":[{"name":"text","type":"str"},)"
      R"({"name":"prefix","type":"str"},{"name":"cuts","type":"[i32]"}],"result":"str","pure":false,)"
      R"("state":true,"doc":"in front"})"));
  CHECK(holds(R"({"abi":[1,0],"kind":"map","function":"tests.kinds.tally_pure","params":[{"name":"item",)"
              R"~("type":"u8"}],"result":"(u64, i32)","pure":true,"state":true,"doc":""})~"));
  CHECK(holds(R"({"abi":[1,0],"kind":"result","function":"tests.kinds.words","params":[{"name":"results",)"
              R"("type":"[[str]]"}],"result":"u64","pure":false,"state":false,"doc":""})"));
}

TEST_CASE("a plugin exports its functions and nothing else") {
  std::istringstream symbols{
      output_of("nm -D --defined-only --format=just-symbols '" + kinds_plugin() + "'")};
  std::size_t count = 0;
  for (std::string symbol; symbols >> symbol; ++count) {
    CHECK_MESSAGE(
        (symbol.starts_with("_ZN5mapfn5tests5kinds") || symbol.starts_with("_ZN8resultfn5tests5kinds")),
        symbol);
    CHECK(symbol.ends_with("EPK11prong_batch"));
  }
  CHECK(count == 39);
}

// Builds at -O2 set the variable, so that debug and sanitizer builds need not vectorise.
TEST_CASE("a pure function's loop is vectorised" * doctest::skip(!std::getenv("PRONG_TEST_VECTORISED"))) {
  const std::string code = output_of("objdump -d --no-show-raw-insn '" + kinds_plugin() + "'");
#if defined(__x86_64__)
  CHECK(code.find("mulpd") != std::string::npos);
#elif defined(__aarch64__)
  CHECK(code.find(".2d") != std::string::npos);
#endif
}

}  // namespace
