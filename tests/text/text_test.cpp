// The functions of the module `text`.
#include "batch.hpp"
#include "plugin_file.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace {

using Counts = std::array<std::uint64_t, 3>;  // lines, words, bytes
using CountsOnWire = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;
using Line = std::optional<std::string>;

prong_function text_function(const char* root_and_name) {
  return load(TEXT_PLUGIN, std::string("_ZN") + root_and_name + "EPK11prong_batch");
}

prong_function count() { return text_function("5mapfn4text5count"); }
prong_function count_whole() { return text_function("5mapfn4text11count_whole"); }
prong_function total() { return text_function("8resultfn4text5count"); }
prong_function search() { return text_function("5mapfn4text6search"); }
prong_function found() { return text_function("8resultfn4text6search"); }

Counts counts_of(std::string text, prong_function function = count()) {
  Batch batch;
  batch.with_texts({std::move(text)}).returning<CountsOnWire>();
  CHECK(function(&batch) == 0);
  return std::apply([](auto... each) { return Counts{each...}; }, batch.result<CountsOnWire>(0));
}

TEST_CASE("a line counts itself, its words, its bytes and its newline") {
  CHECK(counts_of("") == Counts{1, 0, 1});
  CHECK(counts_of("word") == Counts{1, 1, 5});
  CHECK(counts_of("  two\twords\r") == Counts{1, 2, 13});
  CHECK(counts_of("a\vb\fc d") == Counts{1, 4, 8});
  CHECK(counts_of("two\nlines") == Counts{2, 2, 10});
  CHECK(counts_of("über – 日本") == Counts{1, 3, 17});
  CHECK(counts_of(std::string("\0 \x7f a\x01z", 7)) == Counts{1, 1, 8});
}

TEST_CASE("a whole file has as many lines as newlines, and no bytes but its own") {
  CHECK(counts_of("", count_whole()) == Counts{0, 0, 0});
  CHECK(counts_of("\n", count_whole()) == Counts{1, 0, 1});
  CHECK(counts_of("no end", count_whole()) == Counts{0, 2, 6});
  CHECK(counts_of("two\nlines\n", count_whole()) == Counts{2, 2, 10});
}

TEST_CASE("every single byte is white space, nothing, or a word, as in wc") {
  const std::string_view spaces = " \t\n\v\f\r";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_word = byte > 0x20 && byte != 0x7f;
    CHECK(counts_of({c})[1] == is_word);
    const bool parts = spaces.find(c) != std::string_view::npos;
    CHECK(counts_of({'a', c, 'b'})[1] == (parts ? 2 : 1));
  }
}

TEST_CASE("the total is the sum, also of nothing") {
  for (const auto& [counts, sum] :
       {std::pair{std::vector<CountsOnWire>{{1, 2, 3}, {10, 20, 30}}, CountsOnWire{11, 22, 33}},
        {std::vector<CountsOnWire>{}, CountsOnWire{0, 0, 0}}}) {
    Batch batch;
    batch.with_items(counts).returning<CountsOnWire>();
    CHECK(total()(&batch) == 0);
    CHECK(batch.result<CountsOnWire>(0) == sum);
  }
}

TEST_CASE("a line that matches in any part comes back, others are null") {
  Batch batch;
  batch.with_texts({"the GNU project", "gnu", "", "GNU", "\xff GNU\xfe"}).returning<Line>();
  batch.binding_text("pattern", "G[NM]U");
  CHECK(search()(&batch) == 0);
  CHECK(batch.result<Line>(0) == "the GNU project");
  CHECK(batch.result<Line>(1) == std::nullopt);
  CHECK(batch.result<Line>(2) == std::nullopt);
  CHECK(batch.result<Line>(3) == "GNU");
  CHECK(batch.result<Line>(4) == "\xff GNU\xfe");
}

TEST_CASE("the empty pattern matches every line, also the empty one") {
  Batch batch;
  batch.with_texts({"", "x"}).returning<Line>().binding_text("pattern", "");
  CHECK(search()(&batch) == 0);
  CHECK(batch.result<Line>(0) == "");
  CHECK(batch.result<Line>(1) == "x");
}

TEST_CASE("a wrong pattern fails every line and says why") {
  Batch batch;
  batch.with_texts({"a", "b"}).returning<Line>().binding_text("pattern", "a(b");
  CHECK(search()(&batch) == 0);
  REQUIRE(batch.failures.size() == 2);
  CHECK(batch.failures[0].type == "std::invalid_argument");
  CHECK(batch.failures[0].what == "'a(b' is no regular expression: missing ): a(b");
}

TEST_CASE("a backtracking bomb takes linear time") {
  Batch batch;
  batch.with_texts({std::string(100'000, 'a')}).returning<Line>().binding_text("pattern", "(a*)*(a*)*b");
  CHECK(search()(&batch) == 0);
  CHECK(batch.result<Line>(0) == std::nullopt);
}

TEST_CASE("what was found is the matching lines, each with its newline") {
  for (const auto& [lines, text] : {std::pair{std::vector<Line>{"a", {}, "", "b", {}}, "a\n\nb\n"},
                                    {std::vector<Line>{{}, ""}, "\n"},
                                    {std::vector<Line>{}, ""}}) {
    Batch batch;
    batch.with_items(lines).returning_text();
    CHECK(found()(&batch) == 0);
    CHECK(batch.emitted[0] == text);
  }
}

}  // namespace
