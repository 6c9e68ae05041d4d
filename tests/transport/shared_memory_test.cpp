// The seals hold: a peer with the descriptor can neither shrink the file nor map inputs for writing.
#include "transport/shared_memory.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace prong::transport {

TEST_CASE("a shared file can neither shrink nor grow, nor be sealed further") {
  const FileDescriptor file = make_shared_file("test", 8192);
  seal_seals(file);
  CHECK(::ftruncate(file.number(), 0) != 0);
  CHECK(::ftruncate(file.number(), 16384) != 0);
  CHECK(::fcntl(file.number(), F_ADD_SEALS, F_SEAL_WRITE) != 0);
}

TEST_CASE("a file that grows: what is mapped beyond its end comes to be, and it does not shrink") {
  const FileDescriptor file = make_growing_file("test", std::size_t{1} << 30);
  const Mapping mine{file, std::size_t{1} << 30, Access::read_write};
  seal_against_writing(file);
  const Mapping theirs{file, std::size_t{1} << 30, Access::read_only};
  for (const std::size_t size : {std::size_t{4096}, std::size_t{1} << 20}) {
    grow(file, size);
    mine.data()[size - 1] = std::byte{42};
    CHECK(theirs.data()[size - 1] == std::byte{42});
  }
  CHECK(::ftruncate(file.number(), 4096) != 0);
}

TEST_CASE("after the seal, the host writes and nobody else can map for writing") {
  const FileDescriptor file = make_shared_file("test", 8192);
  const Mapping mine{file, 8192, Access::read_write};
  seal_against_writing(file);
  CHECK(::mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0) == MAP_FAILED);
  const Mapping theirs{file, 8192, Access::read_only};
  CHECK(::mprotect(theirs.data(), 8192, PROT_READ | PROT_WRITE) != 0);
  mine.data()[5000] = std::byte{42};
  CHECK(theirs.data()[5000] == std::byte{42});
}

TEST_CASE("a forked child does not inherit a mapping") {
  const FileDescriptor file = make_shared_file("test", 4096);
  const Mapping mapping{file, 4096, Access::read_write};
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGSEGV, SIG_DFL);
    mapping.data()[0] = std::byte{1};
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(WIFSIGNALED(status));
#endif
  CHECK(mapping.data()[0] == std::byte{0});
}

}  // namespace prong::transport
