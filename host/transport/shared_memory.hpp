// Memory that two processes map: a sealed memfd and its mappings. Nothing here has a name in the file system.
#pragma once

#include "transport/file_descriptor.hpp"

#include <boost/interprocess/mapped_region.hpp>

#include <cstddef>
#include <span>

namespace prong::transport {

enum class Access { read_only, read_write };

// A sparse file of fixed size: pages take memory when they are first written. Sealed against shrinking and
// growing, so that a mapping of it never faults because a peer truncated the file. Throws std::system_error.
[[nodiscard]] FileDescriptor make_shared_file(const char* name, std::size_t size);

// The same, but empty, and to grow up to `most`: a page that a peer reads is a page made, and beyond the end
// there is none to read. What is mapped beyond it comes to be as the file grows.
[[nodiscard]] FileDescriptor make_growing_file(const char* name, std::size_t most);
// Throws std::system_error.
void grow(const FileDescriptor& file, std::size_t size);

// No more seals, so that no peer can take ours as a weapon (F_SEAL_WRITE would stop the other side's
// mappings).
void seal_seals(const FileDescriptor& file);
// And from here on no new mapping of the file can be writable; existing ones stay so.
void seal_against_writing(const FileDescriptor& file);

// One mapping of a whole shared file. Not inherited across fork. Throws std::system_error.
class Mapping {
 public:
  Mapping() = default;
  Mapping(const FileDescriptor& file, std::size_t size, Access access);

  [[nodiscard]] std::byte* data() const noexcept { return static_cast<std::byte*>(region_.get_address()); }
  [[nodiscard]] std::size_t size() const noexcept { return region_.get_size(); }
  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {data(), size()}; }
  // The object at an offset. The caller has checked that it lies inside.
  template <class T>
  [[nodiscard]] T* at(std::size_t offset) const noexcept {
    return reinterpret_cast<T*>(data() + offset);
  }

 private:
  boost::interprocess::mapped_region region_;
};

// Which pages of a mapping may be touched; offset and size are multiples of the page size. Throws.
enum class Protection { none, read, read_write };
void protect(const Mapping& mapping, std::size_t offset, std::size_t size, Protection protection);

// Gives the pages of a range back to the system; they read as zero afterwards. Best effort.
void discard_pages(const FileDescriptor& file, std::size_t offset, std::size_t size) noexcept;

[[nodiscard]] std::size_t page_size() noexcept;
[[nodiscard]] std::size_t round_up(std::size_t size, std::size_t multiple) noexcept;

}  // namespace prong::transport
