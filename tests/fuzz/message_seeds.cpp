// message_seeds FOLDER: the corpus of message_fuzz.cpp to begin with, some messages of every form. Small
// ones: a fuzzer changes them byte by byte.
#include "cluster/gearman/packet.hpp"
#include "cluster/mpi/parcel.hpp"
#include "cluster/seal.hpp"
#include "message_forms.hpp"
#include "random_messages.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace prong::test {

namespace {

constexpr std::size_t bytes_most = 400;
constexpr int of_each = 3;

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

template <class Make>
Bytes small(const Make& make) {
  Bytes bytes;
  do
    bytes = encode(make());
  while (bytes.size() > bytes_most);
  return bytes;
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
  const auto bytes = std::as_bytes(std::span{stream});
  return {bytes.begin(), bytes.end()};
}

void write_all(const Folder& folder) {
  MessageSource source{17};
  for (int i = 0; i < of_each; ++i) {
    const Bytes request = small([&] { return source.request(); });
    folder.add(MessageForm::request, "request", i, request);
    folder.add(MessageForm::answer, "answer", i, small([&] { return source.answer(); }));
    folder.add(MessageForm::claim, "claim", i, small([&] { return source.claim(); }));
    folder.add(MessageForm::claim_answer, "claim_answer", i, small([&] { return source.claim_answer(); }));
    folder.add(MessageForm::letter, "letter", i,
               Seal{}.close({.run = {9}, .number = 7, .attempt = 1}, queue_of_seeds, request));
    const auto kind = static_cast<mpi::ParcelKind>(source.below(10));
    folder.add(
        MessageForm::parcel, "parcel", i,
        mpi::encode(
            {.kind = kind, .from = {1, 2}, .to = {0, 3}, .queue = "prong:worker", .payload = request}));
  }
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
