// The module `attacker`: functions that do their work while a thread of theirs writes noise over what the
// worker shares with the host. It goes on when the function has returned. Over the C ABI, with notes by hand.
#include "transport/channel.hpp"

#include <prong/plugin.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

using prong::transport::ChannelMemory;

// The bytes [begin, end) of the channel.
struct Target {
  std::size_t begin;
  std::size_t end;
};

constexpr std::size_t end_of_words = sizeof(ChannelMemory);
constexpr Target all{0, end_of_words};
constexpr Target reports{offsetof(ChannelMemory, reports), end_of_words};
constexpr Target progress{offsetof(ChannelMemory, progress), offsetof(ChannelMemory, tasks)};
constexpr Target tasks{offsetof(ChannelMemory, tasks), offsetof(ChannelMemory, reports)};
constexpr Target arena{prong::transport::arena_offset, prong::transport::arena_offset + 8192};

struct Words {
  std::uint64_t* first;
  std::size_t count;
};

// What may be written of the memory of this name.
Words find_words(const char* name) {
  std::FILE* maps = std::fopen("/proc/self/maps", "re");
  char line[512];
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  while (maps != nullptr && std::fgets(line, sizeof line, maps) != nullptr) {
    if (std::strstr(line, name) != nullptr && std::strstr(line, " rw") != nullptr)
      std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &begin, &end);
  }
  if (maps != nullptr) std::fclose(maps);
  return {reinterpret_cast<std::uint64_t*>(begin), (end - begin) / sizeof(std::uint64_t)};
}

std::uint64_t next_random(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

// Noise, and what is nearly right.
__attribute__((no_sanitize("thread"))) void scribble(Words words) {
  std::uint64_t state = static_cast<std::uint64_t>(::getpid()) * 0x9e3779b97f4a7c15;
  for (;;) {
    const std::uint64_t random = next_random(state);
    std::uint64_t& word = words.first[(random >> 8) % words.count];
    const std::uint64_t before = __atomic_load_n(&word, __ATOMIC_RELAXED);
    const std::uint64_t after = random % 8 == 0   ? next_random(state)
                                : random % 8 == 1 ? ~std::uint64_t{0}
                                : random % 8 == 2 ? 0
                                : random % 8 == 3 ? before + 1
                                : random % 8 == 4 ? before ^ std::uint64_t{1} << (random >> 58)
                                : random % 8 == 5 ? next_random(state) % 64
                                                  : before;
    __atomic_store_n(&word, after, __ATOMIC_RELAXED);
  }
}

// Where a batch's progress points to lies in the channel's first page; also where there is no /proc.
std::byte* find_channel(const prong_batch* batch) {
  constexpr std::uintptr_t page_bytes = 4096;
  static_assert(offsetof(ChannelMemory, progress) + sizeof(prong::transport::Progress) <= page_bytes);
  return reinterpret_cast<std::byte*>(reinterpret_cast<std::uintptr_t>(batch->progress) & ~(page_bytes - 1));
}

// The results of all items of the job, those of other workers too: until that memory is closed.
void scribble_in_outputs() { scribble(find_words("prong-outputs")); }

// Makes reading the host's eventfd block, and takes every count out of it.
void steal_signals() {
  int eventfd = -1;
  DIR* folder = ::opendir("/proc/self/fd");
  for (dirent* entry = ::readdir(folder); entry != nullptr; entry = ::readdir(folder)) {
    char target[64] = {};
    if (::readlinkat(::dirfd(folder), entry->d_name, target, sizeof target - 1) > 0 &&
        std::strcmp(target, "anon_inode:[eventfd]") == 0)
      eventfd = std::atoi(entry->d_name);
  }
  ::closedir(folder);
  ::fcntl(eventfd, F_SETFL, 0);
  for (std::uint64_t count = 0;;)
    static_cast<void>(::read(eventfd, &count, sizeof count) == sizeof count);
}

template <class Attack>
void attack_once(Attack attack) {
  static std::atomic<bool> attacked = false;
  if (!attacked.exchange(true)) std::thread{attack}.detach();
}

void scribble_over(Target target, const prong_batch* batch) {
  attack_once([channel = find_channel(batch), target] {
    scribble({reinterpret_cast<std::uint64_t*>(channel + target.begin),
              (target.end - target.begin) / sizeof(std::uint64_t)});
  });
}

// What was asked for: every number as it is.
int32_t return_numbers(const prong_batch* batch) {
  const auto* items = static_cast<const double*>(batch->items);
  auto* results = static_cast<double*>(batch->results);
  for (uint64_t i = 0; i < batch->count; ++i) {
    __atomic_store_n(batch->progress, i, __ATOMIC_RELEASE);
    results[i] = items[i];
  }
  __atomic_store_n(batch->progress, batch->count, __ATOMIC_RELEASE);
  return 0;
}

// Page after page of the pool's memory, behind the items, until there is none: what was not there is made by
// being read. Never more than this.
constexpr std::size_t holes_most = std::size_t{256} << 20;
int32_t read_holes(const prong_batch* batch) {
  const auto* bytes = static_cast<const volatile char*>(batch->items);
  __atomic_store_n(batch->progress, 0, __ATOMIC_RELEASE);
  for (std::size_t at = 0; at < holes_most; at += 4096)
    static_cast<void>(bytes[at]);
  return return_numbers(batch);
}

// For ever at the first four items in turn, and so never for long at one.
[[noreturn]] void go_to_and_fro(const prong_batch* batch) {
  for (uint64_t at = 0;; at = (at + 1) % 4) {
    __atomic_store_n(batch->progress, at, __ATOMIC_RELEASE);
    ::usleep(10'000);
  }
}

int32_t return_texts(const prong_batch* batch) {
  for (uint64_t i = 0; i < batch->count; ++i) {
    __atomic_store_n(batch->progress, i, __ATOMIC_RELEASE);
    batch->emit(batch, i, batch->views[i].data, batch->views[i].size);
  }
  __atomic_store_n(batch->progress, batch->count, __ATOMIC_RELEASE);
  return 0;
}

}  // namespace

namespace mapfn::attacker {

#define EXPORTED __attribute__((visibility("default")))
EXPORTED int32_t all(const prong_batch* batch) { return scribble_over(::all, batch), return_numbers(batch); }
EXPORTED int32_t reports(const prong_batch* batch) {
  return scribble_over(::reports, batch), return_numbers(batch);
}
EXPORTED int32_t progress(const prong_batch* batch) {
  return scribble_over(::progress, batch), return_numbers(batch);
}
EXPORTED int32_t tasks(const prong_batch* batch) {
  return scribble_over(::tasks, batch), return_numbers(batch);
}
EXPORTED int32_t arena(const prong_batch* batch) {
  return scribble_over(::arena, batch), return_texts(batch);
}
EXPORTED int32_t outputs(const prong_batch* batch) {
  return attack_once(scribble_in_outputs), return_numbers(batch);
}
EXPORTED int32_t dawdle(const prong_batch* batch) { go_to_and_fro(batch); }
EXPORTED int32_t holes(const prong_batch* batch) { return read_holes(batch); }
EXPORTED int32_t signals(const prong_batch* batch) {
  return attack_once(steal_signals), return_numbers(batch);
}

}  // namespace mapfn::attacker

#define NOTE(description)                                                        \
  asm(".pushsection .note.prong, \"a\", @note\n.balign 4\n.long 6, 2f - 1f, 1\n" \
      ".asciz \"prong\"\n.balign 4\n1: .ascii " description "\n2: .balign 4\n.popsection")
#define FUNCTION_NOTE(name, type)                                                        \
  NOTE(R"("{\"abi\":[1,0],\"kind\":\"map\",\"function\":\"attacker.)" name               \
       R"(\",\"params\":[{\"name\":\"x\",\"type\":\")" type R"(\"}],\"result\":\")" type \
       R"(\",\"pure\":false,\"state\":false,\"doc\":\"Attacks\"}")")
NOTE(R"("{\"abi\":[1,0],\"kind\":\"module\",\"module\":\"attacker\",)"
     R"(\"description\":\"Attacks the host\",\"version\":\"1.0.0\",\"license\":\"MIT\"}")");
FUNCTION_NOTE("all", "f64");
FUNCTION_NOTE("reports", "f64");
FUNCTION_NOTE("progress", "f64");
FUNCTION_NOTE("tasks", "f64");
FUNCTION_NOTE("arena", "str");
FUNCTION_NOTE("outputs", "f64");
FUNCTION_NOTE("dawdle", "f64");
FUNCTION_NOTE("holes", "f64");
FUNCTION_NOTE("signals", "f64");
