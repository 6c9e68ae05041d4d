// The rings between two processes: order, fullness, and what a lying peer can do.
#include "transport/ring.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <thread>

namespace prong::transport {

namespace {

struct Entry {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};
using Entries = Ring<Entry, 8>;

}  // namespace

TEST_CASE("a ring gives back what was put in, in order, and says when it is full or empty") {
  auto ring = std::make_unique<Entries>();
  RingWriter writer{*ring};
  RingReader reader{*ring};
  Entry entry;
  CHECK(reader.empty());
  CHECK(reader.try_pop(entry) == Popped::nothing);
  for (std::uint64_t i = 0; i < 8; ++i)
    CHECK(writer.try_push({i, ~i}));
  CHECK_FALSE(writer.try_push({}));
  for (std::uint64_t i = 0; i < 8; ++i) {
    REQUIRE(reader.try_pop(entry) == Popped::item);
    CHECK(entry.first == i);
    CHECK(entry.second == ~i);
  }
  CHECK(reader.empty());
  CHECK(writer.try_push({}));
}

TEST_CASE("a head that is further ahead than the ring is long is a violation") {
  auto ring = std::make_unique<Entries>();
  RingReader reader{*ring};
  Entry entry;
  for (const std::uint64_t head : {std::uint64_t{9}, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    ring->head = head;
    CHECK(reader.try_pop(entry) == Popped::violation);
  }
  ring->head = 8;
  CHECK(reader.try_pop(entry) == Popped::item);
}

TEST_CASE("a false tail cannot make the writer leave the ring") {
  auto ring = std::make_unique<Entries>();
  RingWriter writer{*ring};
  for (int i = 0; i < 100; ++i) {
    ring->tail = ring->head.load();
    CHECK(writer.try_push({}));
  }
  ring->tail = 1000;  // "I have read what you will write": the ring looks full
  CHECK_FALSE(writer.try_push({}));
}

TEST_CASE("two threads pass a million entries without loss") {
  auto ring = std::make_unique<Entries>();
  constexpr std::uint64_t count = 1'000'000;
  std::thread producer{[&] {
    RingWriter writer{*ring};
    for (std::uint64_t i = 0; i < count; ++i) {
      while (!writer.try_push({i, i * 3}))
        std::this_thread::yield();
    }
  }};
  RingReader reader{*ring};
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    Entry entry;
    while (reader.try_pop(entry) != Popped::item)
      std::this_thread::yield();
    wrong += entry.first != i || entry.second != i * 3 ? 1 : 0;
  }
  producer.join();
  CHECK(wrong == 0);
}

}  // namespace prong::transport
