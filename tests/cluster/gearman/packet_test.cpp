// Packets from bytes, honest and not.
#include "cluster/gearman/packet.hpp"

#include "limits.hpp"
#include "peer.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace prong::cluster::gearman {

namespace {

std::string number(std::size_t value) {
  std::string four;
  for (const int shift : {24, 16, 8, 0})
    four.push_back(static_cast<char>(value >> shift & 0xff));
  return four;
}

std::string packet_of(std::uint32_t type, std::string_view body) {
  return std::string{"\0RES", 4} + number(type) + number(body.size()) + std::string{body};
}

using namespace std::string_literals;

// What comes out when the bytes go in by so many at a time.
std::vector<Packet> read(PacketReader& reader, std::string_view bytes, std::size_t step) {
  std::vector<Packet> packets;
  while (!bytes.empty() && reader.wrong().empty()) {
    const auto space = reader.space();
    const std::size_t count = std::min({step, bytes.size(), space.size()});
    std::ranges::copy(std::as_bytes(std::span{bytes}).first(count), space.begin());
    reader.take(count);
    bytes.remove_prefix(count);
    while (auto packet = reader.next())
      packets.push_back(std::move(*packet));
  }
  return packets;
}

std::string wrong(std::string_view bytes) {
  PacketReader reader;
  CHECK(read(reader, bytes, 7).empty());
  return reader.wrong();
}

}  // namespace

TEST_CASE("packets are read however their bytes are cut") {
  const std::string stream = packet_of(6, "") + packet_of(11, "H:x:1\0queue\0pay\0load"s) +
                             packet_of(8, "H:x:2") + "a\t0\t0\t1\nb\t0\t0\t0\n.\n" +
                             packet_of(13, "H:x:2\0"s) + ".\n" + packet_of(19, "CODE\0some text"s);
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    CAPTURE(step);
    PacketReader reader;
    const auto packets = read(reader, stream, step);
    REQUIRE(packets.size() == 7);
    CHECK(packets[0].type == PacketType::noop);
    CHECK(packets[1].type == PacketType::job_assign);
    CHECK(packets[1].words == std::vector<std::string>{"H:x:1", "queue"});
    CHECK(packets[1].text() == "pay\0load"s);
    CHECK(packets[2].text() == "H:x:2");
    CHECK(packets[3].type == PacketType::text);
    CHECK(packets[3].text() == "a\t0\t0\t1\nb\t0\t0\t0\n");
    CHECK(packets[4].type == PacketType::work_complete);
    CHECK(packets[4].words == std::vector<std::string>{"H:x:2"});
    CHECK(packets[4].data.empty());
    CHECK(packets[5].type == PacketType::text);
    CHECK(packets[5].data.empty());
    CHECK(packets[6].words == std::vector<std::string>{"CODE"});
    CHECK(reader.wrong().empty());
  }
}

TEST_CASE("a packet that is cut off is none, and nothing is wrong with it") {
  const std::string whole = packet_of(11, "H:x:1\0queue\0payload"s);
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    PacketReader reader;
    CHECK(read(reader, std::string_view{whole}.substr(0, cut), cut).empty());
    CHECK(reader.wrong().empty());
  }
}

TEST_CASE("large payloads come whole, with small packets around them") {
  std::string payload(1'000'001, '\0');
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(i * 2654435761U >> 13);
  const std::string stream = packet_of(10, "") + packet_of(11, "h\0q\0"s + payload) + packet_of(6, "");
  for (const std::size_t step : {1447UL, 65'536UL, stream.size()}) {
    PacketReader reader;
    const auto packets = read(reader, stream, step);
    REQUIRE(packets.size() == 3);
    CHECK(packets[1].text() == payload);
    CHECK(packets[2].type == PacketType::noop);
  }
}

TEST_CASE("bytes that are no packet are told at the first that cannot be one") {
  for (const std::string& bytes : {"\0REQ"s + number(6) + number(0), "\0X"s, "\0RET"s, "\0\0"s})
    CHECK(wrong(bytes) == "sent something that is not Gearman's protocol");
  for (const std::uint32_t type : {0U, 1U, 5U, 7U, 9U, 16U, 30U, 31U, 43U, 0xffffffffU})
    CHECK(wrong(packet_of(type, "")).find("none for us") != std::string::npos);
}

TEST_CASE("sizes are bounded, by what the packet is") {
  const auto announced = [](std::uint32_t type, std::size_t bytes) {
    return wrong("\0RES"s + number(type) + number(bytes));
  };
  CHECK(announced(6, 1).find("at most 0") != std::string::npos);
  CHECK(announced(10, 0xffffffff).find("at most 0") != std::string::npos);
  CHECK(announced(8, limits::engine_words_bytes_max + 1).find("at most 4096") != std::string::npos);
  CHECK(announced(13, 0xffffffff).find("at most") != std::string::npos);
  CHECK(announced(13, 1 << 20) == "");
}

TEST_CASE("a packet that lacks its words is wrong, also when it is long") {
  CHECK(wrong(packet_of(11, "")).find("without its 2 words") != std::string::npos);
  CHECK(wrong(packet_of(11, "handle\0queue"s)).find("without its 2 words") != std::string::npos);
  CHECK(wrong(packet_of(13, "handle")).find("without its 1 words") != std::string::npos);
  CHECK(wrong(packet_of(11, std::string(100'000, 'x'))).find("without its 2 words") != std::string::npos);
}

TEST_CASE("announced bytes cost memory when they come") {
  PacketReader reader;
  CHECK(read(reader, "\0RES"s + number(11) + number(std::size_t{1} << 30) + "h\0q\0abc"s, 100).empty());
  CHECK(reader.space().size() <= std::size_t{1} << 20);
}

TEST_CASE("a text without end is given up") {
  PacketReader reader;
  const std::string line(1'000'000, 'x');
  std::size_t fed = 0;
  for (; reader.wrong().empty() && fed < 2 * limits::engine_status_bytes_max; fed += line.size())
    CHECK(read(reader, line, line.size()).empty());
  CHECK(reader.wrong().find("sent a text of more than") == 0);
}

TEST_CASE("after something wrong nothing more comes") {
  PacketReader reader;
  CHECK(read(reader, packet_of(5, "") + packet_of(6, ""), 1000).empty());
}

TEST_CASE("random bytes are packets, or wrong, and no more than that") {
  std::uint32_t state = 1;
  for (std::size_t round = 0; round < 2000; ++round) {
    std::string bytes =
        packet_of(11, "h\0q\0data"s) + packet_of(13, "h\0data"s) + "x\t1\t1\t1\n.\n" + packet_of(6, "");
    for (std::size_t change = 0; change < 1 + round % 4; ++change) {
      state = state * 1664525 + 1013904223;
      bytes[(state >> 8) % bytes.size()] = static_cast<char>(state >> 24);
    }
    PacketReader reader;
    CHECK(read(reader, bytes, 1 + round % 50).size() <= 8);
  }
}

TEST_CASE("requests are written as the protocol has them") {
  CHECK(request_head(PacketType::grab_job, {}, 0) == "\0REQ"s + number(9) + number(0));
  CHECK(request_head(PacketType::submit_job, {"reverse", "id"}, 4) ==
        "\0REQ"s + number(7) + number(15) + "reverse\0id\0"s);
}

}  // namespace prong::cluster::gearman
