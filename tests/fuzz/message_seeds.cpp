// message_seeds FOLDER: the corpus of message_fuzz.cpp to begin with, some messages of every form. Small
// ones: a fuzzer changes them byte by byte.
#include "cluster/message.hpp"
#include "cluster/mpi/parcel.hpp"
#include "cluster/seal.hpp"
#include "message_forms.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace prong::test {

namespace {

using namespace cluster;

class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_{std::move(path)} {
    std::filesystem::create_directories(path_);
  }

  void add(MessageForm form, const char* name, int number, const Bytes& bytes) const {
    std::ofstream file{path_ / (std::string{name} + "_" + std::to_string(number)), std::ios::binary};
    file.put(static_cast<char>(form));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

 private:
  std::filesystem::path path_;
};

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

CallHead head(Encoding items) {
  return {.call = {.function = "f.f",
                   .bound = {{.name = "by", .encoding = Encoding::json, .value = "2"}},
                   .items = items,
                   .timeout = std::chrono::seconds{1},
                   .retries = 1},
          .call_number = 1};
}

// Two items, the first of four bytes and the second of none where they may differ.
Request chunk(Encoding encoding) {
  Chunk chunk{.head = head(encoding), .count = 2};
  if (encoding == Encoding::raw) {
    chunk.bytes = bytes_of("12345678");
    chunk.indices = {3, 9};
  } else {
    chunk.bytes = bytes_of("1234\n\n");
    chunk.offsets = {0, 5, 6};
    chunk.gap = 1;
  }
  return {.chunk = std::move(chunk)};
}

// Three items, of which the second failed.
Answer answer(Encoding encoding) {
  Piece piece{.count = 3, .encoding = encoding};
  Failure failure{.index = 1, .ending = Ending::crashed, .what = "no"};
  failure.crash = std::make_shared<const CrashReport>(CrashReport{.frames = {Frame{.function = "f"}}});
  piece.failures.push_back(std::move(failure));
  const auto memory = std::make_shared<Bytes>(bytes_of("1\n3\n--"));
  piece.bytes = *memory;
  piece.memory = memory;
  if (encoding == Encoding::raw) {
    piece.stride = 2;
  } else if (encoding == Encoding::views || encoding == Encoding::msgpack) {
    piece.ends = {2, 2, 4};
  } else {
    piece.bytes = piece.bytes.first(4);
    piece.positions = {2};
  }
  return {.node = {.name = "n", .slots = 2}, .pieces = {std::move(piece)}};
}

Bytes stream_of_broker() {
  using namespace std::string_literals;
  const auto packet = [](std::uint32_t type, const std::string& body) {
    // Only the last byte of type and size counts in packets so small.
    return "\0RES\0\0\0"s + static_cast<char>(type) + "\0\0\0"s + static_cast<char>(body.size()) + body;
  };
  const std::string stream = packet(6, "") + packet(11, "H:x:1\0queue\0pay\0load"s) + packet(8, "H:x:2") +
                             "prong:map:f.f\t0\t0\t1\nprong:worker\t0\t0\t1\n.\n" +
                             packet(13, "H:x:2\0result"s) + packet(14, "H:x:2") + packet(10, "") +
                             packet(25, "H:x:3\0sentence"s) + packet(19, "CODE\0some text"s);
  return bytes_of(stream);
}

// Nothing but failures, of whose results nothing is said.
Answer failures() {
  Answer all = answer(Encoding::raw);
  Piece& piece = all.pieces.front();
  piece.count = piece.failures.size();
  piece.failures.front().index = 0;
  piece.bytes = {};
  piece.stride = 0;
  return all;
}

void write_all(const Folder& folder) {
  int number = 0;
  for (const Encoding encoding :
       {Encoding::raw, Encoding::views, Encoding::msgpack, Encoding::json, Encoding::text}) {
    folder.add(MessageForm::request, "chunk", number, encode(chunk(encoding)));
    folder.add(MessageForm::answer, "answer", number++, encode(answer(encoding)));
  }
  folder.add(MessageForm::answer, "answer", number, encode(failures()));
  const Bytes question = encode(Request{.question = head(Encoding::raw)});
  folder.add(MessageForm::request, "question", 0, question);
  folder.add(MessageForm::claim, "claim", 0,
             encode(Claim{.facts = {.name = "n", .slots = 2}, .patience = std::chrono::seconds{1}}));
  folder.add(MessageForm::claim_answer, "claim_answer", 0,
             encode(ClaimAnswer{.granted = true, .cancelled = {0, 3}}));
  folder.add(MessageForm::letter, "letter", 0,
             Seal{}.close({.run = {9}, .number = 7, .attempt = 1}, queue_of_seeds, question));
  for (const auto kind : {mpi::ParcelKind::serves, mpi::ParcelKind::job, mpi::ParcelKind::answer})
    folder.add(
        MessageForm::parcel, "parcel", static_cast<int>(kind),
        mpi::encode(
            {.kind = kind, .from = {1, 2}, .to = {0, 3}, .queue = "prong:worker", .payload = question}));
  folder.add(MessageForm::packets, "packets", 0, stream_of_broker());
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: message_seeds FOLDER\n", stderr);
    return 2;
  }
  prong::test::write_all(prong::test::Folder{arguments[1]});
}
