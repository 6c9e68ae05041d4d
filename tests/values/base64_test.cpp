// Base64: the vectors of RFC 4648, and strictness.
#include "values/base64.hpp"

#include "transcoding.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace prong::values;

namespace {

std::string encoded(std::string_view text) {
  std::string out;
  append_base64(bytes_of(text), out);
  return out;
}

}  // namespace

TEST_CASE("the vectors of RFC 4648, section 10") {
  const std::pair<std::string, std::string> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"},
                                                      {"\xfb\xff", "+/8="}};
  for (const auto& [text, code] : rows) {
    CAPTURE(text);
    CHECK(encoded(text) == code);
    std::string back = "kept ";
    CHECK(append_from_base64(code, back));
    CHECK(back == std::string("kept ") + text);
  }
}

TEST_CASE("anything else is refused") {
  for (const std::string code : {"Z", "Zg", "Zg=", "Zg==Zg==", "Zm9v\n", "Zm 9v", "=", "====", "A===", "Zm=v",
                                 "Zh==", "Zm9=", "Zm-_", "Zm9vZg", "\xff\xff\xff\xff"}) {
    CAPTURE(code);
    std::string out = "kept";
    CHECK_FALSE(append_from_base64(code, out));
    CHECK(out == "kept");
  }
}

TEST_CASE("decoding inverts encoding, and encoding inverts decoding") {
  constexpr unsigned seed = 20240615;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 20, '\0');
    for (char& c : text)
      c = static_cast<char>(random());
    std::string back;
    REQUIRE(append_from_base64(encoded(text), back));
    REQUIRE(back == text);
    std::string code(4 + random() % 2 * 4, '\0');
    for (char& c : code)
      c = "ABCDxyz019+/="[random() % 13];
    if (std::string bytes; append_from_base64(code, bytes)) REQUIRE(encoded(bytes) == code);
  }
}
