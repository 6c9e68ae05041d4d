// Letters: what is opened is what was closed, for whom it was closed, or nothing.
#include "cluster/seal.hpp"

#include <prong/error.hpp>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

using namespace prong;
using namespace prong::cluster;

namespace {

using Octets = std::vector<std::byte>;

constexpr std::string_view queue = "prong:map:acme.stats.square";

Seal::Key key_of(std::uint8_t first) {
  Seal::Key key;
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(first + i);
  return key;
}

Envelope envelope() {
  Envelope envelope{.number = 0x1122334455667788, .attempt = 0x99aabbcc, .direction = Direction::answer};
  for (std::size_t i = 0; i < envelope.run.size(); ++i)
    envelope.run[i] = static_cast<std::uint8_t>(i + 1);
  return envelope;
}

Octets content(std::size_t size) {
  Octets bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::byte>(i * 7);
  return bytes;
}

constexpr std::size_t head_bytes = 30;

}  // namespace

TEST_CASE("a letter is opened as it was closed") {
  const Seal sealed{key_of(1)};
  const Seal open;
  CHECK(sealed.has_key());
  CHECK_FALSE(open.has_key());
  for (const Seal* seal : {&sealed, &open}) {
    for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 100'000U}) {
      CAPTURE(size);
      const auto letter = seal->open(queue, seal->close(envelope(), queue, content(size)));
      REQUIRE(letter);
      CHECK(letter->envelope == envelope());
      CHECK(letter->content == content(size));
    }
    const auto letter = seal->open("", seal->close({}, "", content(3)));
    REQUIRE(letter);
    CHECK(letter->envelope == Envelope{});
  }
}

TEST_CASE("two seals of one key are one") {
  const Octets letter = Seal{key_of(1)}.close(envelope(), queue, content(20));
  CHECK(Seal{key_of(1)}.open(queue, letter));
  CHECK_FALSE(Seal{key_of(2)}.open(queue, letter));
}

TEST_CASE("any bit that is changed, no letter") {
  const Seal seal{key_of(1)};
  Octets letter = seal.close(envelope(), queue, content(20));
  for (std::size_t bit = 0; bit < letter.size() * 8; ++bit) {
    CAPTURE(bit);
    letter[bit / 8] ^= std::byte{1} << (bit % 8);
    CHECK_FALSE(seal.open(queue, letter));
    letter[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  CHECK(seal.open(queue, letter));
}

TEST_CASE("the head of one letter on the content of another, no letter") {
  const Seal seal{key_of(1)};
  const Octets letter = seal.close(envelope(), queue, content(20));
  std::vector<Envelope> others(4, envelope());
  others[0].run[15] ^= 1;
  others[1].number += 1;
  others[2].attempt += 1;
  others[3].direction = Direction::request;
  for (const Envelope& other : others) {
    const Octets head = seal.close(other, queue, content(20));
    Octets edited = letter;
    std::copy_n(head.begin(), head_bytes, edited.begin());
    CHECK(edited != letter);
    CHECK_FALSE(seal.open(queue, edited));
  }
}

TEST_CASE("a letter is for one queue, with a key or without") {
  const Seal sealed{key_of(1)};
  const Seal open;
  for (const Seal* seal : {&sealed, &open}) {
    const Octets letter = seal->close(envelope(), queue, content(20));
    for (const std::string_view other : {"", "prong:map:acme.stats.squarf", "prong:map:acme.stats.squar",
                                         "prong:map:acme.stats.square ", "prong:result:acme.stats.square"}) {
      CAPTURE(other);
      CHECK_FALSE(seal->open(other, letter));
    }
  }
}

TEST_CASE("cut or longer, no letter") {
  const Seal sealed{key_of(1)};
  const Seal open;
  for (const Seal* seal : {&sealed, &open}) {
    Octets letter = seal->close(envelope(), queue, content(20));
    for (std::size_t size = 0; size < letter.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(
          seal->open(queue, Octets{letter.begin(), letter.begin() + static_cast<std::ptrdiff_t>(size)}));
    }
    letter.push_back({});
    CHECK_FALSE(seal->open(queue, letter));
    CHECK_FALSE(seal->open(queue, {}));
  }
}

TEST_CASE("who has a key opens no letter without one, nor the other way round") {
  const Seal sealed{key_of(1)};
  const Seal open;
  const Octets with = sealed.close(envelope(), queue, content(20));
  const Octets without = open.close(envelope(), queue, content(20));
  CHECK_FALSE(open.open(queue, with));
  CHECK_FALSE(sealed.open(queue, without));
  // Nor when it says that it is the other kind.
  for (const Octets& letter : {with, without}) {
    Octets disguised = letter;
    disguised[0] = letter == with ? without[0] : with[0];
    CHECK_FALSE(open.open(queue, disguised));
    CHECK_FALSE(sealed.open(queue, disguised));
  }
}

TEST_CASE("letters of another version, and directions that are none") {
  const Seal open;
  Octets letter = open.close(envelope(), queue, content(20));
  for (unsigned form = 0; form < 256; ++form) {
    Octets other = letter;
    other[0] = static_cast<std::byte>(form);
    CHECK(open.open(queue, other).has_value() == (other == letter));
  }
  for (unsigned direction = 0; direction < 256; ++direction) {
    letter[head_bytes - 1] = static_cast<std::byte>(direction);
    CHECK(open.open(queue, letter).has_value() == (direction == 1 || direction == 2));
  }
}

TEST_CASE("two letters of the same content are two, and show nothing of it") {
  const Seal seal{key_of(1)};
  const Octets plain = content(64);
  std::set<Octets> nonces;
  for (int i = 0; i < 1000; ++i) {
    const Octets letter = seal.close(envelope(), queue, plain);
    nonces.insert(Octets{letter.begin() + head_bytes, letter.begin() + head_bytes + 24});
    CHECK(std::ranges::search(letter, std::span{plain}.first(8)).empty());
  }
  CHECK(nonces.size() == 1000);
}

TEST_CASE("a mark tells keys apart") {
  CHECK(Seal{key_of(1)}.mark() == Seal{key_of(1)}.mark());
  CHECK(Seal{key_of(1)}.mark() != Seal{key_of(2)}.mark());
  CHECK(Seal{key_of(1)}.mark().size() == 16);
  CHECK(Seal{}.mark().empty());
}

TEST_CASE("lengths of a letter without a key that turn over") {
  const Seal open;
  const Octets letter = open.close(envelope(), queue, content(20));
  for (std::size_t i = 0; i < 16; ++i) {
    Octets other = letter;
    other[head_bytes + i] = std::byte{0xff};
    CHECK_FALSE(open.open(queue, other));
  }
}

TEST_CASE("the key stays behind in a child, which would otherwise use another") {
  const Seal seal{key_of(1)};
  const Octets letter = seal.close(envelope(), queue, content(20));
  const pid_t child = ::fork();
  if (child == 0) {
    int status = seal.open(queue, letter) ? 1 : 0;
    try {
      static_cast<void>(seal.close(envelope(), queue, {}));
      status |= 2;
    } catch (const UsageError&) {
    }
    ::_exit(status);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(seal.open(queue, letter));
}
