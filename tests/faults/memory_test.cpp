// A host in a control group of its own, whose memory is used up.
#include "fixture.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace prong::test {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

// Ours, in the hierarchy that counts memory: version 1's, if there is one, else the only one.
std::filesystem::path group_of_ours() {
  std::ifstream groups{"/proc/self/cgroup"};
  std::filesystem::path group;
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    const std::string_view controllers = std::string_view{line}.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers == "memory") return "/sys/fs/cgroup/memory" + path;
    if (controllers.empty()) group = "/sys/fs/cgroup" + path;
  }
  return group;
}

// A group inside ours that may hold so much memory, until the end of its life.
class MemoryGroup {
 public:
  explicit MemoryGroup(std::size_t bytes)
      : path_{group_of_ours() / ("prong-test-" + std::to_string(::getpid()))} {
    if (::mkdir(path_.c_str(), 0755) != 0) {
      missing_ = path_.string() + ": " + std::generic_category().message(errno);
      return;
    }
    const std::string limit = std::to_string(bytes);
    // Also with what is swapped out; where that is not counted, there is nothing to limit.
    const bool limited = write("memory.limit_in_bytes", limit) || write("memory.max", limit);
    static_cast<void>(write("memory.memsw.limit_in_bytes", limit) || write("memory.swap.max", "0"));
    if (!limited) missing_ = path_.string() + " has no limit of memory";
  }
  ~MemoryGroup() {
    wait_for([&] { return ::rmdir(path_.c_str()) == 0 || errno != EBUSY; });
  }
  MemoryGroup(const MemoryGroup&) = delete;
  MemoryGroup& operator=(const MemoryGroup&) = delete;

  [[nodiscard]] const std::string& missing() const { return missing_; }  // empty: nothing
  [[nodiscard]] bool enter() const { return write("cgroup.procs", "0"); }

 private:
  [[nodiscard]] bool write(const char* file, const std::string& text) const {
    const auto path = path_ / file;
    if (!std::filesystem::exists(path)) return false;
    std::ofstream out{path};
    out << text << std::flush;
    return out.good();
  }

  std::filesystem::path path_;
  std::string missing_;
};

// In the group: a host that holds more than a worker ever comes to, and items that take all there is.
bool items_alone_die() {
  const std::vector<char> own(128 * mebibyte, 'x');
  const std::vector<std::int64_t> sizes{1, 1024 * mebibyte, 2, 1024 * mebibyte, 3};
  Pool pool{registry(), {.workers = 2}};
  const auto outcomes = pool.map_outcomes<std::int32_t>("lives.leak", sizes, {.chunk_size = 1});
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto outcome = outcomes[i];
    if (outcome.ending() != (sizes[i] < 4 ? Ending::returned : Ending::crashed)) return false;
    if (outcome) continue;
    const Failure& failure = outcome.failure();
    if (failure.signal != SIGKILL || failure.what != "out of memory") return false;
    if (failure.crash->out_of_memory != OutOfMemory::certain) return false;
  }
  return own.back() == 'x' && pool.apply<double>("examples.sqrt", 9.0) == 3;
}

}  // namespace

TEST_CASE(
    "the memory of the host's control group is used up: items that take it die, and the host does not") {
  const MemoryGroup group{224 * mebibyte};
  if (!group.missing().empty()) {
    MESSAGE("skipped: " << group.missing());
    return;
  }
  const pid_t host = ::fork();
  if (host == 0) ::_exit(!group.enter() ? 2 : items_alone_die() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(host, &status, 0) == host);
  CHECK(status == 0);
}

}  // namespace prong::test
