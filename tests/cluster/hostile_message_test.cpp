// Bytes that nobody of ours wrote: a message, or none, in memory that is bounded by their number.
#include "allocations.hpp"
#include "cluster/message.hpp"
#include "message_members.hpp"
#include "random_messages.hpp"

#include <doctest/doctest.h>

using namespace prong;
using namespace prong::test;

namespace {

constexpr int mutations = 100'000;

// A Failure is some 200 bytes and takes 11 to send, and a growing list asks for up to four times of it.
constexpr std::uint64_t allocated_per_byte = 80;
constexpr std::uint64_t allocated_always = 1024;

struct Tally {
  int read = 0;
  int refused = 0;
};

// What was read is consistent enough to be sent, and read, again.
template <class Message>
void read_once(const auto& decode, const Bytes& bytes, Tally& tally) {
  // Just as large as the message is, so that a sanitizer sees a read beyond it.
  const Bytes exact{bytes.begin(), bytes.end()};
  const std::uint64_t before = allocated_bytes();
  const std::optional<Message> message = decode(exact);
  const std::uint64_t allocated = allocated_bytes() - before;
  if (allocated > allocated_always + allocated_per_byte * exact.size())
    FAIL(allocated << " bytes were allocated for " << exact.size());
  ++(message ? tally.read : tally.refused);
  if (!message) return;
  const auto again = decode(encode(*message));
  if (!again || !same(*message, *again)) FAIL("a message that was read is another one when sent again");
}

template <class Message, class Make, class Decode>
void attack(const Make& make, const Decode& decode) {
  MessageSource source{99};
  Tally tally;
  for (int i = 0; i < 20; ++i) {
    Bytes sent = encode(make(source));
    if (sent.size() > 4000) continue;
    for (std::size_t size = 0; size < sent.size(); ++size) {
      CHECK_FALSE(decode(Bytes{sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(size)}));
    }
    sent.push_back(std::byte{0xc0});
    CHECK_FALSE(decode(sent));
  }
  Bytes sent;
  for (int i = 0; i < mutations; ++i) {
    CAPTURE(i);
    if (i % 50 == 0) {
      do
        sent = encode(make(source));
      while (sent.size() > 1000);
    }
    read_once<Message>(decode, source.mutated(sent), tally);
  }
  MESSAGE(tally.read << " read, " << tally.refused << " refused");
  CHECK(tally.read > 0);
  CHECK(tally.refused > 0);
}

}  // namespace

TEST_CASE("prefixes and mutations of requests") {
  attack<Request>([](MessageSource& source) { return source.request(); }, decode_request);
}

TEST_CASE("prefixes and mutations of answers") {
  attack<Answer>([](MessageSource& source) { return source.answer(); }, decode_answer);
}

TEST_CASE("prefixes and mutations of claims") {
  attack<Claim>([](MessageSource& source) { return source.claim(); }, decode_claim);
}

TEST_CASE("prefixes and mutations of what claims are answered") {
  attack<ClaimAnswer>([](MessageSource& source) { return source.claim_answer(); }, decode_claim_answer);
}

TEST_CASE("bytes at random") {
  MessageSource source{3};
  Tally tally;
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes(source.below(200));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(source.below(256));
    read_once<Request>(decode_request, bytes, tally);
    read_once<Answer>(decode_answer, bytes, tally);
    read_once<Claim>(decode_claim, bytes, tally);
    read_once<ClaimAnswer>(decode_claim_answer, bytes, tally);
  }
  CHECK(tally.read == 0);
}

TEST_CASE("arrays within arrays, as many as there are bytes") {
  const Bytes bytes(1'000'000, std::byte{0x91});
  CHECK_FALSE(decode_request(bytes));
  CHECK_FALSE(decode_answer(bytes));
  CHECK_FALSE(decode_claim(bytes));
  CHECK_FALSE(decode_claim_answer(bytes));
}
