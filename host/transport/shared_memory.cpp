// memfds, their seals, and mappings made by Boost.Interprocess.
#include "transport/shared_memory.hpp"

#include <boost/interprocess/exceptions.hpp>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

namespace prong::transport {

namespace {

// What boost::interprocess::mapped_region wants to be made from.
struct Mappable {
  int number;
  [[nodiscard]] boost::interprocess::mapping_handle_t get_mapping_handle() const noexcept {
    boost::interprocess::mapping_handle_t handle{};
    handle.handle = number;
    return handle;
  }
};

boost::interprocess::mapped_region map_file(int number, std::size_t size, Access access) {
  const auto mode =
      access == Access::read_only ? boost::interprocess::read_only : boost::interprocess::read_write;
  try {
    return {Mappable{number}, mode, 0, size};
  } catch (const boost::interprocess::interprocess_exception& error) {
    throw std::system_error{error.get_native_error(), std::generic_category(), "mmap of shared memory"};
  }
}

void add_seals(const FileDescriptor& file, int seals, const char* what = "sealing a memfd") {
  if (::fcntl(file.number(), F_ADD_SEALS, seals) != 0) throw system_failure(what);
}

FileDescriptor make_file(const char* name) {
  return checked(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create");
}

// Beyond the limit ftruncate does not fail, it raises SIGXFSZ.
void check_file_size_limit(std::size_t size) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < size) {
    errno = EFBIG;
    throw system_failure("shared memory under a limit of file sizes (ulimit -f)");
  }
}

}  // namespace

FileDescriptor make_shared_file(const char* name, std::size_t size) {
  FileDescriptor file = make_file(name);
  grow(file, size);
  add_seals(file, F_SEAL_SHRINK | F_SEAL_GROW);
  return file;
}

FileDescriptor make_growing_file(const char* name, std::size_t most) {
  FileDescriptor file = make_file(name);
  check_file_size_limit(most);
  add_seals(file, F_SEAL_SHRINK);
  return file;
}

void grow(const FileDescriptor& file, std::size_t size) {
  check_file_size_limit(size);
  if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0) throw system_failure("ftruncate of a memfd");
}

void seal_seals(const FileDescriptor& file) { add_seals(file, F_SEAL_SEAL); }

// EINVAL: the system is older than this seal.
void seal_against_writing(const FileDescriptor& file) {
  add_seals(file, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL, "sealing a memfd with F_SEAL_FUTURE_WRITE");
}

Mapping::Mapping(const FileDescriptor& file, std::size_t size, Access access)
    : region_{map_file(file.number(), size, access)} {
  // A core dump would read every hole of a sparse file, and each page read is a page made.
  for (const int advice : {MADV_DONTFORK, MADV_DONTDUMP}) {
    if (::madvise(data(), size, advice) != 0) throw system_failure("madvise of shared memory");
  }
}

void protect(const Mapping& mapping, std::size_t offset, std::size_t size, Protection protection) {
  const int bits = protection == Protection::none   ? PROT_NONE
                   : protection == Protection::read ? PROT_READ
                                                    : PROT_READ | PROT_WRITE;
  if (::mprotect(mapping.data() + offset, size, bits) != 0) throw system_failure("mprotect of shared memory");
}

void discard_pages(const FileDescriptor& file, std::size_t offset, std::size_t size) noexcept {
  ::fallocate(file.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
              static_cast<off_t>(size));
}

std::size_t page_size() noexcept {
  static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

std::size_t round_up(std::size_t size, std::size_t multiple) noexcept {
  return (size + multiple - 1) / multiple * multiple;
}

}  // namespace prong::transport
