// File names: the code, its inverse, and what neither accepts.
#include "names/encoding.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace prong::names;

TEST_CASE("known encodings") {
  struct Row {
    std::string text, code;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {"stats", "stats"},
      {"acme.stats", "acme-_-stats"},
      {"stats.square", "stats-_-square"},
      {"a.b.c", "a-_-b-_-c"},
      {"-", "--"},
      {".", "-_-"},
      {"..", "-_--_-"},
      {"-_-", "--_--"},
      {"--", "----"},
      {"-.", "---_-"},
      {".-", "-_---"},
      {"_", "_"},
      {"_._", "_-_-_"},
      {std::string("a\0/b", 4), std::string("a\0/b", 4)},
      {"\xff\n", "\xff\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(encode(row.text) == row.code);
    CHECK(decode(row.code) == row.text);
  }
}

TEST_CASE("decode refuses what encode never makes") {
  for (const std::string code : {"-", "a-", "-a", "-_", "-_a", "-__-", ".", "a.b", "---", "-_--", "--_-"}) {
    CAPTURE(code);
    CHECK_FALSE(decode(code));
  }
}

TEST_CASE("every string over the code's own letters decodes to its one origin, or to none") {
  // Exhaustive: all strings up to 8 letters of those that matter.
  const std::string letters = "-_.a";
  std::map<std::string, std::string> text_of_code;
  std::vector<std::string> texts = {""};
  for (std::size_t begin = 0; texts.back().size() < 8;) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : letters)
        texts.push_back(texts[begin] + c);
    }
  }
  for (const std::string& text : texts) {
    const auto [place, is_new] = text_of_code.emplace(encode(text), text);
    if (!is_new) FAIL("'" << text << "' and '" << place->second << "' have one code");
  }
  std::size_t wrong = 0;
  for (const std::string& code : texts) {
    const auto decoded = decode(code);
    const auto made = text_of_code.find(code);
    // A code is never shorter than its text, so all that can have made it are in the table.
    const bool right = made == text_of_code.end() ? !decoded : decoded == made->second;
    wrong += !right;
  }
  CHECK(wrong == 0);
}

TEST_CASE("decode inverts encode, and encode inverts decode, over arbitrary bytes") {
  constexpr unsigned seed = 20240611;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::size_t wrong = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text(random() % 24, '\0');
    for (char& c : text)
      c = random() % 2 == 0 ? "-_./"[random() % 4] : static_cast<char>(random());
    wrong += decode(encode(text)) != text;
    if (const auto decoded = decode(text)) wrong += encode(*decoded) != text;
  }
  CHECK(wrong == 0);
}

TEST_CASE("file names are made of module paths only") {
  CHECK(file_name("acme.stats") == "acme-_-stats.so");
  CHECK(module_of_file("acme-_-stats.so") == "acme.stats");
  const std::string longest(252, 'm');
  CHECK(file_name(longest).size() == 255);
  CHECK(module_of_file(file_name(longest)) == longest);
  for (const std::string& bad :
       {std::string(), std::string("a/b"), std::string("a\0b", 3), std::string("a-b"), std::string("1a"),
        std::string("a..b"), std::string(253, 'm'), std::string(2000, 'm'), std::string("m\n")}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(static_cast<void>(file_name(bad)), std::invalid_argument);
  }
  for (const std::string bad : {"", ".so", "a", "a.so.1", "a-b.so", "a--b.so", "a.b.so", "1.so", "a-_-.so",
                                "-_-a.so", "a\n.so", "\xff.so", "a b.so", ".a.so"}) {
    CAPTURE(bad);
    CHECK_FALSE(module_of_file(bad));
  }
}
